"""SIGTERM under load: every request in flight gets a complete reply.

A request is in flight if a byte of it was sent before the signal and its reply has not been read.
Later connections and requests may be refused, but never with a partial reply.
"""

from __future__ import annotations

import itertools
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

from soak.client import Client, code_and_token, post
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError
from soak.server import Server

_FIXTURES: Final = """
users: [{username: a}]
sessions: [{sid: a, username: a}]
scenarios: {held: {faults: [{operation: request, delay: {min: 20ms, max: 300ms}}]}}
"""
_PLAIN: Final = post("/auth/token/new", "a")
_DELAYED: Final = post("/auth/token/new", "a", "Prefer: scenario=held\r\n")
_UPLOAD: Final = _PLAIN.replace(b"Content-Length: 0", b"Content-Length: 40000") + b"x" * 40_000
_CLOSING: Final = post("/auth/token/new", "a", "Connection: close\r\n")
# The pieces that a client sends repeatedly on a connection, and the number of expected replies.
_KINDS: Final = {
    "kept open": ((_PLAIN,), 1),
    "a connection each": ((_CLOSING,), 1),
    "pipelined": ((_PLAIN * 3,), 3),
    "delayed": ((_DELAYED,), 1),
    "sent in pieces": ((_UPLOAD[:50], _UPLOAD[50:300], _UPLOAD[300:20_000], _UPLOAD[20_000:]), 1),
}
_CLIENTS_OF_A_KIND: Final = 5
_EXIT_S: Final = 12.0  # the server gives requests 8 s


class _Caller(threading.Thread):
    """Makes calls until the server refuses one."""

    def __init__(self, server: Server, kind: str, signalled: list[float]) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._kind = kind
        self._pieces, self._owed = _KINDS[kind]
        self._signalled = signalled
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        while not self.failures and not self.counts["turned away"]:
            try:
                with Client(self._server) as client:
                    while self._exchange(client):
                        pass
            except OSError:  # refused
                self.counts["turned away"] += 1

    def _exchange(self, client: Client) -> bool:
        """Send, and read the expected replies. Returns whether the connection stays open."""
        begun = float("inf")
        received = 0
        try:
            for piece in self._pieces:
                client.connection.sendall(piece)
                begun = min(begun, time.monotonic())
                if len(self._pieces) > 1:
                    time.sleep(0.01)
            closes = False
            while received < self._owed:
                reply = client.replies.next()
                if reply is None:
                    raise ConnectionError("closed without a reply")
                code_and_token(reply)
                received += 1
                closes = closes or reply.closes
        except BrokenReplyError as error:
            self.failures.append(f"{self._kind}: {error}")
            return False
        except OSError as error:
            self._note_missing(begun, received, error)
            return False
        self.counts["replies"] += received
        if begun < self._signal_at() < time.monotonic():
            self.counts["in flight"] += received
        return not closes

    def _note_missing(self, begun: float, received: int, error: OSError) -> None:
        if begun < self._signal_at():
            self.counts["lost"] += self._owed - received
            self.failures.append(
                f"{self._kind}: {received} of {self._owed} replies to what was sent "
                f"{(self._signal_at() - begun) * 1000:.1f} ms before the signal: {error}"
            )
        else:
            self.counts["turned away"] += 1

    def _signal_at(self) -> float:
        return self._signalled[0] if self._signalled else float("inf")


def run(profile: str, rounds: int, deadline: Deadline) -> Findings:
    """Start, load and stop a server, `rounds` times."""
    findings = Findings("sigterm")
    counts: Counter[str] = Counter()
    took_s: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "fixtures.yaml"
        path.write_text(_FIXTURES)
        for _ in range(rounds):
            if not deadline.left_s():
                findings.failures.append("out of time")
                break
            with Server("--quiet", "--profile", profile, "--fixtures", str(path)) as server:
                counts += _one_round(server, findings, took_s)
    findings.figures |= {
        "stops": rounds,
        "replies": counts["replies"],
        "of these in flight at the signal": counts["in flight"],
        "lost": counts["lost"],
        "longest stop": percentile_ms(took_s, 100),
    }
    return findings


def _one_round(server: Server, findings: Findings, took_s: list[float]) -> Counter[str]:
    signalled: list[float] = []
    callers = [
        _Caller(server, kind, signalled)
        for kind in itertools.chain.from_iterable([_KINDS] * _CLIENTS_OF_A_KIND)
    ]
    for caller in callers:
        caller.start()
    while any(caller.counts["replies"] < 2 and caller.is_alive() for caller in callers):
        time.sleep(0.01)
    signalled.append(time.monotonic())
    server.process.send_signal(signal.SIGTERM)
    counts: Counter[str] = Counter()
    for caller in callers:
        caller.join()
        counts += caller.counts
        findings.failures += caller.failures
    status = server.process.wait(_EXIT_S)
    took_s.append(time.monotonic() - signalled[0])
    if status != 0:
        findings.failures.append(f"the server ended with exit status {status}")
    findings.failures += [f"in the log: {line}" for line in server.troubles()]
    return counts
