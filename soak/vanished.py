"""More delayed and waiting requests than threads, and clients that disconnect.

The control plane answers meanwhile. The threads are free again once the clients disconnect, or once
the cause of the wait is removed.
"""

from __future__ import annotations

import json
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from soak.client import cookie, post
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError, Reply, ReplyReader
from soak.server import Server

# The number of requests over the number of threads.
MORE: Final = 20
ANSWER_S: Final = 5.0
MOST_CONTROL_S: Final = 2.0
_CONTROL_CALLS: Final = 20
_SETTLE_S: Final = 0.3
_FIXTURES: Final = """
users: [{username: delayed}, {username: other}]
sessions: [{sid: delayed, username: delayed}, {sid: other, username: other}]
scenarios: {held: {faults: [{operation: request, delay: 10m, username: delayed}]}}
"""
_FAULT: Final = {"operation": "request", "delay": "10m", "username": "delayed"}
_DELAYED: Final = post("/auth/token", "delayed")
_OTHER: Final = post("/auth/token", "other")
_RESET: Final = struct.pack("ii", 1, 0)


class _Mock:
    """A server with a timeout of ANSWER_S. `control_s` has the seconds of each control call."""

    def __init__(self, server: Server, threads: int, control_s: list[float]) -> None:
        self.server = server
        self.threads = threads
        self.control_s = control_s

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the control plane. Raises BrokenReplyError if it refuses."""
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} /__admin{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        begin = time.monotonic()
        reply = self.ask(head.encode() + data)
        self.control_s.append(time.monotonic() - begin)
        if reply.status >= 300:
            raise BrokenReplyError(f"{method} {path}: status {reply.status}", reply.body)
        return json.loads(reply.body) if reply.body else None

    def ask(self, request: bytes) -> Reply:
        """Send a request on its own connection, and return the reply."""
        with self.server.connect(ANSWER_S) as connection:
            connection.sendall(request)
            return ReplyReader(connection).due()

    def crowd(self, held: ExitStack, request: bytes = _DELAYED) -> list[socket.socket]:
        """Open more clients than there are threads. Each sends the request and waits."""
        return self.send(request, self.threads + MORE, held)

    def send(self, request: bytes, count: int, held: ExitStack) -> list[socket.socket]:
        """Open `count` clients that send the request and wait."""
        clients = [held.enter_context(self.server.connect(ANSWER_S)) for _ in range(count)]
        for client in clients:
            client.sendall(request)
        time.sleep(_SETTLE_S)
        return clients


def run(profile: str, threads: int, deadline: Deadline) -> Findings:
    """Run each stage on its own server, so that a blocked server does not affect the next."""
    findings = Findings("vanished")
    control_s: list[float] = []
    passed: dict[str, str] = {}
    for name, stage in _STAGES.items():
        if not deadline.left_s():
            findings.failures.append("out of time")
            break
        begin = time.monotonic()
        try:
            with _mock(profile, threads, control_s) as mock, ExitStack() as held:
                stage(mock, held)
            passed[name] = "ok"
        except (BrokenReplyError, OSError) as error:
            passed[name] = "FAILED"
            took = time.monotonic() - begin
            findings.failures.append(f"{name}: after {took:.1f} s {type(error).__name__}: {error}")
    if control_s and max(control_s) > MOST_CONTROL_S:
        findings.failures.append(f"a call of the control plane took {max(control_s):.1f} s")
    findings.figures |= {
        "threads": threads,
        "delayed": threads + MORE,
        **passed,
        "control plane p50": percentile_ms(control_s, 50),
        "longest": percentile_ms(control_s, 100),
    }
    return findings


@contextmanager
def _mock(profile: str, threads: int, control_s: list[float]) -> Iterator[_Mock]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "fixtures.yaml"
        path.write_text(_FIXTURES)
        flags = ("--quiet", "--profile", profile, "--threads", str(threads))
        with Server(*flags, "--fixtures", str(path)) as server:
            yield _Mock(server, threads, control_s)


def _control_answers(mock: _Mock, held: ExitStack) -> None:
    mock.control("POST", "/faults", _FAULT)
    mock.crowd(held)
    for _ in range(_CONTROL_CALLS):
        mock.control("GET", "/scenarios")


def _clients_go(mock: _Mock, held: ExitStack) -> None:
    mock.control("POST", "/faults", _FAULT)
    for number, client in enumerate(mock.crowd(held)):
        if number % 2:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        client.close()
    _expect(mock.ask(_OTHER))


def _fault_goes(mock: _Mock, held: ExitStack) -> None:
    fault = mock.control("POST", "/faults", _FAULT)
    clients = mock.crowd(held)
    mock.control("DELETE", f"/faults/{fault['id']}")
    _expect_all(clients)


def _reset(mock: _Mock, held: ExitStack) -> None:
    mock.control("POST", "/faults", _FAULT)
    clients = mock.crowd(held)
    mock.control("POST", "/reset")
    _expect_all(clients)


def _scenario_goes(mock: _Mock, held: ExitStack) -> None:
    mock.control("PUT", "/scenario", {"name": "held"})
    clients = mock.crowd(held)
    mock.control("PUT", "/scenario", {"name": "normal"})
    _expect_all(clients)


def _sandbox_goes(mock: _Mock, held: ExitStack) -> None:
    sandbox = mock.control("POST", "/sandboxes", {})
    path = sandbox["admin"].removeprefix("/__admin")
    mock.control("POST", f"{path}/faults", _FAULT)
    session = next(s for s in sandbox["sessions"] if s["username"] == "delayed")
    request = _DELAYED.replace(cookie("delayed").encode(), session["cookie_header"].encode())
    clients = mock.crowd(held, request)
    mock.control("DELETE", path)
    for client in clients:  # any complete reply will do
        ReplyReader(client).due()


def _waiting_go(mock: _Mock, held: ExitStack) -> None:
    wait = "/requests/count?at_least=1000000&wait="
    request = f"GET /__admin{wait}60s HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    clients = mock.send(request, mock.threads // 2, held)
    for client in clients:
        client.close()
    end = Deadline(ANSWER_S)
    while True:  # a slot is free once the server notices a disconnect
        try:
            mock.control("GET", f"{wait}1ms")
        except BrokenReplyError:
            if not end.left_s():
                raise
            time.sleep(0.05)
        else:
            break
    _expect(mock.ask(_OTHER))


_STAGES: Final[Mapping[str, Callable[[_Mock, ExitStack], None]]] = {
    "control plane answers": _control_answers,
    "clients go": _clients_go,
    "fault goes": _fault_goes,
    "scenario goes": _scenario_goes,
    "sandbox goes": _sandbox_goes,
    "reset": _reset,
    "waiting clients go": _waiting_go,
}


def _expect(reply: Reply) -> None:
    """Raise BrokenReplyError unless the status is 200."""
    if reply.status != 200:
        raise BrokenReplyError(f"status {reply.status}", reply.body)


def _expect_all(clients: list[socket.socket]) -> None:
    for client in clients:
        _expect(ReplyReader(client).due())
