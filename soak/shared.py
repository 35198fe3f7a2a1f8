"""Several processes with one state in Redis are linearizable as one mock."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Final

from soak import linear
from soak.deadline import Deadline
from soak.figures import Findings
from soak.redis_server import RedisServer, missing
from soak.server import Server

PROCESSES: Final = 3
_numbers: Final = count(1)


def run(profile: str, seed: int, calls: int, deadline: Deadline) -> Findings:
    """Make concurrent calls on one user over all processes, and check the history."""
    findings = Findings("shared")
    why = missing()
    if why is not None:
        findings.figures["skipped"] = f"because {why}"
        return findings
    with RedisServer() as redis, ExitStack() as stack:
        servers = start(redis, stack, linear.FIXTURES, PROCESSES, "--profile", profile)
        linear.race(servers, seed, calls, deadline, findings)
        findings.figures = {"processes": PROCESSES} | findings.figures
        for server in servers:
            findings.failures += server.troubles()
    return findings


def start(
    redis: RedisServer, stack: ExitStack, fixtures: str, number: int, *flags: str
) -> list[Server]:
    """Start so many processes with one state of their own."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    path = Path(folder, "fixtures.yaml")
    path.write_text(fixtures)
    shared = ["--state", redis.url, "--state-namespace", f"soak-{next(_numbers)}"]
    arguments = ["--quiet", "--fixtures", str(path), *shared, *flags]
    return [stack.enter_context(Server(*arguments)) for _ in range(number)]
