"""Bounds how long a connection to Redis may take for one answer, and to be made.

The timeouts of a socket hold for each part of an answer. None holds for the resolution of a name.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Final

import redis

from mockserver.state.clock import monotonic

_LOOK_S: Final = 0.1
# The thread that looks ends after so many looks at nothing.
_MOST_IDLE: Final = 50


class Overdue:
    """Disconnects connections whose answer takes longer than `most_s`. Thread-safe."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._since: dict[Any, float] = {}
        self._runs = False
        self._lock = threading.Lock()

    def watch(self, connection: Any) -> None:
        """An answer is expected from now on."""
        self._since[connection] = monotonic()
        if not self._runs:
            self._start()

    def unwatch(self, connection: Any) -> None:
        """It has come, or does not come."""
        self._since.pop(connection, None)

    def _start(self) -> None:
        with self._lock:
            if not self._runs:
                # If the system has no thread left, the next request tries again.
                with suppress(RuntimeError):
                    threading.Thread(target=self._look, daemon=True).start()
                    self._runs = True

    def _look(self) -> None:
        pause = threading.Event()
        idle = 0
        while True:
            pause.wait(_LOOK_S)
            self.look(monotonic())
            idle = 0 if self._since else idle + 1
            if idle > _MOST_IDLE:
                self._runs = False
                if not self._since:  # else it was not seen that this thread ends
                    return
                self._runs = True

    def look(self, now: float) -> None:
        """Shut down what is overdue. Whoever reads from it gets an error, and disconnects."""
        for connection, since in list(self._since.items()):
            # Meanwhile it may have been used again.
            if now - since > self._most_s and self._since.get(connection) == since:
                sock = getattr(connection, "_sock", None)
                if sock is not None:
                    with suppress(OSError):
                        # Not the method of a TLS socket, which would also end its encryption.
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def connect_in_time(connection: Any, most_s: float) -> None:
    """Connect. Raises redis.TimeoutError if that takes longer, with all that belongs to it."""
    failures: list[BaseException] = []
    given_up = threading.Event()

    def connect() -> None:
        try:
            connection.connect()
        except BaseException as error:  # noqa: BLE001  it is raised in the thread that waits
            failures.append(error)
        if given_up.is_set():
            connection.disconnect()

    thread = threading.Thread(target=connect, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the system has none left
        connect()
    else:
        thread.join(most_s)
    if thread.is_alive():
        given_up.set()
        raise redis.TimeoutError("Timeout connecting to server")
    if failures:
        raise failures[0]
