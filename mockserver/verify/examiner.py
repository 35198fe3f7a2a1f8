"""Sends requests to the server and records what its replies say about the contract."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from mockserver.api.common import WHOLE
from mockserver.api.page import Code, Endpoint, Statement
from mockserver.api.token.page import GET_REPEATS, GET_TOKEN, NEW_REPLACES, TOKEN_FOUND
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import pair_of, statements_of
from mockserver.verify.findings import Findings
from mockserver.verify.judge import (
    Claims,
    Judgement,
    code_of,
    judge_page,
    judge_refusal,
    judge_reply,
    judge_token,
    token_of,
)
from mockserver.verify.masks import Masks
from mockserver.verify.target import (
    NO_FIELDS,
    BadAnswerError,
    Fields,
    HttpReply,
    NoAnswerError,
    RemoteApi,
)
from mockserver.verify.terms import DOCUMENTED, Terms

_MOST_STEPS: Final = 6
# All other comparisons of tokens rely on these statements.
_OF_TOKENS: Final = (NEW_REPLACES, GET_REPEATS)


class SentCookie(Struct, frozen=True):
    """The credentials of a request: a whole `Cookie` header, or None for none.

    `label` describes them in reports. `claims` are the known facts about the user.
    """

    cookie: str | None
    label: str
    claims: Claims | None = None


NO_COOKIE: Final = SentCookie(None, "no cookie")


class Form(Struct, frozen=True):
    """The fields of a request, and a description of them without secrets."""

    fields: Fields
    label: str


NO_FORM: Final = Form(NO_FIELDS, "")


class Answer(Struct, frozen=True):
    """A reply, and a description of its request. `ok` says that the reply was as expected."""

    sent: str
    reply: HttpReply
    ok: bool = True

    @property
    def token(self) -> str | None:
        """The token in the reply, if the reply was as expected."""
        return token_of(self.reply) if self.ok else None


class BrokenOffError(Exception):
    """Ends the run, because a reply was incomplete or the time is up. Findings are kept."""


class Examiner:
    """Tests one server by the terms of a profile. Its findings do not contain what `masks` hide.

    Every method that sends a request raises BrokenOffError if the reply is incomplete or the time
    is up.
    """

    def __init__(
        self,
        target: RemoteApi,
        deadline: Deadline,
        http_status: str = "200",
        terms: Terms = DOCUMENTED,
    ) -> None:
        self.findings = Findings(statements_of(terms.name))
        self.masks = Masks()
        self.terms = terms
        self.target = target
        self._deadline = deadline
        self._http_status = http_status
        self._steps: list[str] = []

    def under(self, prefix: str) -> Examiner:
        """Return an examiner with the same findings, of the API under a path before `/api/v2`."""
        other = copy.copy(self)
        other.target = self.target.under(prefix)
        return other

    def begin(self) -> None:
        """Start a new sequence, which does not depend on earlier steps."""
        self._steps.clear()

    def ask(
        self, path: str, cookie: SentCookie, method: str = "POST", form: Form = NO_FORM
    ) -> Answer:
        """Send one request."""
        if self._deadline.passed:
            raise BrokenOffError(f"the run has taken {self._deadline.seconds:g} s")
        sent = f"{method} {path} with "
        sent += f"{form.label} and {cookie.label}" if form.label else cookie.label
        if cookie.cookie is not None or form.fields:  # else earlier steps do not matter
            if self._steps:
                sent += ", after " + ", ".join(self._steps[-_MOST_STEPS:])
            self._steps.append(path.rpartition("/")[2].replace("token", "get"))
        try:
            reply = self.target.ask(method, path, cookie.cookie, form.fields)
        except (NoAnswerError, BadAnswerError) as error:
            words = self.masks.shown(str(error))
            self.findings.add(Judgement(WHOLE, False, "a whole reply"), None, sent, words)
            raise BrokenOffError(words) from None
        self.findings.add(Judgement(WHOLE, True, "a whole reply"), reply, sent, "")
        return Answer(sent, reply)

    def expect(
        self,
        endpoint: Endpoint,
        code: Code,
        cookie: SentCookie = NO_COOKIE,
        about: Statement | None = None,
        form: Form = NO_FORM,
    ) -> Answer:
        """Send a request to an endpoint, and judge the reply, which should have this code.

        Another documented code breaks the statement `about`, by default that of the pair.
        """
        return self.judge(
            self.ask(endpoint.path, cookie, endpoint.method, form), endpoint, code, about
        )

    def judge(
        self, answer: Answer, endpoint: Endpoint, code: Code, about: Statement | None = None
    ) -> Answer:
        """Judge a reply that should have this code. The result says whether it has."""
        reply = answer.reply
        self._note(
            answer, judge_reply(reply, endpoint, code, self._http_status, about, terms=self.terms)
        )
        return Answer(answer.sent, reply, code_of(reply) == code.number)

    def expect_token(self, cookie: SentCookie, token: str | None, about: Statement) -> str | None:
        """Fetch the token and check that it equals `token`, unless `token` is None.

        Returns the received token. If new and get disagree already, their tokens say nothing about
        other statements, so the check is skipped.
        """
        answer = self.expect(GET_TOKEN, TOKEN_FOUND, cookie, about=about)
        telling = about in _OF_TOKENS or not self.findings.broken(*_OF_TOKENS)
        if telling and token is not None and answer.token is not None:
            self.note(about, answer.token == token, answer, "the same token", "another token")
        return answer.token

    def expect_refusal(
        self, path: str, method: str, about: Statement, cookie: SentCookie = NO_COOKIE
    ) -> None:
        """Send an undocumented request, and judge the refusal."""
        answer = self.ask(path, cookie, method)
        self._note(answer, judge_refusal(answer.reply, about))

    def expect_page(self, endpoint: Endpoint, about: Statement, form: Form) -> None:
        """Send a request that should get the server's HTML page of an error."""
        answer = self.ask(endpoint.path, NO_COOKIE, endpoint.method, form)
        self._note(answer, [judge_page(answer.reply, about)])

    def skip(self, endpoint: Endpoint, code: Code, reason: str) -> None:
        """Say why a pair was not tried."""
        self.findings.skip(pair_of(endpoint, code), reason)

    def examine_token(self, answer: Answer, cookie: SentCookie) -> None:
        """Judge a newly issued token, if the answer has one."""
        if answer.token is not None:
            self._note(answer, judge_token(answer.token, cookie.claims))

    def note(self, check: Statement, holds: bool, answer: Answer, expected: str, came: str) -> None:
        """Record a judgement about an answer."""
        self._note(answer, [Judgement(check, holds, expected, came)])

    def _note(self, answer: Answer, judgements: Iterable[Judgement]) -> None:
        for judgement in judgements:
            came = ""
            if not judgement.holds:
                came = self.masks.shown(judgement.came or _as_text(answer.reply))
            self.findings.add(judgement, answer.reply, answer.sent, came)


def _as_text(reply: HttpReply) -> str:
    body = reply.body.decode("utf-8", "backslashreplace")
    token = token_of(reply)
    if token is not None:
        body = body.replace(token, "[token]")
    kind = "" if reply.document is not None else f" {reply.content_type or 'without a type'}"
    return f"HTTP {reply.status}{kind} {body}".rstrip()
