"""Delayed and waiting requests: nobody else is held up, and a wait without a point ends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.errors import MockError
from mockserver.server import http_server, limits
from mockserver.server.limits import GRACE_S
from mockserver.state.memory import MemoryStore
from mockserver.testing.client import SandboxClient
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.process import Server
from tests.helpers.raw_http import ask, read_all, request
from tests.helpers.text import GET, NEW, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")
THREADS = 3
DELAYED = 40
COUNT = "/__admin/requests/count?code=1320002&at_least=1&wait=60s"


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer(SHIPPED, threads=THREADS) as running:
        yield running


def post(mock: MockServer, path: str, cookie_header: str = ALICE) -> Any:
    (reply,) = ask(mock.port, request(path, cookie_header))
    return reply.body


def call(mock: MockServer, method: str, path: str, body: object = None) -> Any:
    return mock.control.call(method, path, body)


def slow(mock: MockServer, **fields: object) -> Any:
    """A fault that delays looking at a token for as long as a fault can."""
    fault = {"operation": "find_user", "endpoint": GET, "delay": "10m", **fields}
    return call(mock, "POST", "/faults", fault)["id"]


def connect(mock: MockServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", mock.port), timeout=PATIENCE_S)


def delayed(mock: MockServer, stack: ExitStack, number: int, path: str = GET) -> list[Any]:
    """Connections whose requests wait by the time that this returns."""
    fired = sum(fault["fired"] for fault in call(mock, "GET", "/faults")["faults"])
    connections = [stack.enter_context(connect(mock)) for _ in range(number)]
    for connection in connections:
        connection.sendall(request(path, ALICE))

    def all_fired() -> bool:
        faults = call(mock, "GET", "/faults")["faults"]
        return bool(sum(fault["fired"] for fault in faults) == fired + number)

    eventually(all_fired, f"{number} requests that met a fault")
    return connections


def explained(mock: MockServer, number: int, words: str) -> bool:
    """Whether so many requests have been answered, each for this reason."""

    def entries() -> Any:
        return call(mock, "GET", "/requests")["requests"]

    eventually(lambda: len(entries()) >= number, f"{number} requests that are answered")
    return len(entries()) == number and all(words in "; ".join(e["explain"]) for e in entries())


def test_however_many_are_delayed_the_control_plane_and_others_are_answered(
    mock: MockServer,
) -> None:
    with ExitStack() as stack:
        slow(mock)
        delayed(mock, stack, DELAYED)
        assert call(mock, "GET", "/health")["status"] == "ok"
        assert "1320002" in post(mock, NEW)
        assert "1940103" in post(mock, GET, "")


@pytest.mark.in_memory
def test_a_slow_call_of_the_control_plane_holds_up_nobody(
    mock: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, others_done = threading.Semaphore(0), threading.Event()

    def sids(*_arguments: object) -> Iterator[str]:
        begun.release()
        assert others_done.wait(PATIENCE_S)
        return iter(())

    monkeypatch.setattr(MemoryStore, "sids", sids)
    with ThreadPoolExecutor(2 * THREADS) as pool:
        slow_calls = [pool.submit(call, mock, "GET", "/sessions") for _ in range(2 * THREADS)]
        assert all(begun.acquire(timeout=PATIENCE_S) for _ in slow_calls)
        assert "1320001" in post(mock, GET)
        assert call(mock, "GET", "/health")["status"] == "ok"
        others_done.set()
        assert [one.result(PATIENCE_S)["sessions"] for one in slow_calls] == [[]] * (2 * THREADS)


def test_requests_that_wait_leave_connections_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    connections, waits = 24, 8
    monkeypatch.setattr(http_server, "MAX_CONNECTIONS", connections)
    monkeypatch.setattr(limits, "MAX_WAITS", waits)
    with MockServer(SHIPPED, threads=THREADS) as mock, ExitStack() as stack:
        slow(mock)
        clients = [stack.enter_context(connect(mock)) for _ in range(2 * connections)]
        for client in clients:
            client.sendall(request(GET, ALICE))
        undelayed = len(clients) - waits
        assert explained(mock, undelayed, "8 requests wait already, which is the limit")
        assert call(mock, "GET", "/health")["status"] == "ok"
        with pytest.raises(MockError, match="8 requests wait already"):
            call(mock, "GET", "/requests/count?at_least=1000&wait=60s")
        call(mock, "DELETE", "/faults")
        assert all(b"1320001" in read_all(client) for client in clients)


def test_waits_take_at_most_half_of_the_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for soft, most in ((256, 128), (-1, 500), (1 << 20, 500)):
        monkeypatch.setattr(resource, "getrlimit", lambda _which, soft=soft: (soft, -1))
        assert limits.most_waits() == most


def test_delays_end_when_their_clients_have_gone(mock: MockServer) -> None:
    slow(mock)
    with ExitStack() as stack:
        delayed(mock, stack, DELAYED)
    assert explained(mock, DELAYED, "the delay ended early: the client has gone")


def test_a_delay_ends_with_its_client_whatever_that_has_sent_ahead(mock: MockServer) -> None:
    slow(mock)
    with ExitStack() as stack:
        (connection,) = delayed(mock, stack, 1)
        connection.sendall(20 * request(GET, ALICE, close=False) + b"POST / HTTP/1.1")
    assert explained(mock, 1, "the delay ended early: the client has gone")


def test_a_client_that_ends_only_its_own_side_gets_its_reply(mock: MockServer) -> None:
    with ExitStack() as stack:
        slow(mock)
        (connection,) = delayed(mock, stack, 1)
        connection.shutdown(socket.SHUT_WR)
        assert b"1320001" in read_all(connection)


def test_a_client_that_breaks_its_connection_ends_its_delay(mock: MockServer) -> None:
    with ExitStack() as stack:
        slow(mock)
        (connection,) = delayed(mock, stack, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
        assert explained(mock, 1, "the client has gone")


CAUSES: dict[str, tuple[Callable[[MockServer], object], str]] = {
    "all faults are removed": (
        lambda mock: call(mock, "DELETE", "/faults"), "ad-hoc fault 1 has gone"),
    "the fault is removed": (
        lambda mock: call(mock, "DELETE", "/faults/1"), "ad-hoc fault 1 has gone"),
    "the clock passes the fault's ttl": (
        lambda mock: call(mock, "PUT", "/clock", {"advance": "2h"}), "ad-hoc fault 1 has gone"),
}  # fmt: skip


@pytest.mark.parametrize("cause", CAUSES)
def test_delays_end_when_their_fault_goes(mock: MockServer, cause: str) -> None:
    change, why = CAUSES[cause]
    with ExitStack() as stack:
        slow(mock, ttl="1h")
        connections = delayed(mock, stack, THREADS + 1)
        change(mock)
        assert all(b"1320001" in read_all(connection) for connection in connections)
        assert explained(mock, len(connections), f"the delay ended early: {why}")


def test_delays_end_when_the_fault_removes_itself(mock: MockServer) -> None:
    with ExitStack() as stack:
        slow(mock, ttl="300ms")
        (connection,) = delayed(mock, stack, 1)
        assert b"1320001" in read_all(connection)
        assert explained(mock, 1, "ad-hoc fault 1 has gone")


def test_delays_end_at_a_reset_and_leave_nothing_behind(mock: MockServer) -> None:
    with ExitStack() as stack:
        slow(mock)
        connections = delayed(mock, stack, THREADS + 1)
        call(mock, "POST", "/reset")
        assert all(b"1320001" in read_all(connection) for connection in connections)
        assert call(mock, "GET", "/requests")["total"] == 0


def answer_of(sandbox: SandboxClient, mock: MockServer) -> Callable[[], bytes]:
    path = sandbox.api_url.partition("/api/v2")[0].partition(str(mock.port))[2] + "/api/v2" + GET
    ((name, value),) = sandbox.cookies("alice").items()
    line = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {name}={value}\r\n\r\n"

    def answer() -> bytes:
        with connect(mock) as connection:
            connection.sendall(line.encode())
            return read_all(connection)

    return answer


@pytest.fixture
def waiting(mock: MockServer) -> Iterator[tuple[SandboxClient, Callable[[], Future[bytes]]]]:
    """A sandbox with a fault that delays, and how to send it a request that waits."""
    sandbox = mock.sandbox()
    sandbox.control.call("POST", "/faults", {"operation": "request", "delay": "10m"})
    with ThreadPoolExecutor(1) as pool:

        def send() -> Future[bytes]:
            sent = pool.submit(answer_of(sandbox, mock))
            faults = partial(sandbox.control.call, "GET", "/faults")
            eventually(lambda: faults()["faults"][0]["fired"], "a request that met the fault")
            return sent

        yield sandbox, send


def test_a_delay_ends_when_its_sandbox_goes(
    waiting: tuple[SandboxClient, Callable[[], Future[bytes]]],
) -> None:
    sandbox, send = waiting
    sent = send()
    sandbox.close()
    assert sent.result(PATIENCE_S).startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize("name", ["normal", "crawl"])
def test_a_delay_ends_when_its_scenario_is_put_away_or_again(name: str, tmp_path: Any) -> None:
    fixtures = tmp_path / "f.yaml"
    fixtures.write_text(
        "users: [{username: alice, token: x}, {username: own, token: x, scenario: crawl}]\n"
        "sessions: [{sid: session-of-alice, username: alice}, {sid: s, username: own}]\n"
        "scenarios: {crawl: {faults: [{delay: 10m}]}}\n"
    )
    with MockServer(fixtures) as mock, ThreadPoolExecutor(2) as pool:
        call(mock, "PUT", "/scenario", {"name": "crawl"})
        active = pool.submit(post, mock, GET)
        own = pool.submit(post, mock, GET, cookie("s"))
        eventually(lambda: mock._running.delays.current == 2, "two delayed requests")
        call(mock, "PUT", "/scenario", {"name": name})
        assert "1320001" in active.result(PATIENCE_S)
        assert own.done() is False or name == "crawl", "a user's own scenario is still there"
        call(mock, "POST", "/reset")
        assert "1320001" in own.result(PATIENCE_S)


def test_calls_that_wait_hold_up_nobody_and_end_with_their_clients(mock: MockServer) -> None:
    data = f"GET {COUNT} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    server = mock._running.server
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(mock)) for _ in range(DELAYED)]
        for connection in connections:
            connection.sendall(data)
        eventually(lambda: server.waiting == DELAYED, "calls that wait")
        assert "1320001" in post(mock, GET)
    eventually(lambda: not server.waiting, "the end of the calls whose clients have gone")
    assert "1320001" in post(mock, GET)


def test_a_stop_wakes_whoever_is_delayed() -> None:
    with ExitStack() as stack:
        with MockServer(SHIPPED, threads=THREADS) as mock:
            slow(mock)
            connections = delayed(mock, stack, DELAYED)
        assert all(b"1320001" in read_all(connection) for connection in connections)


def test_a_wall_clock_that_is_set_back_does_not_hold_up_the_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days = iter((400, 0, -400))
    now = time.time()
    with ExitStack() as stack:
        with MockServer(SHIPPED) as mock:
            idle = stack.enter_context(connect(mock))
            for day in days:
                monkeypatch.setattr(time, "time", lambda day=day: now - day * 86_400)
                idle.sendall(request(GET, ALICE, close=False))
                assert b"1320001" in idle.recv(65536)
            begun = time.monotonic()
        assert time.monotonic() - begun < GRACE_S / 2
        assert read_all(idle) == b""


def test_where_no_connection_can_be_accepted_the_others_are_served_and_it_is_said_once() -> None:
    command = ["sh", "-c", 'ulimit -n 40; exec "$@"', "sh"]
    with Server(prefix=command) as server, ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in range(60)]
        server.log_until("a connection cannot be accepted: Too many open files")
        for number, connection in enumerate(connections):
            connection.sendall(request(GET, ALICE, close=False))
            assert b"1320001" in connection.recv(65536), number
            connection.close()
        assert b"1320001" in server.post(GET, ALICE)
        _, _, log = server.stop()
    assert "a connection cannot be accepted" not in log
