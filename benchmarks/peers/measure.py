"""`make bench-peers`: the mock and other mock servers, in turn, in one sitting."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import setting, startup
from benchmarks.errors import BenchmarkError
from benchmarks.growth import LOADED
from benchmarks.load import Say, once
from benchmarks.peers.kinds import PEERS, VERSIONS, Make, Task
from benchmarks.processes import Server, ask
from benchmarks.results import Load, PeerResults, Start
from benchmarks.servers import ALICE, mock, save_cookies

ROUNDS: Final = 9
ROUND_S: Final = 2.0
STARTS: Final = 5
# A JVM, and V8 too, are fast only once they have compiled what is asked for.
WARM_UP_S: Final = 5.0


class _Sitting:
    """The servers that still take part, and why the others do not."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.skipped: dict[str, str] = {}

    def skip(self, name: str, error: BenchmarkError) -> None:
        self.skipped[name] = str(error)
        self._say(f"SKIPPED {name}: {error}")

    def present(self, makes: Mapping[str, Make]) -> Iterator[tuple[str, Make]]:
        for name, make in makes.items():
            if name not in self.skipped:
                yield name, make


def measure(say: Say) -> PeerResults:
    """Measure everything; `say` is told what comes next. Raises BenchmarkError."""
    where = setting.describe(ROUND_S, VERSIONS | _programs())
    sitting = _Sitting(say)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        makes = _makes(directory, sitting, say)
        say(f"start-up: {STARTS} rounds of {len(makes)}")
        starts = _starts(makes, sitting)
        say(f"load: warm-up, then {ROUNDS} rounds of {len(makes)} × {ROUND_S:.0f} s")
        cookies = save_cookies(directory / "alice", [ALICE])
        loads, loaded_mb = _load(makes, cookies, sitting)
    measured = {name: starts[name] for name in loads}
    return PeerResults(where, loads, loaded_mb, measured, sitting.skipped)


def _makes(directory: Path, sitting: _Sitting, say: Say) -> dict[str, Make]:
    makes: dict[str, Make] = {"waitress": mock, "granian": partial(mock, "--server", "granian")}
    with mock() as server:
        body = ask(server.port, ALICE)[1].decode()
    for name, prepare in PEERS.items():
        say(f"installing {name}, unless it is there")
        task = Task(body, directory / name.replace(" ", "-"))
        task.directory.mkdir()
        try:
            makes[name] = prepare(task)
        except BenchmarkError as error:
            sitting.skip(name, error)
    return makes


def _starts(makes: Mapping[str, Make], sitting: _Sitting) -> dict[str, list[Start]]:
    starts: dict[str, list[Start]] = {name: [] for name in makes}
    for _ in range(STARTS):
        for name, make in sitting.present(makes):
            try:
                starts[name].append(startup.start(make))
            except BenchmarkError as error:
                sitting.skip(name, error)
    return starts


def _load(
    makes: Mapping[str, Make], cookies: Path, sitting: _Sitting
) -> tuple[dict[str, list[Load]], dict[str, float]]:
    found: dict[str, list[Load]] = {}
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for name, make in sitting.present(makes):
            try:
                servers[name] = stack.enter_context(make())
                once(servers[name], cookies, LOADED, WARM_UP_S)
                found[name] = []
            except BenchmarkError as error:
                sitting.skip(name, error)
        for _ in range(ROUNDS):
            for name in list(found):
                try:
                    found[name].append(once(servers[name], cookies, LOADED, ROUND_S))
                except BenchmarkError as error:
                    sitting.skip(name, error)
                    del found[name]
        return found, {name: servers[name].resident_mb() for name in found}


def _programs() -> dict[str, str]:
    """What runs the peers, and in which version."""
    found = {}
    for name, command in {"Node": ["node", "--version"], "Java": ["java", "-version"]}.items():
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            number = re.search(r"[0-9][0-9.]+", done.stdout or done.stderr)
            found[name] = number[0] if number else "?"
    return found
