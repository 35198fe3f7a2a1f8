"""The control plane replies while other requests, and other calls of it, wait."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.once import Once
from tests.helpers.raw_http import ask, read_all, request
from tests.helpers.text import GET, NEW, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")
EACH = 20
READS = [spec for spec in (*SERVER_CALLS, *SANDBOX_CALLS) if spec.method == "GET"]


def call(method: str, path: str, body: object = None) -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} /__admin{path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(data)}", "", ""]
    return "\r\n".join(lines).encode() + data


class Crowd:
    """A mock that keeps one idle thread, with requests that are delayed and calls that wait."""

    def __init__(self, mock: MockServer, stack: ExitStack) -> None:
        self.mock = mock
        self._stack = stack
        fault = {"operation": "find_user", "endpoint": NEW, "delay": "10m"}
        mock.control.call("POST", "/faults", fault)
        self.waiting = [self.send(request(NEW, ALICE)) for _ in range(EACH)]
        never = call("GET", "/requests/count?code=1320003&at_least=1&wait=60s")
        self.waiting += [self.send(never) for _ in range(EACH)]
        while mock.control.call("GET", "/faults")["faults"][0]["fired"] < EACH:
            pass  # each look is a request of its own

    def send(self, data: bytes) -> socket.socket:
        address = ("127.0.0.1", self.mock.port)
        connection = socket.create_connection(address, timeout=PATIENCE_S)
        self._stack.enter_context(connection).sendall(data)
        return connection

    def ask(self, data: bytes) -> Any:
        (reply,) = ask(self.mock.port, data)
        return reply

    @property
    def still_waits(self) -> bool:
        """Whether nobody of them has been answered."""
        return select.select(self.waiting, [], [], 0)[0] == []


@contextmanager
def gathered() -> Iterator[Crowd]:
    with ExitStack() as stack:
        yield Crowd(stack.enter_context(MockServer(SHIPPED, threads=1)), stack)


@pytest.fixture
def crowd(once: Once, state_kind: str) -> Crowd:
    return once.started(state_kind, gathered)


@pytest.mark.parametrize("spec", READS, ids=lambda spec: spec.path)
def test_every_call_that_reads_is_answered(crowd: Crowd, spec: CallSpec) -> None:
    path = re.sub(r"\{[a-z_:]+\}", "alice", spec.path)
    assert crowd.ask(call("GET", path)).status in (200, 404, 422)
    assert crowd.still_waits


def test_calls_that_write_are_answered_and_count_for_others(crowd: Crowd) -> None:
    made = json.loads(crowd.ask(call("POST", "/sandboxes", {})).body)
    below = made["admin"].removeprefix("/__admin")
    assert crowd.ask(call("PUT", below + "/scenario", {"name": "db-down"})).status == 200
    (alice,) = (one for one in made["sessions"] if one["username"] == "alice")
    assert "1950301" in crowd.ask(request(GET, alice["cookie_header"])).body
    assert crowd.ask(call("DELETE", below)).status == 204
    assert crowd.ask(call("PUT", "/users/new-here", {"token": "issue"})).status == 201
    assert crowd.ask(call("DELETE", "/users/new-here")).status == 204
    assert crowd.still_waits


def test_a_call_that_waits_is_answered_once_it_is_met_while_the_others_wait_on(
    crowd: Crowd,
) -> None:
    crowd.ask(call("DELETE", "/requests"))
    met = crowd.send(call("GET", "/requests/count?code=1320001&at_least=1&wait=60s"))
    assert "1320001" in crowd.ask(request(GET, ALICE)).body
    assert b'"met":true' in read_all(met)
    assert crowd.still_waits
