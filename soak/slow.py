"""Hundreds of slow and half-open connections do not block other clients."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import cycle
from typing import Final

from soak.beside import CALL, Caller
from soak.client import code_and_token
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError, ReplyReader
from soak.server import Server

SERVED_BY: Final = 4
_WITH_BODY: Final = CALL.replace(b"Content-Length: 0", b"Content-Length: 99") + b"x" * 99
# The bytes that a client sends before it falls silent, and the rest of the request.
_BEGUN: Final = (
    (b"", CALL),
    (CALL[:1], CALL[1:]),
    (CALL[:60], CALL[60:]),
    (CALL[:-1], CALL[-1:]),
    (_WITH_BODY[:-98], _WITH_BODY[-98:]),
    (CALL + CALL[:9], CALL[9:]),
)
_DRIBBLED: Final = CALL + CALL.replace(b"Content-Length: 0", b"X-Long: " + b"x" * 9000)


class _Dribbler(threading.Thread):
    """Sends a request byte by byte, on each of its connections in turn, until `end`."""

    def __init__(self, connections: Sequence[socket.socket]) -> None:
        super().__init__(daemon=True)
        self._connections = connections
        self._over = threading.Event()
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            for byte in _DRIBBLED:
                for connection in self._connections:
                    connection.sendall(bytes([byte]))
                if self._over.wait(0.01):
                    return
        except OSError as error:
            self.failures.append(f"a client that dribbles was cut off: {error}")

    def end(self) -> None:
        """Stop sending, in the middle of a request."""
        self._over.set()
        self.join()


def run(profile: str, slow: int, calls: int, deadline: Deadline) -> Findings:
    """Hold slow connections, a tenth of them dribbling, while `calls` calls are served.

    Then half of the silent clients complete their requests, and must be answered. The other half
    reset their connections.
    """
    findings = Findings("slow")
    with Server("--quiet", "--profile", profile) as server, ExitStack() as held:
        connections = [held.enter_context(server.connect()) for _ in range(slow)]
        dribbler = _Dribbler(connections[: slow // 10])
        silent = list(zip(connections[slow // 10 :], cycle(_BEGUN), strict=False))
        for connection, (begun, _) in silent:
            connection.sendall(begun)
        dribbler.start()
        callers = [Caller(server, deadline, calls=calls // SERVED_BY) for _ in range(SERVED_BY)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
            findings.failures += caller.failures
        dribbler.end()
        findings.failures += dribbler.failures
        half = len(silent) // 2
        ended = _end(silent[:half], findings)
        _break_off([c for c, _ in silent[half:]] + connections[: slow // 10])
        last = Caller(server, deadline, calls=1)
        last.run()
        findings.failures += last.failures
        if server.stop(deadline) != 0:
            findings.failures.append("the server did not end with exit status 0")
    seconds = [second for caller in callers for second in caller.seconds]
    findings.figures |= {
        "held": slow,
        "calls beside them": len(seconds),
        "p50": percentile_ms(seconds, 50),
        "p99": percentile_ms(seconds, 99),
        "answered when they ended": ended,
    }
    return findings


def _end(silent: Iterable[tuple[socket.socket, tuple[bytes, bytes]]], findings: Findings) -> int:
    """Send the rest of each request. Returns how many were answered."""
    answered = 0
    for connection, (begun, rest) in silent:
        replies = ReplyReader(connection)
        try:
            connection.sendall(rest)
            for _ in range((begun + rest).count(b"POST ")):
                code_and_token(replies.due())
            answered += 1
        except (BrokenReplyError, OSError) as error:
            findings.failures.append(f"begun with {begun!r}: {type(error).__name__}: {error}")
    return answered


def _break_off(connections: Iterable[socket.socket]) -> None:
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
