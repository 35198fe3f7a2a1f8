"""`make bench`: the mock beside bare waitress, granian and an older commit, and by itself."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks import shared
from benchmarks.fixture_files import LARGE, make_sandbox, repeated, repeated_user, written_out
from benchmarks.processes import ROOT, Server, cookie
from benchmarks.results import SECONDS, Table, Work, in_turn
from benchmarks.servers import (
    BARE,
    BASE,
    GRANIAN,
    LOGGED,
    MOCK,
    ONE_THREAD,
    Make,
    check_out,
    loads,
    memory,
    run,
    run_bare,
    run_granian,
    run_mock,
    starts,
)

# The titles of the tables.
START: Final = "Start-up: until the first answer"
MEMORY_USE: Final = "Memory"
GROWTH: Final = "Growth: 16 connections, more users, more sandboxes"
FIXTURES: Final = "Large fixtures: 100,000 users and 100,000 sessions"

IMPORTS: Final = "importing the libraries"
CHECK: Final = "written out (8 MB): `check`"
WRITTEN: Final = "written out (8 MB): first answer of `serve`"
REPEATED: Final = "by `repeat`: first answer of `serve`"

CONNECTIONS: Final = (1, 4, 16, 64)
USERS: Final = {"10 users": 10, "100,000 users": 100_000}
SANDBOXES: Final = {"1 sandbox": 1, "1,000 sandboxes": 1_000}
_ROUND_S: Final = 1.0
# The dependencies in pyproject.toml.
_LIBRARIES: Final = "import falcon, msgspec, jwt, yaml, waitress"
# Every row of growth sends as many cookies in turn, so that the load generator's cost is equal.
_COOKIES: Final = 1_000


def load_title(connections: int) -> str:
    """The title of the table with the load over that many connections."""
    return f"Load: {connections} connection{'s' if connections > 1 else ''}"


def measure(
    say: Callable[[str], None], rounds: int, base: str | None
) -> tuple[dict[str, Table], dict[str, str]]:
    """Measure all tables, also of the commit `base` if given. Returns tables and versions.

    Raises BenchmarkError.
    """
    versions = {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        makes: dict[str, Make] = {MOCK: run_mock, GRANIAN: run_granian}
        makes[ONE_THREAD] = partial(run_granian, "--blocking-threads", "1")
        if base is not None:
            checkout = directory / "base"
            versions["base commit"] = check_out(base, checkout)
            makes[BASE] = partial(run_mock, checkout=checkout)
        say("start-up")
        # As the base commit is, also where Python is told to write no bytecode.
        run([sys.executable, "-m", "compileall", "-q", str(ROOT / "mockserver")])
        tables = {START: in_turn({IMPORTS: _import_libraries} | starts(makes), rounds)}
        makes |= {BARE: partial(run_bare, directory), LOGGED: partial(run_mock, log=True)}
        tables |= _under_load(makes, say, rounds)
        say("growth")
        tables[GROWTH] = _growth(directory, rounds)
        tables |= shared.measure(directory, say, rounds)
        say("large fixtures")
        tables[FIXTURES] = in_turn(_large(directory), -(-rounds // 3), warm_up=0)
    return tables, versions | {"granian": version("granian")}


def _import_libraries() -> Mapping[str, float]:
    return _timed([sys.executable, "-c", _LIBRARIES])


def _timed(command: list[str]) -> Mapping[str, float]:
    begin = time.perf_counter()
    run(command)
    return {SECONDS: time.perf_counter() - begin}


def _under_load(
    makes: Mapping[str, Make], say: Callable[[str], None], rounds: int
) -> dict[str, Table]:
    tables = {}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(make()) for name, make in makes.items()}
        for number in CONNECTIONS:
            say(f"load over {number} connections: {rounds} rounds of {len(servers)} servers")
            tables[load_title(number)] = in_turn(loads(servers, number, _ROUND_S), rounds)
        return tables | {MEMORY_USE: memory(servers)}


def _growth(directory: Path, rounds: int) -> Table:
    servers: dict[str, Server] = {}
    with ExitStack() as stack:
        for row, number in USERS.items():
            path = str(repeated(directory, number))
            server = stack.enter_context(run_mock("--fixtures", path, known=repeated_user(1)))
            turns = (1 + turn * number // _COOKIES for turn in range(_COOKIES))
            server.cookies = [repeated_user(turn) for turn in turns]
            servers[row] = server
        for row, number in SANDBOXES.items():
            server = stack.enter_context(run_mock("--max-sandboxes", str(2 * number)))
            own = [make_sandbox(server.port) for _ in range(number)]
            server.cookies = [own[turn % number] for turn in range(_COOKIES)]
            servers[row] = server
        return in_turn(loads(servers, 16, _ROUND_S), rounds)


def _large(directory: Path) -> dict[str, Work]:
    written, by_repeat = str(written_out(directory)), str(repeated(directory, LARGE))
    last = cookie(f"s{LARGE - 1}")
    makes = {
        WRITTEN: partial(run_mock, "--fixtures", written, known=last),
        REPEATED: partial(run_mock, "--fixtures", by_repeat, known=repeated_user(LARGE)),
    }
    check = partial(_timed, [sys.executable, "run_mock.py", "check", written])
    return {CHECK: check, **starts(makes)}
