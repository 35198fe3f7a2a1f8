"""How many requests a second: servers under the load generator, in turn, round by round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import wrk
from benchmarks.processes import Server
from benchmarks.results import Load

Say = Callable[[str], None]


def once(server: Server, cookies: Path, connections: int, seconds: float) -> Load:
    """Load the server once; raises BenchmarkError where it does not answer."""
    before = server.cpu_seconds()
    report = wrk.run(server.url, cookies, connections, seconds)
    return Load(
        per_second=report.requests / report.seconds,
        p50_ms=report.p50_ms,
        p99_ms=report.p99_ms,
        failed=report.failed,
        cpu_us=(server.cpu_seconds() - before) / report.requests * 1e6,
    )


def interleaved(
    servers: Mapping[str, tuple[Server, Path]], rounds: int, connections: int, seconds: float
) -> dict[str, list[Load]]:
    """Load one after the other, again and again, so that what drifts meets all of them."""
    found: dict[str, list[Load]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, (server, cookies) in servers.items():
            found[name].append(once(server, cookies, connections, seconds))
    return found
