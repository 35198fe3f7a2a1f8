"""Sends requests to the server and records what its replies say about the contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct

from mockserver.api.common import WHOLE
from mockserver.api.page import Code, Endpoint, Statement
from mockserver.api.token.page import GET_REPEATS, GET_TOKEN, NEW_REPLACES, TOKEN_FOUND
from mockserver.record.text import one_line, redacted
from mockserver.verify.bounded import Deadline
from mockserver.verify.findings import Findings
from mockserver.verify.judge import (
    Claims,
    Judgement,
    code_of,
    judge_refusal,
    judge_reply,
    judge_token,
    token_of,
)
from mockserver.verify.target import BadAnswerError, HttpReply, NoAnswerError, RemoteApi

_MOST_SHOWN: Final = 240
_MOST_STEPS: Final = 6
# All other comparisons of tokens rely on these statements.
_OF_TOKENS: Final = (NEW_REPLACES, GET_REPEATS)


class Credentials(Struct, frozen=True):
    """The credentials of a request: a whole `Cookie` header, or None for none.

    `label` describes them in reports. `claims` are the known facts about the user.
    """

    cookie: str | None
    label: str
    claims: Claims | None = None


NO_CREDENTIALS: Final = Credentials(None, "no cookie")


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
    """Tests one server. `secrets` are texts that its findings must not contain.

    Every method that sends a request raises BrokenOffError if the reply is incomplete or the time
    is up.
    """

    def __init__(
        self,
        target: RemoteApi,
        deadline: Deadline,
        http_status: str = "200",
        secrets: Collection[str] = (),
    ) -> None:
        self.findings = Findings()
        self._target = target
        self._deadline = deadline
        self._http_status = http_status
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._steps: list[str] = []

    def begin(self) -> None:
        """Start a new sequence, which does not depend on earlier steps."""
        self._steps.clear()

    def ask(self, path: str, credentials: Credentials, method: str = "POST") -> Answer:
        """Send one request."""
        if self._deadline.passed:
            raise BrokenOffError(f"the run has taken {self._deadline.seconds:g} s")
        sent = f"{method} {path} with {credentials.label}"
        if credentials.cookie is not None:  # without a cookie, earlier steps do not matter
            if self._steps:
                sent += ", after " + ", ".join(self._steps[-_MOST_STEPS:])
            self._steps.append(path.rpartition("/")[2].replace("token", "get"))
        try:
            reply = self._target.ask(method, path, credentials.cookie)
        except (NoAnswerError, BadAnswerError) as error:
            words = shown(str(error), self._secrets)
            self.findings.add(Judgement(WHOLE, False, "a whole reply"), None, sent, words)
            raise BrokenOffError(words) from None
        self.findings.add(Judgement(WHOLE, True, "a whole reply"), reply, sent, "")
        return Answer(sent, reply)

    def expect(
        self,
        endpoint: Endpoint,
        code: Code,
        credentials: Credentials,
        about: Statement | None = None,
    ) -> Answer:
        """Send a request to an endpoint, and judge the reply, which should have this code.

        Another documented code breaks the statement `about`, by default that of the pair.
        """
        answer = self.ask(endpoint.path, credentials)
        self._note(answer, judge_reply(answer.reply, endpoint, code, self._http_status, about))
        return Answer(answer.sent, answer.reply, code_of(answer.reply) == code.number)

    def expect_token(
        self, credentials: Credentials, token: str | None, about: Statement
    ) -> str | None:
        """Fetch the token and check that it equals `token`, unless `token` is None.

        Returns the received token. If new and get disagree already, their tokens say nothing about
        other statements, so the check is skipped.
        """
        answer = self.expect(GET_TOKEN, TOKEN_FOUND, credentials, about=about)
        telling = about in _OF_TOKENS or not self.findings.broken(*_OF_TOKENS)
        if telling and token is not None and answer.token is not None:
            self.note(about, answer.token == token, answer, "the same token", "another token")
        return answer.token

    def expect_refusal(self, path: str, method: str, about: Statement) -> None:
        """Send an undocumented request without a cookie, and judge the refusal."""
        answer = self.ask(path, NO_CREDENTIALS, method)
        self._note(answer, judge_refusal(answer.reply, about))

    def examine_token(self, answer: Answer, credentials: Credentials) -> None:
        """Judge a newly issued token, if the answer has one."""
        if answer.token is not None:
            self._note(answer, judge_token(answer.token, credentials.claims))

    def note(self, check: Statement, holds: bool, answer: Answer, expected: str, came: str) -> None:
        """Record a judgement about an answer."""
        self._note(answer, [Judgement(check, holds, expected, came)])

    def _note(self, answer: Answer, judgements: Iterable[Judgement]) -> None:
        for judgement in judgements:
            came = shown(judgement.came or _as_text(answer.reply), self._secrets)
            self.findings.add(judgement, answer.reply, answer.sent, came)


def _as_text(reply: HttpReply) -> str:
    body = reply.body.decode("utf-8", "backslashreplace")
    token = token_of(reply)
    if token is not None:
        body = body.replace(token, "[token]")
    kind = "" if reply.document is not None else f" {reply.content_type or 'without a type'}"
    return f"HTTP {reply.status}{kind} {body}".rstrip()


def shown(text: str, secrets: Iterable[str]) -> str:
    """Return a text on one line, truncated, without secrets, tokens and signatures."""
    for secret in secrets:
        text = re.sub(re.escape(secret), "[cookie]", text, flags=re.IGNORECASE)
    text = one_line(redacted(text))
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"
