"""Starts the mock and the servers it is compared with. The names are the rows of the tables."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.processes import ALICE, ROOT, Server, ask, free_port
from benchmarks.results import LOADED, MEMORY, BenchmarkError, Table, Work
from mockserver.server.settings import ServeSettings

MOCK: Final = "the mock"
BARE: Final = "bare waitress"
LOGGED: Final = "the mock with its request log"
GRANIAN: Final = "`create_app` on granian"
ONE_THREAD: Final = "`create_app` on granian, `--blocking-threads 1`"
BASE: Final = "the base commit"

Make = Callable[[], Server]

_WAITRESS_OWN: Final = {"date", "server", "connection"}


def run_mock(*flags: str, known: str = ALICE, log: bool = False, checkout: Path = ROOT) -> Server:
    """Start the mock from a checkout, by default without a request log, as peers write none."""
    port = free_port()
    command = [sys.executable, str(checkout / "run_mock.py"), "--port", str(port), *flags]
    return Server(command if log else [*command, "--quiet"], port, known)


def run_bare(directory: Path) -> Server:
    """Start bare waitress with the reply of the mock."""
    with run_mock() as server:
        headers, body = ask(server.port, ALICE)
    sent = [pair for pair in headers if pair[0].lower() not in _WAITRESS_OWN]
    path = directory / "reply.json"
    path.write_text(json.dumps([sent, body.decode()]))
    port, threads = free_port(), ServeSettings().threads
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(threads), str(path)]
    return Server(command, port)


def run_granian(*flags: str) -> Server:
    """Start granian with the command in docs/deploy.md and `flags`."""
    program = Path(sys.executable).with_name("granian")
    if not program.exists():
        raise BenchmarkError("granian is not installed: pip install -r requirements-dev.txt")
    port = free_port()
    command = [str(program), "--interface", "wsgi", "--factory", "--port", str(port)]
    return Server([*command, *flags, "mockserver:create_app"], port)


def check_out(commit: str, place: Path) -> str:
    """Extract a commit of this repository to `place`. Returns its short hash."""
    name = run(["git", "rev-parse", "--short", "--verify", f"{commit}^{{commit}}"])
    place.mkdir()
    run(["tar", "-x", "-C", str(place)], run(["git", "archive", "--format=tar", commit]))
    run([sys.executable, "-m", "compileall", "-q", str(place / "mockserver")])
    return name.decode().strip()


def run(command: list[str], given: bytes = b"") -> bytes:
    """Run a command to its end. Returns its output. Raises BenchmarkError if it fails."""
    done = subprocess.run(command, input=given, capture_output=True, check=False, cwd=ROOT)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no output"]
        raise BenchmarkError(f"{' '.join(command[:3])} failed: {lines[-1]}")
    return done.stdout


def starts(makes: Mapping[str, Make]) -> dict[str, Work]:
    """Return work that starts each server, measures the start and stops the server."""

    def start(make: Make) -> Mapping[str, float]:
        with make() as server:
            return server.start

    return {name: partial(start, make) for name, make in makes.items()}


def loads(servers: Mapping[str, Server], connections: int, seconds: float) -> dict[str, Work]:
    """Return work that loads each server once."""
    return {name: partial(each.load, connections, seconds) for name, each in servers.items()}


def memory(servers: Mapping[str, Server]) -> Table:
    """Return the resident memory after the first answer, and now, after the load."""
    return {
        name: {MEMORY: [server.start[MEMORY]], LOADED: [server.resident_mb()]}
        for name, server in servers.items()
    }
