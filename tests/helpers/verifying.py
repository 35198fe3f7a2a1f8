"""What the tests of `verify` share: a server to be judged that can be made to break its word."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from mockserver.testing.control_plane import ControlPlaneError
from mockserver.verify.bounded import Deadline
from mockserver.verify.control import BoundedControlPlane
from mockserver.verify.findings import Verdict
from mockserver.verify.given import Given
from mockserver.verify.members import DEFAULT_CAPTCHA, Member
from mockserver.verify.run import ContractReport, examine
from mockserver.verify.target import NO_FIELDS, Fields, HttpReply, reply_of
from mockserver.verify.terms import TERMS
from tests.helpers.app import Mock

JSON: Final = "application/json; charset=utf-8"


class Ask(Protocol):
    """The honest server. `fields` are those of the request that is being answered."""

    fields: Fields

    def __call__(
        self, method: str, path: str, cookie: str | None, fields: Fields | None = None
    ) -> HttpReply: ...


# Answers a request itself, or asks the honest server first.
Lie = Callable[[Ask, str, str, str | None], HttpReply]


class _Honest:
    def __init__(self, mock: Mock, prefix: str, path: str, fields: Fields) -> None:
        self.fields = fields
        self._mock = mock
        self._prefix = prefix
        self._path = path

    def __call__(
        self, method: str, path: str, cookie: str | None, fields: Fields | None = None
    ) -> HttpReply:
        if fields is None:
            fields = self.fields if path == self._path else {}
        answer = self._mock.send_form(method, f"{self._prefix}/api/v2{path}", cookie, fields)
        kind = answer.headers["content-type"]
        return reply_of(answer.status, kind, answer.text.encode(), "", answer.set_cookies)


class WsgiTarget:
    """The mock as a target, without sockets; what it says goes through the lie."""

    def __init__(self, mock: Mock, lie: Lie | None = None, prefix: str = "") -> None:
        self.url = f"http://localhost{prefix}/api/v2"
        self.asked: list[tuple[str, str]] = []
        self.sent: list[Fields] = []
        self._mock = mock
        self._lie = lie
        self._prefix = prefix

    def ask(
        self, method: str, path: str, cookie: str | None = None, fields: Fields = NO_FIELDS
    ) -> HttpReply:
        self.asked.append((method, path))
        self.sent.append(fields)
        honest = _Honest(self._mock, self._prefix, path, fields)
        if self._lie is None:
            return honest(method, path, cookie)
        return self._lie(honest, method, path, cookie)

    def under(self, prefix: str) -> WsgiTarget:
        other = WsgiTarget(self._mock, self._lie, prefix)
        other.asked, other.sent = self.asked, self.sent
        return other


class WsgiControl(BoundedControlPlane):
    """The mock's control plane, without sockets."""

    def __init__(self, mock: Mock, sandbox: str = "", change: Callable[[Any], Any] = dict) -> None:
        super().__init__("http://localhost/__admin", None, 1)
        self._mock = mock
        self._sandbox = sandbox
        self._change = change

    def under(self, path: str) -> WsgiControl:
        return WsgiControl(self._mock, path.rpartition("/")[2], self._change)

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        sent = None if body is None else self._change(body)
        given = {name: value for name, value in query.items() if value is not None}
        target = path + (f"?{urlencode(given)}" if given else "")
        answer = self._mock.admin(method, target, sent, sandbox=self._sandbox)
        if answer.status >= 400:
            raise ControlPlaneError(answer.json["detail"])
        return answer.json if answer.text else None


def judge(
    mock: Mock,
    lie: Lie | None = None,
    *,
    control: bool = True,
    change: Callable[[Any], Any] = dict,
    cookie: str | None = None,
    member: Member | None = None,
    captcha: str = DEFAULT_CAPTCHA,
    profile: str = "documented",
    **options: Any,
) -> ContractReport:
    """A whole run against the mock, with a sandbox unless told otherwise."""
    plane = WsgiControl(mock, change=change) if control else None
    given = Given(cookie, member, captcha, plane)
    target = WsgiTarget(mock, lie)
    deadline = Deadline(60, now=lambda: 0.0)
    return examine(target, deadline, given, terms=TERMS[profile], **options)


def names(outcome: ContractReport, *verdicts: Verdict) -> Collection[str]:
    """The statements with these verdicts."""
    return {result.check.name for result in outcome.of(*verdicts)}


def envelope(document: object, status: int = 200, set_cookies: Collection[str] = ()) -> HttpReply:
    """A reply as the API writes it."""
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return reply_of(status, JSON, body, "", set_cookies)
