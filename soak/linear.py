"""Concurrent calls on one user are linearizable: some sequential order explains all replies."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from mockserver.api.token.page import NO_TOKEN, TOKEN_FOUND, TOKEN_ISSUED, TOKEN_REVOKED
from soak.client import Client, code_and_token, post
from soak.deadline import Deadline
from soak.figures import Findings
from soak.linearizability import Call, unexplained
from soak.replies import BrokenReplyError
from soak.server import Server

# The number of concurrent callers in each stage. Few callers rarely hide a lost write behind an
# overlapping one. Many callers provoke more races.
STAGES: Final = (2, 4, 8)
FIXTURES: Final = (
    "users: [{username: a}]\nsessions: [{sid: a, username: a}, {sid: b, username: a}]\n"
)
_PATHS: Final = (*("/auth/token",) * 8, "/auth/token/new", "/auth/token/revoke")


class _Caller(threading.Thread):
    """Sends its share of the calls in sequence, and records replies and times."""

    def __init__(self, server: Server, rng: Random, calls: int, deadline: Deadline) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._rng = rng
        self._calls = calls
        self._deadline = deadline
        self.history: list[Call] = []
        self.codes: Counter[int] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            with Client(self._server) as client:
                for _ in range(self._calls):
                    self._deadline.check()
                    self.call(client, self._rng.choice(_PATHS), self._rng.choice("ab"))
        except (BrokenReplyError, OSError) as error:
            self.failures.append(f"a call failed: {type(error).__name__}: {error}")

    def call(self, client: Client, path: str, sid: str) -> None:
        """Make one call. Raises BrokenReplyError if the reply is invalid in any order."""
        request = post(path, sid)
        invoked = time.monotonic_ns()
        reply = client.exchange(request)
        returned = time.monotonic_ns()
        code, token = code_and_token(reply)
        expected = {
            "/auth/token": (TOKEN_FOUND if token else NO_TOKEN),
            "/auth/token/new": TOKEN_ISSUED,
            "/auth/token/revoke": TOKEN_REVOKED,
        }
        if code != expected[path].number:
            raise BrokenReplyError(f"{path} answered {code}", reply.body)
        self.codes[code] += 1
        self.history.append(Call(invoked, returned, path != "/auth/token", token))


def run(profile: str, seed: int, calls: int, deadline: Deadline) -> Findings:
    """Make concurrent calls on one user, read the final state, and check the history."""
    findings = Findings("linear")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "fixtures.yaml"
        path.write_text(FIXTURES)
        with Server("--quiet", "--profile", profile, "--fixtures", str(path)) as server:
            race([server], seed, calls, deadline, findings)
            server.stop(deadline)
    return findings


def race(
    servers: Sequence[Server], seed: int, calls: int, deadline: Deadline, findings: Findings
) -> None:
    """Make concurrent calls on one user of these servers, which are one mock. Check the history."""
    callers: list[_Caller] = []
    for stage in STAGES:
        share = -(-calls // (len(STAGES) * stage))
        rngs = [Random(f"{seed}:{stage}:{number}") for number in range(stage)]
        begun = [
            _Caller(servers[number % len(servers)], rng, share, deadline)
            for number, rng in enumerate(rngs)
        ]
        _run_all(begun)
        callers += begun
    for server in servers:
        final = _Caller(server, Random(seed), 0, deadline)
        with Client(server) as client:
            final.call(client, "/auth/token", "a")
        callers.append(final)
    for caller in callers:
        findings.failures += caller.failures
    if not findings.failures:
        _check([call for caller in callers for call in caller.history], seed, findings)
    codes = sum((caller.codes for caller in callers), Counter())
    findings.figures["codes"] = " ".join(f"{code}:{n}" for code, n in sorted(codes.items()))


def _run_all(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _check(history: list[Call], seed: int, findings: Findings) -> None:
    begin = time.monotonic()
    wrong = unexplained(history)
    findings.figures |= {
        "calls": len(history),
        "most at once": _most_open(history),
        "checked in": f"{time.monotonic() - begin:.1f} s",
    }
    issued = [call.token for call in history if call.writes and call.token is not None]
    if len(set(issued)) < len(issued):
        findings.failures.append(f"seed {seed}: a token was issued twice")
    if wrong:
        found = "\n  ".join(map(str, wrong))
        findings.failures.append(f"seed {seed}: no sequential order explains\n  {found}")


def _most_open(history: list[Call]) -> int:
    events = [(call.invoked, 1) for call in history] + [(call.returned, -1) for call in history]
    most = now = 0
    for _, change in sorted(events):
        now += change
        most = max(most, now)
    return most
