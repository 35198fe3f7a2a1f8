"""What the tests of `verify` share: a server to be judged that can be made to break its word."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, Final
from urllib.parse import urlencode

from mockserver.testing.control_plane import ControlPlaneError
from mockserver.verify.bounded import Deadline
from mockserver.verify.control import BoundedControlPlane
from mockserver.verify.findings import Verdict
from mockserver.verify.run import ContractReport, examine
from mockserver.verify.target import HttpReply, reply_of
from tests.helpers.app import Mock

JSON: Final = "application/json; charset=utf-8"
Ask = Callable[[str, str, str | None], HttpReply]
# Answers a request itself, or asks the honest server first.
Lie = Callable[[Ask, str, str, str | None], HttpReply]


class WsgiTarget:
    """The mock as a target, without sockets; what it says goes through the lie."""

    def __init__(self, mock: Mock, lie: Lie | None = None) -> None:
        self.url = "http://localhost/api/v2"
        self.asked: list[tuple[str, str]] = []
        self._mock = mock
        self._lie = lie

    def ask(self, method: str, path: str, cookie: str | None = None) -> HttpReply:
        self.asked.append((method, path))
        if self._lie is None:
            return self._honest(method, path, cookie)
        return self._lie(self._honest, method, path, cookie)

    def _honest(self, method: str, path: str, cookie: str | None) -> HttpReply:
        answer = self._mock.call(f"/api/v2{path}", cookie, method)
        return reply_of(answer.status, answer.headers["content-type"], answer.text.encode())


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
        target = path + (f"?{urlencode(query)}" if query else "")
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
    **options: Any,
) -> ContractReport:
    """A whole run against the mock, with a sandbox unless told otherwise."""
    plane = WsgiControl(mock, change=change) if control else None
    target = WsgiTarget(mock, lie)
    return examine(target, Deadline(60, now=lambda: 0.0), control=plane, **options)


def names(outcome: ContractReport, *verdicts: Verdict) -> Collection[str]:
    """The statements with these verdicts."""
    return {result.check.name for result in outcome.of(*verdicts)}


def envelope(document: object, status: int = 200) -> HttpReply:
    """A reply as the API writes it."""
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return reply_of(status, JSON, body)
