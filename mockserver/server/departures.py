"""Which clients go while their requests wait.

A connection whose request waits is not read: its client can send no more than the system takes.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Protocol

from mockserver.state.clock import monotonic

# How long the requests of clients that have gone may take to finish, before others are answered.
_SETTLE_S: Final = 0.05
# What is raised where the connection, or the server, is closed at this moment.
_CLOSED: Final = (OSError, ValueError)


class Waiting(Protocol):
    """What is needed of a connection whose request waits."""

    socket: socket.socket | None
    """None once it is closed."""
    settled: threading.Event | None
    """Set once the request is finished."""

    def end_by_client(self) -> None:
        """End the wait, because the client has gone."""


class Departures:
    """Ends the waits whose clients have closed their connection, or their side of it.

    Linux tells of that at once, through an epoll that is one more entry of the socket map that
    the server polls. Elsewhere `look` peeks at each connection; what a client has sent ahead hides
    its end there.
    """

    accepting = False  # wasyncore asks each entry of its map

    def __init__(
        self, entries: dict[int, Any], *, by_epoll: bool = hasattr(select, "epoll")
    ) -> None:
        self._lock = threading.Lock()
        self._watched: dict[int, Waiting] = {}
        self._epoll = select.epoll() if by_epoll else None
        if self._epoll is not None:
            entries[self._epoll.fileno()] = self

    def watch(self, connection: Waiting) -> int:
        """Watch a connection from now on; the number that ends it (see `unwatch`)."""
        number = -1 if connection.socket is None else connection.socket.fileno()
        if number < 0:
            return number
        with self._lock, suppress(*_CLOSED):
            self._watched[number] = connection
            if self._epoll is not None:
                self._epoll.register(number, select.EPOLLRDHUP)
        return number

    def unwatch(self, connection: Waiting, number: int) -> None:
        """Watch it no more; does nothing where it is not watched."""
        with self._lock:
            if self._watched.get(number) is connection:  # else the number is another's by now
                self._forget(number)

    def _forget(self, number: int) -> None:
        del self._watched[number]
        if self._epoll is not None:
            with suppress(*_CLOSED):
                self._epoll.unregister(number)

    def look(self) -> None:
        """Notice who has gone, where the system does not tell; to be called now and then."""
        if self._epoll is None:
            with self._lock:
                watched = list(self._watched.items())
            self._end(number for number, one in watched if _has_ended(one.socket))

    def handle_read_event(self) -> None:
        """Somebody has gone."""
        if self._epoll is not None:
            self._end([number for number, _ in self._epoll.poll(0)])

    def _end(self, numbers: Iterable[int]) -> None:
        """End these waits, then let their requests finish.

        So what a client asks for on another connection comes after what it has given up.
        """
        ended = []
        for number in numbers:
            with self._lock:
                one = self._watched.get(number)
                if one is not None:
                    self._forget(number)
                    ended.append(one)
        for one in ended:
            one.end_by_client()
        deadline = monotonic() + _SETTLE_S
        for one in ended:
            if one.settled is not None:
                one.settled.wait(max(0.0, deadline - monotonic()))

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def close(self) -> None:
        """The server ends."""
        if self._epoll is not None:
            self._epoll.close()


def _has_ended(connection: socket.socket | None) -> bool:
    try:
        return connection is None or not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
