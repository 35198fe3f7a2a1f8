"""`make bench-peers`: the mock and other mock servers, in turn."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.peers.kinds import PEERS, VERSIONS, Task
from benchmarks.processes import ALICE, Server, ask
from benchmarks.results import BenchmarkError, Table, in_turn, refuse
from benchmarks.servers import MOCK, Make, loads, memory, run_mock, starts

LOAD: Final = "Load beside peers: 16 connections"
START: Final = "Start-up beside peers: until the first answer"
MEMORY_USE: Final = "Memory beside peers"
_ROUND_S: Final = 2.0
# The JVM and V8 compile what is requested often.
_WARM_UP: Final = 3


def measure(
    say: Callable[[str], None], rounds: int
) -> tuple[dict[str, Table], dict[str, str], dict[str, str]]:
    """Measure all tables; returns versions and the reasons of skipped peers, too.

    Raises BenchmarkError if the mock itself cannot be measured.
    """
    skipped: dict[str, str] = {}

    def skip(name: str, error: BenchmarkError) -> None:
        if name == MOCK:
            refuse(name, error)
        skipped[name] = str(error)
        say(f"SKIPPED {name}: {error}")

    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        makes = _install(Path(place), say, skip)
        say(f"start-up: {rounds} rounds of {len(makes)} servers")
        started = in_turn(starts(makes), rounds, drop=skip)
        say(f"load: {rounds} rounds of {len(started)} servers")
        servers: dict[str, Server] = {}
        for name in started:
            try:
                servers[name] = stack.enter_context(makes[name]())
            except BenchmarkError as error:
                skip(name, error)
        loaded = in_turn(loads(servers, 16, _ROUND_S), rounds, warm_up=_WARM_UP, drop=skip)
        used = memory({name: servers[name] for name in loaded})
    return {LOAD: loaded, START: started, MEMORY_USE: used}, VERSIONS | _programs(), skipped


def _install(
    directory: Path, say: Callable[[str], None], skip: Callable[[str, BenchmarkError], None]
) -> dict[str, Make]:
    makes: dict[str, Make] = {MOCK: run_mock}
    with run_mock() as server:
        body = ask(server.port, ALICE)[1].decode()
    for name, prepare in PEERS.items():
        say(f"installing {name}, unless it is there")
        task = Task(body, directory / name.replace(" ", "-"))
        task.directory.mkdir()
        try:
            makes[name] = prepare(task)
        except BenchmarkError as error:
            skip(name, error)
    return makes


def _programs() -> dict[str, str]:
    """The versions of what runs the peers."""
    found = {}
    for name, command in {"Node": ["node", "--version"], "Java": ["java", "-version"]}.items():
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            number = re.search(r"[0-9][0-9.]+", done.stdout or done.stderr)
            found[name] = number[0] if number else "?"
    return found
