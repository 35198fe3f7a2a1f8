"""The steps of a request, recorded as facts. Sentences are built only when somebody reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.state.times import human


class Step(Enum):
    """A kind of step. The value is the format string of its sentence."""

    GET_ACCEPTED = "warning: GET is answered like POST here; the real server refuses it"
    CODE_FORCED = "forced by 'Prefer: code={0}', without authentication"
    NO_COOKIE = "no cookie named {0}"
    COOKIE_MISNAMED = "hint: the cookie {0} looks like the session cookie under another name"
    COOKIE_FORM = "the cookie is not a signed session id: {0}"
    SIGNATURE_BY_SECRET = "signature verifies with secret {0} of {1}"
    SIGNATURE_PINNED = "signature is the one that the fixtures pin"
    SIGNATURE_WRONG = "signature does not verify with {0}"
    SIGNATURE_NOT_PINNED = "signature is not the one that the fixtures pin for this session"
    SESSION_UNKNOWN = "session {0} is unknown"
    SESSION_EXPIRED = "session {0} expired {1} ago"
    SESSION_USERLESS = "session {0} has no user in it"
    SESSION_OF = "session {0} belongs to {1}"
    USER_UNKNOWN = "user {0} does not exist"
    TOKEN_RETURNED = "token returned"
    TOKEN_ABSENT = "user {0} has no token"
    TOKEN_ISSUED = "new token issued"
    TOKEN_REVOKED = "token revoked"
    NOTHING_TO_REVOKE = "there was no token to revoke"
    TOKENS_LISTED = "list of tokens returned: {0}"
    TOKEN_ADDED = "token {0} added to the list"
    OWN_TOKEN_REMOVED = "token {0} removed from the list"
    OTHER_TOKEN_REMOVED = "token {0} is not in the list of this user; whoever had it has it no more"
    USER_RETURNED = "user {0} returned"
    USER_EDITED = "user {0}: {1} changed"
    AVATAR_REPLACED = "user {0} has the avatar {1}"
    UPLOAD_REFUSED = "upload refused: {0}"
    FIELD_UNCASTABLE = "the database cannot convert field {0}"
    FIELD_FAILS = "the real server's code fails at field {0}, which is missing or no text"
    FIELD_EMPTY = "field {0} is missing or empty"
    FIELD_MISNAMED = "hint: the field {0} looks like {1} under another name"
    FIELD_MALFORMED = "field {0} is not of the form that the profile accepts"
    FIELD_NOT_TEXT = "field {0} is not text but {1}"
    BODY_IGNORED = "warning: the body was not read: its type is {0}, neither a form nor JSON"
    BODY_ARRAY = "warning: the body has no fields: it is a JSON array, not an object"
    FIELDS_IN_QUERY = "warning: the query was not read: send {0} in the body"
    BODY_UNEXPECTED = "warning: the body was not read: none is documented here"
    QUERY_UNEXPECTED = "warning: the query was not read: none is documented here"
    CAPTCHA_REFUSED = "the reCAPTCHA value is not one that passes here"
    NAME_TAKEN = "user {0} exists already"
    NAME_UNKNOWN = "there is no user of that name"
    PASSWORD_WRONG = "the password is not that of user {0}"
    PASSWORD_ABSENT = "user {0} has no password, so that nobody can log in"
    UNANSWERABLE = "warning: {0}; 1950301 stands for that"
    REGISTERED = "user {0} registered"
    SESSION_MADE = "session {0} made"
    SESSION_KEPT = "session {0} kept as it is: no cookie is set"
    SESSION_CHANGED = "session {0} kept for another user or address: its cookie is set again"
    SESSION_NOT_SAVED = "session {0} was not saved; its cookie is set all the same"
    LOGGED_IN = "user {0} logged in"
    LOGGED_OUT = "user {0} logged out: the session ended"
    CODE_UNREADABLE = "the code cannot be read: {0}"
    CODE_WITHOUT_ACTION = "the claims of the code have no action {0}"
    VERIFIED = "the user of the code is verified"
    VERIFIED_BEFORE = "the user of the code was verified already"
    VERIFIED_NOBODY = "there is no user of the name in the code, which the reply does not tell"
    ALREADY_VERIFIED = "user {0} is verified already"
    MAIL_SENT = "verification mail to {0} is in the outbox"
    MAIL_REFUSED = "verification mail to {0} was refused: {1}"
    OTHER_SITE = (
        "warning: browsers drop the cookie between {0} and a page on {1}, which are two sites: "
        "open the page on {2}, or call the mock on {3}"
    )
    FULL = "warning: nothing can be stored: the mock's memory for users and sessions is used up"
    SESSION_ELSEWHERE = "session {0} belongs to sandbox {1}, not to this one"
    DELAYED = "{0}: {1} delayed by {2}"
    WOKEN = "the delay ended early: {0}"
    FAILED = "{0}: {1} failed"
    FAILED_AFTER_COMMIT = "{0}: {1} failed after it was stored"
    BROKEN = "{0}: wire fault {1}"


WARNINGS: Final = frozenset(step for step in Step if step.value.startswith("warning: "))
# They come after the step that decided the reply.
_AFTERTHOUGHTS: Final = frozenset({Step.OTHER_SITE})
_ASIDES: Final = WARNINGS | {
    Step.COOKIE_MISNAMED, Step.FIELD_MISNAMED, Step.DELAYED, Step.WOKEN, Step.BROKEN,
}  # fmt: skip


class DurationFact(int):
    """A fact that is a duration in milliseconds, and is formatted as one."""

    def __str__(self) -> str:
        return human(int(self))


Fact: TypeAlias = str | int


def sentence(step: Step, facts: tuple[Fact, ...]) -> str:
    """Return a step as a sentence."""
    return step.value.format(*map(str, facts))


@cache
def _sentences_of(steps: frozenset[Step]) -> re.Pattern[str]:
    """Return a pattern that matches the sentences of these steps."""
    forms = (re.sub(r"\\{\d\\}", ".*", re.escape(step.value)) for step in steps)
    return re.compile("|".join(forms), re.DOTALL)


def short_reason(sentences: Sequence[str]) -> str:
    """Return a short reason for a reply from its steps as sentences, as `Trace.why` does."""
    rest = list(sentences)
    afterthought = _sentences_of(_AFTERTHOUGHTS)
    places = (at for at in reversed(range(len(rest))) if not afterthought.fullmatch(rest[at]))
    decisive = rest.pop(next(places, -1)) if rest else ""
    return "; ".join([decisive, *filter(_sentences_of(_ASIDES).fullmatch, rest)])


class _Link(Struct, frozen=True, gc=False):
    step: Step
    facts: tuple[Fact, ...]
    before: _Link | None


class Trace(Struct, gc=False):
    """The steps of one request. Adding a step is cheap; reading builds the sentences.

    Journals keep thousands of traces. A linked list of untracked structs spares the garbage
    collector from traversing as many lists.
    """

    _last: _Link | None = None
    length: int = 0

    def add(self, step: Step, *facts: Fact) -> None:
        self._last = _Link(step, facts, self._last)
        self.length += 1

    def ends_with(self, step: Step) -> bool:
        """Whether this is the last step."""
        return self._last is not None and self._last.step is step

    def first(self, length: int) -> Trace:
        """Return a trace with the first steps of this one."""
        link = self._last
        for _ in range(self.length - length):
            link = None if link is None else link.before
        return Trace(link, length)

    @property
    def steps(self) -> list[tuple[Step, tuple[Fact, ...]]]:
        """Every step with its facts, in order."""
        found, link = [], self._last
        while link is not None:
            found.append((link.step, link.facts))
            link = link.before
        return found[::-1]

    def sentences(self) -> list[str]:
        return [sentence(step, facts) for step, facts in self.steps]

    def why(self) -> str:
        """Return a short reason for the reply.

        The last step comes first, because it decided the reply. Delays and warnings follow.
        """
        steps = self.steps
        last = next(i for i in reversed(range(len(steps))) if steps[i][0] not in _AFTERTHOUGHTS)
        decisive = steps.pop(last)
        asides = [sentence(step, facts) for step, facts in steps if step in _ASIDES]
        return "; ".join([sentence(*decisive), *asides])
