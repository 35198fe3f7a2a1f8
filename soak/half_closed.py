"""Clients that half-close the connection after sending still get their replies."""

from __future__ import annotations

import socket
import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import Final

from mockserver.api.common import BASE_PATH
from soak.beside import CALL, PATH, SID
from soak.client import Client, cookie, post
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError
from soak.server import Server

# How long the server may take to answer such a client and to close the connection.
ANSWER_S: Final = 5.0
_BODY: Final = b"x" * 40_000
_CHUNKS: Final = b"3\r\nabc\r\n" * 50 + b"0\r\n\r\n"
_HEAD: Final = f"HEAD {BASE_PATH}{PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
_HEALTH: Final = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
_OLD: Final = f"POST {BASE_PATH}{PATH} HTTP/1.0\r\nCookie: {cookie(SID)}\r\n\r\n".encode()
# The pieces to send, and the expected number of replies. None allows any, for cut requests.
_KINDS: Final = {
    "plain": ((CALL,), 1),
    "HTTP/1.0": ((_OLD,), 1),
    "closing": ((post(PATH, SID, "Connection: close\r\n"),), 1),
    "pipelined": ((CALL * 5,), 5),
    "pipelined in pieces": ((CALL + CALL[:20], CALL[20:] + CALL), 3),
    "with a body": (
        (CALL.replace(b"Content-Length: 0", b"Content-Length: %d" % len(_BODY)), _BODY), 1,
    ),
    "in chunks": (
        (CALL.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked"), _CHUNKS), 1,
    ),
    "HEAD": ((_HEAD,), 1),
    "control plane": ((_HEALTH,), 1),
    "mixed": ((CALL + _HEALTH + CALL,), 3),
    "unknown path": ((CALL.replace(PATH.encode(), b"/nope"),), 1),
    "nothing": ((b"",), None),
    "half a head": ((CALL[:40],), None),
    "half a body": ((CALL.replace(b"Content-Length: 0", b"Content-Length: 9") + b"x",), None),
    "a reply and half a head": ((CALL + CALL[:40],), 2),
}  # fmt: skip


def run(profile: str, rounds: int, deadline: Deadline) -> Findings:
    """Send each kind `rounds` times. A round sends all kinds before it reads."""
    findings = Findings("half-closed")
    counts: Counter[str] = Counter()
    taken: list[float] = []
    with Server("--quiet", "--profile", profile) as server:
        for _ in range(rounds):
            deadline.check()
            begin = time.monotonic()
            with ExitStack() as held:
                clients = {kind: _HalfClosed(server, kind) for kind in _KINDS}
                for client in clients.values():
                    held.enter_context(client)
                for kind, client in clients.items():
                    counts += client.read()
                    taken.append(time.monotonic() - begin)
                    findings.failures += [f"{kind}: {failure}" for failure in client.failures]
        findings.failures += [f"in the log: {line}" for line in server.troubles()]
        if server.stop(deadline) != 0:
            findings.failures.append("the server did not end with exit status 0")
    findings.figures |= {
        "clients": rounds * len(_KINDS),
        "replies": counts["replies"],
        "lost": counts["lost"],
        "longest": percentile_ms(taken, 100),
    }
    return findings


class _HalfClosed(Client):
    """Sends its request on creation, then half-closes the connection."""

    def __init__(self, server: Server, kind: str) -> None:
        super().__init__(server, ANSWER_S)
        self._pieces, self._due = _KINDS[kind]
        self.failures: list[str] = []
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):  # the server may already have closed it
            for piece in self._pieces:
                self.connection.sendall(piece)
            self.connection.shutdown(socket.SHUT_WR)

    def read(self) -> Counter[str]:
        """Read until the server closes. Returns the number of replies, and of lost ones."""
        is_head = self._pieces[0].startswith(b"HEAD")
        count = 0
        try:
            while self.replies.next(bodiless=is_head) is not None:
                count += 1
        except (BrokenReplyError, OSError) as error:
            self.failures.append(f"{type(error).__name__}: {error}")
        if self._due not in (None, count):
            self.failures.append(f"{count} of {self._due} replies")
        return Counter(replies=count, lost=max(0, (self._due or 0) - count))
