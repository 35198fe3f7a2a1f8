"""A wait ends when its client goes, whatever the client has sent ahead."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator

import pytest

from mockserver.server.departures import Departures

WAYS = [
    pytest.param(
        True,
        marks=pytest.mark.skipif(not hasattr(select, "epoll"), reason="this system has no epoll"),
    ),
    False,
]


class Connection:
    """A connection whose request waits, and its client."""

    def __init__(self) -> None:
        ours, self.client = socket.socketpair()
        self.socket: socket.socket | None = ours
        ours.setblocking(False)
        self.ours = ours
        self.settled: threading.Event | None = None
        self.ends: list[str] = []

    def end_by_client(self) -> None:
        self.ends.append("by its client")

    def close(self) -> None:
        self.ours.close()
        self.client.close()


class Watch:
    """What is watched, and a turn of the loop that would notice."""

    def __init__(self, by_epoll: bool) -> None:
        self.by_epoll = by_epoll
        self.map: dict[int, Departures] = {}
        self.departures = Departures(self.map, by_epoll=by_epoll)

    def turn(self) -> None:
        for entry in self.map.values():
            if select.select([next(iter(self.map))], [], [], 0)[0]:
                entry.handle_read_event()
        self.departures.look()


@pytest.fixture(params=WAYS, ids=["epoll", "peeking"])
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    made = Watch(request.param)
    yield made
    made.departures.close()


@pytest.fixture
def connection() -> Iterator[Connection]:
    made = Connection()
    yield made
    made.close()


@pytest.mark.parametrize("how", ["close", "half"])
@pytest.mark.parametrize("ahead", [0, 1, 100_000])
def test_a_client_that_goes_is_noticed_and_nothing_it_sent_is_read(
    watch: Watch, connection: Connection, how: str, ahead: int
) -> None:
    if ahead and not watch.by_epoll:
        pytest.skip("what was sent ahead hides it there")
    watch.departures.watch(connection)
    connection.client.sendall(b"x" * ahead)
    watch.turn()
    assert not connection.ends
    if how == "close":
        connection.client.close()
    else:
        connection.client.shutdown(socket.SHUT_WR)
    watch.turn()
    assert len(connection.ends) == 1
    watch.turn()
    assert len(connection.ends) == 1, "it is told once"
    connection.ours.setblocking(True)
    assert len(connection.ours.recv(2 * ahead + 1, socket.MSG_WAITALL)) == ahead


def test_a_client_that_has_gone_before_is_noticed_at_each_wait(
    watch: Watch, connection: Connection
) -> None:
    connection.client.close()
    for wait in (1, 2):
        watch.departures.watch(connection)
        watch.turn()
        assert len(connection.ends) == wait


def test_a_connection_whose_wait_is_over_is_not_watched(
    watch: Watch, connection: Connection
) -> None:
    number = watch.departures.watch(connection)
    watch.departures.unwatch(connection, number)
    connection.client.close()
    watch.turn()
    assert not connection.ends


def test_a_number_that_is_another_connections_by_now_stays_watched(
    watch: Watch, connection: Connection
) -> None:
    number = watch.departures.watch(connection)
    other = Connection()
    other.close()
    watch.departures.unwatch(other, number)
    connection.client.close()
    watch.turn()
    assert connection.ends


@pytest.mark.parametrize("is_left", [False, True])
def test_a_connection_that_is_closed_already_harms_nobody(
    watch: Watch, connection: Connection, is_left: bool
) -> None:
    connection.close()
    connection.socket = connection.ours if is_left else None
    number = watch.departures.watch(connection)
    watch.turn()
    watch.departures.unwatch(connection, number)


def test_a_request_that_is_answered_beyond_the_end_of_the_server_goes_on(
    watch: Watch, connection: Connection
) -> None:
    number = watch.departures.watch(connection)
    watch.departures.close()
    watch.departures.unwatch(connection, number)
    watch.departures.unwatch(connection, watch.departures.watch(connection))


def test_however_many_go_at_once_their_requests_share_one_deadline(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted: list[float] = []

    class Unsettled(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            now[0] += timeout or 0
            granted.append(timeout or 0)
            return False

    now = [0.0]
    monkeypatch.setattr("mockserver.server.departures.monotonic", lambda: now[0])
    connections = [Connection() for _ in range(10)]
    for one in connections:
        one.settled = Unsettled()
        watch.departures.watch(one)
        one.client.close()
    watch.turn()
    assert [len(one.ends) for one in connections] == [1] * 10
    assert granted == [0.05] + [0.0] * 9
    for one in connections:
        one.close()
