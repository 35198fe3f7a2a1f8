"""Detects clients that disconnect while their requests wait.

The server does not read from these connections: the kernel's buffers limit what a client can send.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Protocol

from mockserver.state.clock import monotonic

# How long the server lets the requests of disconnected clients finish before it answers others.
_SETTLE_S: Final = 0.05
# Raised if the connection or the server is closed concurrently.
_CLOSED: Final = (OSError, ValueError)


class Waiting(Protocol):
    """A connection whose request waits."""

    socket: socket.socket | None
    """None once it is closed."""
    settled: threading.Event | None
    """Set once the request is finished."""

    def end_by_client(self) -> None:
        """End the wait because the client has disconnected."""


class Departures:
    """Ends the waits of clients that have closed or half-closed their connection.

    On Linux an epoll in the server's socket map reports this at once. Elsewhere `look` peeks at
    each connection, and pipelined bytes hide the end of the stream.
    """

    accepting = False  # wasyncore reads this from each entry of its map

    def __init__(
        self, entries: dict[int, Any], *, by_epoll: bool = hasattr(select, "epoll")
    ) -> None:
        self._lock = threading.Lock()
        self._watched: dict[int, Waiting] = {}
        self._epoll = select.epoll() if by_epoll else None
        if self._epoll is not None:
            entries[self._epoll.fileno()] = self

    def watch(self, connection: Waiting) -> int:
        """Start watching a connection. Returns the number to pass to `unwatch`."""
        number = -1 if connection.socket is None else connection.socket.fileno()
        if number < 0:
            return number
        with self._lock, suppress(*_CLOSED):
            self._watched[number] = connection
            if self._epoll is not None:
                self._epoll.register(number, select.EPOLLRDHUP)
        return number

    def unwatch(self, connection: Waiting, number: int) -> None:
        """Stop watching a connection, if it is watched."""
        with self._lock:
            if self._watched.get(number) is connection:  # the number may have been reused
                self._forget(number)

    def _forget(self, number: int) -> None:
        del self._watched[number]
        if self._epoll is not None:
            with suppress(*_CLOSED):
                self._epoll.unregister(number)

    def look(self) -> None:
        """Poll for disconnected clients, on systems without epoll. Call it regularly."""
        if self._epoll is None:
            with self._lock:
                watched = list(self._watched.items())
            self._end(number for number, one in watched if _has_ended(one.socket))

    def handle_read_event(self) -> None:
        """Handle the disconnects that epoll reports."""
        if self._epoll is not None:
            self._end([number for number, _ in self._epoll.poll(0)])

    def _end(self, numbers: Iterable[int]) -> None:
        """End these waits, and let their requests finish.

        So a client's next request, on another connection, is processed after the abandoned one.
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
        """Release the epoll."""
        if self._epoll is not None:
            self._epoll.close()


def _has_ended(connection: socket.socket | None) -> bool:
    try:
        return connection is None or not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
