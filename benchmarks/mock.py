"""`make bench`: the mock beside bare servers, and by itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from benchmarks import growth, load, rates, setting, startup
from benchmarks.load import Say
from benchmarks.results import MockResults
from benchmarks.servers import ALICE, mock_and_bare, save_cookies

ROUNDS: Final = 9
ROUND_S: Final = 2.0
STARTS: Final = 11
BULK_STARTS: Final = 5
# Growth compares a server with itself, by its processor time, which scatters less.
GROWTH_ROUNDS: Final = 9
GROWTH_S: Final = 1.0


def measure(say: Say) -> MockResults:
    """Measure everything; `say` is told what comes next. Raises BenchmarkError."""
    where = setting.describe(ROUND_S)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        say(f"start-up: {STARTS} rounds")
        imports, starts = startup.beside_imports(STARTS)
        say("bulk fixtures")
        bulk = startup.with_fixtures(directory, BULK_STARTS)
        say("calls without sockets")
        in_process = rates.in_process(ROUNDS)
        say("sandboxes made and dropped")
        sandboxes, sandbox_mb = rates.sandboxes(ROUNDS)
        with mock_and_bare(directory) as servers:
            say(f"load beside bare servers: {ROUNDS} rounds of {len(servers)} × {ROUND_S:.0f} s")
            alice = save_cookies(directory / "alice", [ALICE])
            pairs = {name: (server, alice) for name, server in servers.items()}
            loads = load.interleaved(pairs, ROUNDS + 1, growth.LOADED, ROUND_S)
            loaded_mb = {name: server.resident_mb() for name, server in servers.items()}
            say("growth in connections")
            served = {name: server for name, server in servers.items() if "," not in name}
            connections = growth.connections(served, directory, 3, GROWTH_S)
        say("what an application may take")
        at_work = growth.at_work(directory, GROWTH_ROUNDS, GROWTH_S)
        say("growth in users")
        users = growth.users(directory, GROWTH_ROUNDS, GROWTH_S)
        say("growth in users that ask")
        askers = growth.askers(directory, GROWTH_ROUNDS, GROWTH_S)
        say("growth in sandboxes")
        grown = growth.sandboxes(directory, GROWTH_ROUNDS, GROWTH_S)
    return MockResults(
        setting=where,
        load={name: found[1:] for name, found in loads.items()},  # the first round warms up
        loaded_mb=loaded_mb,
        import_seconds=imports,
        starts=starts,
        bulk=bulk,
        rates=in_process | {rates.SANDBOXES: sandboxes},
        sandbox_mb=sandbox_mb,
        growth=[at_work, *users, *askers, *grown, *connections],
    )
