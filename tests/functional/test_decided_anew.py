"""What was decided on a state that others changed meanwhile leaves no trace in the reply."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.sandbox.backend import CommitResult
from mockserver.sandbox.memory import MemoryBackend
from tests.helpers.text import GET, SHIPPED, cookie

pytestmark = pytest.mark.in_memory

ALICE = cookie("session-of-alice")


def reply(mock: MockServer) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=10)
    try:
        connection.request("POST", "/api/v2" + GET, headers={"Cookie": ALICE})
        got = connection.getresponse()
        headers = {name: value for name, value in got.getheaders() if name != "Date"}
        return got.status, headers, got.read()
    finally:
        connection.close()


@pytest.mark.parametrize("wire", ["html", "malformed", "reset", "empty", "truncate"])
def test_a_wire_fault_that_another_request_has_used_up(
    wire: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, commit = MemoryBackend.begin, MemoryBackend.commit
    conflicts = iter([CommitResult.CONFLICT])

    def begin_anew(self: MemoryBackend, *what: Any) -> Any:
        return begin(self, *what[:5])  # not `again`, so that the faults are drawn anew

    def commit_later(self: MemoryBackend, *what: Any) -> CommitResult:
        return next(conflicts, None) or commit(self, *what)

    with MockServer(SHIPPED) as mock:
        plain = reply(mock)
        mock.control.call("POST", "/faults", {"operation": "request", "wire": wire, "times": 1})
        monkeypatch.setattr(MemoryBackend, "begin", begin_anew)
        monkeypatch.setattr(MemoryBackend, "commit", commit_later)
        assert reply(mock) == plain
        assert not list(conflicts)
