"""A stop loses no request, whichever thread receives the signal and whatever the system lacks."""

from __future__ import annotations

import ctypes
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from mockserver.fixtures import load_fixtures
from mockserver.record.exchange import Exchange
from mockserver.server import http_server
from mockserver.server.http_server import HttpServer
from mockserver.server.running import Running, start
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import SystemClock
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server
from tests.helpers.raw_http import read_all, request
from tests.helpers.text import GET, NEW, SHIPPED, cookie

ALICE = cookie("session-of-alice")
# Far below the delay of a request, far above what a stop takes on a slow machine.
AT_ONCE_S = 30.0
DELAY = {"operation": "find_user", "endpoint": GET, "delay": "10m"}
COUNT = b"GET /__admin/requests/count?at_least=1000&wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n"
# The stack of a new thread does not fit into what the process may map. This holds for root, too.
WITHOUT_THREADS = ["sh", "-c", 'ulimit -s 4000000; ulimit -v 3000000; exec "$@"', "sh"]

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux lists and limits threads this way"
)


def delayed(server: Server, stack: ExitStack, number: int) -> list[socket.socket]:
    """Connections whose requests wait by the time that this returns."""
    server.control.call("POST", "/faults", DELAY)
    connections = [stack.enter_context(server.connect()) for _ in range(number)]
    for connection in connections:
        connection.sendall(request(GET, ALICE))
    while server.control.call("GET", "/faults")["faults"][0]["fired"] < number:
        pass  # each look is a request of its own
    return connections


def keep_alive(server: Server, stack: ExitStack) -> socket.socket:
    """A connection that idles after its first reply."""
    connection = stack.enter_context(server.connect())
    connection.sendall(request(GET, close=False))
    while not connection.recv(65536).endswith(b"}"):
        pass
    return connection


def signal_thread(server: Server, which: Callable[[list[int]], int]) -> None:
    """Send SIGTERM to a thread that is not the main one, which the system would choose."""
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    others = [int(task.name) for task in tasks if int(task.name) != server.process.pid]
    tgkill = getattr(ctypes.CDLL(None), "tgkill", None)
    if tgkill is None:
        pytest.skip("this C library has no tgkill")
    assert tgkill(server.process.pid, which(others), signal.SIGTERM) == 0


@needs_proc
@pytest.mark.parametrize("which", [min, max])
def test_a_signal_that_another_thread_receives_ends_all_delays(
    which: Callable[[list[int]], int],
) -> None:
    """The main thread answers the first request, and so waits; the others lead or follow."""
    with Server("--quiet") as server, ExitStack() as stack:
        connections = delayed(server, stack, 3)
        signal_thread(server, which)
        for connection in connections:
            connection.settimeout(AT_ONCE_S)
            assert b"1320001" in read_all(connection)
        assert server.process.wait(AT_ONCE_S) == 0
        assert "".join(server.log()) == ""


@needs_proc
def test_a_signal_that_another_thread_receives_while_the_main_one_follows() -> None:
    with Server("--quiet") as server, ExitStack() as stack:
        connections = delayed(server, stack, 2)
        server.control.call("DELETE", "/faults")
        assert all(b"1320001" in read_all(connection) for connection in connections)
        signal_thread(server, max)
        assert server.process.wait(AT_ONCE_S) == 0


@needs_proc
def test_without_a_thread_to_start_a_stop_finishes_what_is_in_flight() -> None:
    with Server("--quiet", prefix=WITHOUT_THREADS) as server, ExitStack() as stack:
        server.control.call("POST", "/faults", DELAY)
        assert b"1320001" in server.post(GET, ALICE)
        (entry,) = server.control.call("GET", "/requests")["requests"]
        assert "no thread left" in "; ".join(entry["explain"]), "else this tests nothing"
        idle = keep_alive(server, stack)
        begun = stack.enter_context(server.connect())
        head = request(NEW, ALICE).replace(b"Content-Length: 0", b"Content-Length: 10")
        begun.sendall(head + b"abc")
        server.post(GET)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_deaf()
        begun.sendall(b"defghij")
        assert b"1320002" in read_all(begun)
        assert read_all(idle) == b""
        assert server.process.wait(PATIENCE_S) == 0
        assert "".join(server.log()) == ""


@needs_proc
@pytest.mark.parametrize("finished", [True, False])
def test_without_a_thread_to_start_a_second_signal_hurries_the_stop(finished: bool) -> None:
    with Server("--quiet", prefix=WITHOUT_THREADS) as server, server.connect() as begun:
        begun.sendall(request(GET).replace(b"Content-Length: 0", b"Content-Length: 3"))
        server.post(GET)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_deaf()
        server.process.send_signal(signal.SIGTERM)
        if finished:
            begun.sendall(b"abc")
            assert b"1940103" in read_all(begun)
        assert server.process.wait(PATIENCE_S) == (0 if finished else 130)
        assert "".join(server.log()) == ""


def frozen(server: Server, send: Callable[[], None]) -> None:
    """What is sent is in the sockets' buffers by the time that the server sees the signal."""
    server.process.send_signal(signal.SIGSTOP)
    send()
    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGCONT)


def test_a_request_on_an_idle_connection_that_was_sent_before_the_signal_is_answered() -> None:
    with Server("--quiet") as server, ExitStack() as stack:
        idle = [keep_alive(server, stack) for _ in range(50)]

        def send() -> None:
            for connection in idle:
                connection.sendall(request(NEW, ALICE, close=False))

        frozen(server, send)
        replies = [read_all(connection) for connection in idle]
        assert all(b"1320002" in reply for reply in replies)
        assert all(b"Connection: close" in reply for reply in replies)
        assert server.process.wait(PATIENCE_S) == 0


def serving(running: Running, stack: ExitStack, number: int) -> tuple[Thread, list[socket.socket]]:
    """The thread of a server in this process, and so many connections to it."""
    thread = Thread(target=running.server.run, daemon=True)
    thread.start()
    address = ("127.0.0.1", running.port)
    return thread, [
        stack.enter_context(socket.create_connection(address, timeout=PATIENCE_S))
        for _ in range(number)
    ]


def test_a_request_that_arrives_while_the_last_one_is_answered_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server has no reason to look at the idle connection but that it is about to close it."""
    monkeypatch.setattr(http_server, "_QUIET_S", 0.0)
    with ExitStack() as stack:

        def observe(exchange: Exchange) -> None:
            if exchange.path.endswith(NEW) and not running.server.stopping:
                idle.sendall(request(NEW, ALICE, close=False))
                running.server.stop()

        running = start(ServeSettings(port=0), load_fixtures(SHIPPED), SystemClock(), observe)
        thread, (idle, last) = serving(running, stack, 2)
        idle.sendall(request(GET, ALICE, close=False))
        assert b"1320001" in idle.recv(65536)
        last.sendall(request(NEW, ALICE, close=False))
        assert b"1320002" in read_all(last)
        assert b"1320002" in read_all(idle)
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_a_request_that_arrives_just_before_its_idle_connection_is_closed_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_server, "_QUIET_S", 0.0)
    poll = HttpServer._poll
    sends: list[Callable[[], None]] = []

    def poll_then_send(server: HttpServer, timeout_s: float) -> None:
        poll(server, timeout_s)
        if server.draining.is_set() and sends:
            sends.pop()()

    monkeypatch.setattr(HttpServer, "_poll", poll_then_send)
    with ExitStack() as stack:
        fixtures = load_fixtures(SHIPPED)
        running = start(ServeSettings(port=0), fixtures, SystemClock(), lambda _exchange: None)
        thread, (idle,) = serving(running, stack, 1)
        idle.sendall(request(GET, ALICE, close=False))
        assert b"1320001" in idle.recv(65536)
        sends.append(lambda: idle.sendall(request(NEW, ALICE, close=False)))
        running.server.stop()
        assert b"1320002" in read_all(idle)
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_what_was_sent_behind_a_request_that_waits_is_answered() -> None:
    with Server("--quiet") as server, ExitStack() as stack:
        server.control.call("POST", "/faults", DELAY)
        waiting = stack.enter_context(server.connect())
        waiting.sendall(request(GET, ALICE, close=False))
        while server.control.call("GET", "/faults")["faults"][0]["fired"] < 1:
            pass
        frozen(server, lambda: waiting.sendall(request(NEW, ALICE, close=False) * 3))
        reply = read_all(waiting)
        assert (reply.count(b"1320001"), reply.count(b"1320002")) == (1, 3)
        assert reply.count(b"Connection: close") == 1
        assert server.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("chunks", [b"3\r\nabc\r\n", b"3\r\nab"])
def test_the_rest_of_a_body_in_chunks_is_waited_for(chunks: bytes) -> None:
    framing = b"Transfer-Encoding: chunked\r\nContent-Type: text/plain"
    head = request(NEW, ALICE, close=False).replace(b"Content-Length: 0", framing)
    whole = head + b"3\r\nabc\r\n0\r\n\r\n"
    begun = head + chunks
    with Server("--quiet") as server, server.connect() as connection:
        frozen(server, lambda: connection.sendall(begun))
        server.wait_until_deaf()
        connection.sendall(whole[len(begun) :])
        assert b"1320002" in read_all(connection)
        assert server.process.wait(PATIENCE_S) == 0


def test_calls_of_the_control_plane_that_wait_get_their_replies() -> None:
    with Server("--quiet") as server, ExitStack() as stack:
        delayed(server, stack, 3)
        waiting = [stack.enter_context(server.connect()) for _ in range(20)]

        def send() -> None:
            for connection in waiting:
                connection.sendall(COUNT)

        frozen(server, send)
        for connection in waiting:
            reply = read_all(connection)
            assert b" 200 OK" in reply
            assert b'"met":false' in reply
        assert server.process.wait(PATIENCE_S) == 0
