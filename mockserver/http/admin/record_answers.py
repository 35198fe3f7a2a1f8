"""The answers of calls about what was recorded: requests, mails and coverage."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mockserver.http.admin.answers import ControlAnswer
from mockserver.record.text import one_line


class StruckAnswer(ControlAnswer, frozen=True):
    """A fault that hit a request: its source, the operation that it hit, and its effect."""

    source: str
    operation: str
    effect: str


class SentAnswer(ControlAnswer, frozen=True):
    """What the client sent, without secrets. Of the body, at most 4 KB."""

    headers: dict[str, str]
    query: str
    body: str
    truncated: Annotated[bool, Meta(description="Whether the body was longer.")]


class GotAnswer(ControlAnswer, frozen=True):
    """What the client got, without secrets. Of the body, at most 4 KB."""

    headers: dict[str, str]
    body: str
    truncated: Annotated[bool, Meta(description="Whether the body was longer.")]


class EntryAnswer(ControlAnswer, frozen=True):
    """An entry of the journal, without signatures and tokens."""

    id: int
    time: str
    method: str
    path: str
    endpoint: Annotated[
        str | None, Meta(description="The documented path that the request reached.")
    ]
    status: int
    code: Annotated[int | None, Meta(description="The code in the envelope.")]
    username: Annotated[str | None, Meta(description="The session's user.")]
    sid: str | None
    scenario: str | None
    faults: list[StruckAnswer]
    explain: Annotated[list[str], Meta(description="The steps that led to the reply.")]
    warnings: list[str]
    duration_ms: float
    request: SentAnswer
    response: GotAnswer

    def __str__(self) -> str:
        """Return one line that says what came, what was answered, and why."""
        user = self.username or "-"
        steps = "; ".join(self.explain)
        return one_line(f"{self.method} {self.path} -> {self.status} {self.code} {user}: {steps}")


class EntriesAnswer(ControlAnswer, frozen=True):
    """Entries of the journal, oldest first. `total` counts all matching ones, beyond `limit` too.

    `complete` is false if an evicted entry could have matched.
    """

    complete: bool
    total: int
    requests: list[EntryAnswer]


class MailAnswer(ControlAnswer, frozen=True):
    """A mail in the outbox. `link` is under the sandbox's `api_url`."""

    id: int
    time: str
    username: str
    to: Annotated[str, Meta(description="The address as it was given.")]
    subject: str
    html: str
    link: Annotated[str, Meta(description="Verifies the user when it is followed.")]
    code: Annotated[str, Meta(description="The `code` in the link's query.")]
    delivered: Annotated[bool, Meta(description="False if the mail server refused the mail.")]
    reason: Annotated[str | None, Meta(description="Why it was refused.")]


class MailsAnswer(ControlAnswer, frozen=True):
    """Mails of the outbox, oldest first. `total` counts all matching ones, beyond `limit` too.

    `complete` is false if an evicted mail could have matched.
    """

    complete: bool
    total: int
    messages: list[MailAnswer]


class CountAnswer(ControlAnswer, frozen=True):
    """The number of matching journal entries. `met` says whether there are `at_least` that many.

    `complete` is false if an evicted entry could have matched.
    """

    count: int
    complete: bool
    met: bool


class PairAnswer(ControlAnswer, frozen=True):
    """How often an endpoint has answered with a code."""

    endpoint: str
    code: int
    count: int


class CoverageAnswer(ControlAnswer, frozen=True):
    """How often each documented pair was answered. Forced codes are listed separately."""

    documented: int
    covered: int
    percent: float
    pairs: list[PairAnswer]
    forced: list[PairAnswer]
