"""Mutated requests by the thousand: each gets whole replies, none a failure of the server."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Final

from soak.deadline import Deadline
from soak.figures import Findings
from soak.mutations import Mutated, mutated
from soak.replies import BrokenReplyError, Reply, ReplyReader
from soak.server import Server

CONNECTIONS: Final = 6
ROUNDS: Final = 20
# Rounds in which pools, caches and journals fill; what grows after them is held on to.
_WARM_ROUNDS: Final = 10
# What the allocator may still take; half of an ordinary object for each request would be more.
MOST_GROWTH_MIB: Final = 4.0
_MOST_FAILURES: Final = 10
_SANDBOXES: Final = 30


class _Client(threading.Thread):
    """Sends its share of a round; connections stay open as long as the requests allow."""

    def __init__(
        self, server: Server, numbers: Iterable[int], seed: int, deadline: Deadline
    ) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._numbers = numbers
        self._seed = seed
        self._deadline = deadline
        self._connection: socket.socket | None = None
        self._reader: ReplyReader | None = None
        self._before: int | None = None
        self.statuses: Counter[int] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        for number in self._numbers:
            request = mutated(self._seed, number)
            try:
                self._deadline.check()
                self._exchange(request)
                self._before = number if self._connection else None
            except (BrokenReplyError, OSError) as error:
                self.failures.append(told(self._seed, number, request, error, self._before))
                self._hang_up()
                if len(self.failures) >= _MOST_FAILURES or not self._deadline.left_s():
                    break
        self._hang_up()

    def _exchange(self, request: Mutated) -> None:
        # The profile `server` hangs up on a CONNECT, as the real server does.
        heads = None if b"CONNECT " in request.data else request.heads
        if heads is None:
            self._hang_up()
        connection, reader = self._connected()
        # The server may refuse and close before it has read all; what counts is what it says.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request.data)
        if heads is None:
            self._read_to_end(connection, reader, request.data)
        else:
            self._read_each(reader, heads)

    def _read_to_end(self, connection: socket.socket, reader: ReplyReader, data: bytes) -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        count = 0
        while (reply := reader.next(bodiless=None if b"HEAD" in data else False)) is not None:
            count += 1
            self._judge(reply)
        if not count and data.strip(b"\r\n") and b"CONNECT " not in data:
            raise BrokenReplyError("no reply at all", b"")
        self._hang_up()

    def _read_each(self, reader: ReplyReader, heads: tuple[bool, ...]) -> None:
        for head in heads:
            reply = reader.due(bodiless=head)
            self._judge(reply)
            if reply.closes:
                if not reader.at_end():
                    raise BrokenReplyError("bytes after a reply that closes", b"")
                self._hang_up()
                return

    def _judge(self, reply: Reply) -> None:
        self.statuses[reply.status] += 1
        limit = reply.status == 503 and b'"title":"Limit reached"' in reply.body
        if reply.status >= 500 and not limit:
            raise BrokenReplyError(f"status {reply.status}", reply.body)

    def _connected(self) -> tuple[socket.socket, ReplyReader]:
        if self._connection is None or self._reader is None:
            self._before = None
            self._connection = self._server.connect()
            self._reader = ReplyReader(self._connection)
        return self._connection, self._reader

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._reader = None


def told(
    seed: int, number: int, request: Mutated, error: Exception, before: int | None = None
) -> str:
    """What went wrong with which request; and its bytes, to be sent again."""
    kind = "" if isinstance(error, BrokenReplyError) else f"{type(error).__name__}: "
    after = "" if before is None else f", on the connection of request {before}"
    return f"request {number} of seed {seed}{after}: {kind}{error}\n  sent {request.data[:600]!r}"


def run(profile: str, seed: int, requests: int, deadline: Deadline) -> Findings:
    """Send so many mutated requests, in rounds; after each all state is as at the start."""
    findings = Findings("fuzz")
    statuses: Counter[int] = Counter()
    resident: list[float] = []
    with Server("--profile", profile, "--max-sandboxes", str(_SANDBOXES)) as server:
        for number in range(ROUNDS):
            share = range(requests * number // ROUNDS, requests * (number + 1) // ROUNDS)
            clients = [
                _Client(server, share[first::CONNECTIONS], seed, deadline)
                for first in range(CONNECTIONS)
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
                statuses += client.statuses
                findings.failures += client.failures
            if findings.failures:
                break
            _forget(server)
            resident.append(server.resident_mib())
        findings.failures += [f"in the log: {line}" for line in islice(server.troubles(), 5)]
        if server.stop(deadline) != 0:
            findings.failures.append("the server did not end with exit status 0")
    _judge_memory(resident, findings)
    findings.figures |= {
        "requests": share.stop,
        "replies": " ".join(f"{status}:{count}" for status, count in sorted(statuses.items())),
    }
    return findings


def _judge_memory(resident: list[float], findings: Findings) -> None:
    if len(resident) < ROUNDS:
        return
    before, after = resident[_WARM_ROUNDS - 1], resident[-1]
    findings.figures["MiB"] = f"{before:.1f} -> {after:.1f}"
    if after - before > MOST_GROWTH_MIB:
        told = " ".join(f"{size:.1f}" for size in resident)
        findings.failures.append(f"memory grows; MiB after each round: {told}")


def _forget(server: Server) -> None:
    """Bring the server's state back to its start, so that what it still holds on to is a leak."""
    admin = server.admin()
    admin.call("POST", "/reset")
    for sandbox in admin.call("GET", "/sandboxes")["sandboxes"][1:]:
        admin.call("DELETE", f"/sandboxes/{sandbox['id']}")
