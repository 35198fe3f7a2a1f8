"""Fuzzing with mutated requests: each gets complete replies without internal errors."""

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
from soak.mutations import TOKEN, Mutated, mutated
from soak.promises import Due, broken, is_behind_gate
from soak.replies import BrokenReplyError, Reply, ReplyReader
from soak.server import Server

CONNECTIONS: Final = 6
ROUNDS: Final = 20
# Pools, caches and journals fill during these rounds. Growth after them is a leak.
_WARM_ROUNDS: Final = 10
# The allocator's tolerance. A leak of half an object per request would exceed it.
MOST_GROWTH_MIB: Final = 4.0
_MOST_FAILURES: Final = 10
_SANDBOXES: Final = 30


class _Client(threading.Thread):
    """Sends its share of a round, on keep-alive connections where possible."""

    def __init__(
        self,
        server: Server,
        profile: str,
        numbers: Iterable[int],
        seed: int,
        deadline: Deadline,
    ) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._profile = profile
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
                self.failures.append(describe(self._seed, number, request, error, self._before))
                self._hang_up()
                if len(self.failures) >= _MOST_FAILURES or not self._deadline.left_s():
                    break
        self._hang_up()

    def _exchange(self, request: Mutated) -> None:
        # Profile `server` closes the connection on CONNECT, as the real server does.
        due = None if b"CONNECT " in request.data else request.due
        if due is None:
            self._hang_up()
        connection, reader = self._connected()
        # The server may refuse and close early. Only its reply is judged.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request.data)
        if due is None:
            self._read_to_end(connection, reader, request)
        else:
            self._read_each(reader, request, due)

    def _read_to_end(
        self, connection: socket.socket, reader: ReplyReader, request: Mutated
    ) -> None:
        data = request.data
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        count = 0
        while (reply := reader.next(bodiless=None if b"HEAD" in data else False)) is not None:
            count += 1
            self._judge(request, reply)
        if not count and data.strip(b"\r\n") and b"CONNECT " not in data:
            raise BrokenReplyError("no reply at all", b"")
        self._hang_up()

    def _read_each(self, reader: ReplyReader, request: Mutated, all_due: tuple[Due, ...]) -> None:
        for due in all_due:
            reply = reader.due(bodiless=due.head)
            self._judge(request, reply)
            # Of requests in one packet, the real server answers only a malformed one.
            if len(all_due) == 1 and (wrong := broken(due, reply, self._profile)) is not None:
                raise BrokenReplyError(wrong, reply.body)
            if reply.closes:
                if not reader.at_end():
                    raise BrokenReplyError("bytes after a reply that closes", b"")
                self._hang_up()
                return

    def _judge(self, request: Mutated, reply: Reply) -> None:
        self.statuses[reply.status] += 1
        limit = reply.status == 503 and b'"title":"Limit reached"' in reply.body
        if reply.status >= 500 and not limit:
            raise BrokenReplyError(f"status {reply.status}", reply.body)
        if is_behind_gate(reply) and not request.has_token:
            raise BrokenReplyError("the control plane answered without its token", reply.body)

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


def describe(
    seed: int, number: int, request: Mutated, error: Exception, before: int | None = None
) -> str:
    """Describe a failure, with the request's number and bytes to reproduce it."""
    kind = "" if isinstance(error, BrokenReplyError) else f"{type(error).__name__}: "
    after = "" if before is None else f", on the connection of request {before}"
    return f"request {number} of seed {seed}{after}: {kind}{error}\n  sent {request.data[:600]!r}"


def run(profile: str, seed: int, requests: int, deadline: Deadline) -> Findings:
    """Send the mutated requests in rounds, and reset the state after each round."""
    findings = Findings("fuzz")
    statuses: Counter[int] = Counter()
    resident: list[float] = []
    flags = ("--profile", profile, "--max-sandboxes", str(_SANDBOXES))
    with Server(*flags, admin_token=TOKEN) as server:
        for number in range(ROUNDS):
            share = range(requests * number // ROUNDS, requests * (number + 1) // ROUNDS)
            clients = [
                _Client(server, profile, share[first::CONNECTIONS], seed, deadline)
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
        sizes = " ".join(f"{size:.1f}" for size in resident)
        findings.failures.append(f"memory grows; MiB after each round: {sizes}")


def _forget(server: Server) -> None:
    """Reset the server's state, so that memory still in use is a leak.

    First read the journal, because it contains all the odd paths.
    """
    admin = server.admin()
    admin.call("GET", "/requests")
    admin.call("POST", "/reset")
    for sandbox in admin.call("GET", "/sandboxes")["sandboxes"][1:]:
        admin.call("DELETE", f"/sandboxes/{sandbox['id']}")
