"""The races of `account_races` against the real server, through sockets."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Final

from mockserver.api.common import BASE_PATH
from mockserver.credentials.codes import verification_code
from soak.account_calls import FIXTURES, SID, Exchange, Got, Sent
from soak.account_races import REFUSALS, Racer, codes, failures, race
from soak.client import Client, cookie
from soak.deadline import Deadline
from soak.figures import Findings
from soak.server import Server

# The number of concurrent callers in each stage.
STAGES: Final = (2, 4, 6)
_KEY: Final = "animeloop-mock-jwt-secret-for-tests-only"


def code_of(name: str) -> str:
    """Return a code as in a verification mail to this user."""
    return verification_code(name, "2026-01-01T00:00:00.000Z", _KEY)


def run(profile: str, seed: int, calls: int, deadline: Deadline) -> Findings:
    """Make concurrent calls, and check that a sequential order explains all replies."""
    findings = Findings("accounts")
    racers: list[Racer] = []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "fixtures.yaml"
        path.write_text(FIXTURES)
        with Server("--quiet", "--profile", profile, "--fixtures", str(path)) as server:

            def connect() -> AbstractContextManager[Exchange]:
                return _connected(server, deadline)

            for stage in STAGES:
                share = -(-calls // (len(STAGES) * stage))
                rngs = [Random(f"{seed}:{stage}:{number}") for number in range(stage)]
                begun = [Racer(connect, rng, share, REFUSALS[profile], code_of) for rng in rngs]
                race(begun)
                racers += begun
            server.stop(deadline)
            findings.failures += server.troubles()
    begin = time.monotonic()
    findings.failures += [f"seed {seed}: {failure}" for failure in failures(racers)]
    counted = sorted(codes(racers).items())
    findings.figures |= {
        "checked in": f"{time.monotonic() - begin:.1f} s",
        "codes": " ".join(f"{code}:{number}" for code, number in counted),
    }
    return findings


@contextmanager
def _connected(server: Server, deadline: Deadline) -> Iterator[Exchange]:
    """A connection, which is opened again when the server has closed it after a reply."""
    with ExitStack() as stack:
        client = stack.enter_context(Client(server))

        def exchange(sent: Sent) -> Got:
            nonlocal client
            deadline.check()
            reply = client.exchange(_request(sent))
            if reply.closes:
                client = stack.enter_context(Client(server))
            return Got(reply.status, reply.body, reply.headers.get("set-cookie", ""))

        yield exchange


def _request(sent: Sent) -> bytes:
    path = sent.path if sent.path.startswith("/__admin") else BASE_PATH + sent.path
    lines = [f"{sent.method} {path} HTTP/1.1", "Host: localhost"]
    if sent.has_cookie:
        lines.append(f"Cookie: {cookie(SID)}")
    if sent.kind:
        lines.append(f"Content-Type: {sent.kind}")
    head = "\r\n".join([*lines, f"Content-Length: {len(sent.body)}", "", ""])
    return head.encode() + sent.body
