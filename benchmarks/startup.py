"""How long until the first answer, how much memory then, and what bulk fixtures add to both."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.processes import Server
from benchmarks.results import Start
from benchmarks.servers import cookie, mock

BULK: Final = 100_000
LITERAL: Final = 10_000
# The runtime dependencies of pyproject.toml.
LIBRARIES: Final = "import falcon, msgspec, jwt, yaml, waitress"


def import_libraries() -> float:
    """Seconds that a process takes that does nothing but import the libraries."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True, timeout=60)
    return time.perf_counter() - begin


def start(make: Callable[[], Server]) -> Start:
    """Start a server, and end it once it has answered."""
    with make() as server:
        return server.start


def beside_imports(rounds: int) -> tuple[list[float], dict[str, list[Start]]]:
    """Importing alone, and the start of the mock on each server, in turn; first a warm-up."""
    servers: dict[str, Callable[[], Server]] = {
        "waitress": mock,
        "granian": partial(mock, "--server", "granian"),
    }
    imports: list[float] = []
    starts: dict[str, list[Start]] = {name: [] for name in servers}
    for _ in range(rounds + 1):
        imports.append(import_libraries())
        for name, make in servers.items():
            starts[name].append(start(make))
    return imports[1:], {name: found[1:] for name, found in starts.items()}


def with_fixtures(directory: Path, rounds: int) -> dict[str, list[Start]]:
    """The start with 100,000 users and sessions by `repeat`, and with 10,000 written out."""
    files: Mapping[str, tuple[Path, str]] = {
        f"{BULK:,} users and sessions by repeat": (bulk(directory, BULK), f"load-{BULK:06}"),
        f"{LITERAL:,} users and sessions written out": (literal(directory), f"s{LITERAL - 1}"),
    }
    return {
        name: [
            start(partial(mock, "--fixtures", str(path), known=cookie(sid))) for _ in range(rounds)
        ]
        for name, (path, sid) in files.items()
    }


def bulk(directory: Path, number: int) -> Path:
    """A fixture file of so many users and sessions by `repeat`."""
    path = directory / f"bulk-{number}.yaml"
    path.write_text(
        f"users: [{{username: 'load-{{n:06}}', uid: '{{n}}', token: issue, repeat: {number}}}]\n"
        f"sessions: [{{sid: 'load-{{n:06}}', username: 'load-{{n:06}}', repeat: {number}}}]\n"
    )
    return path


def literal(directory: Path) -> Path:
    """A fixture file of 10,000 users and sessions, each written out."""
    path = directory / "literal.yaml"
    users = "".join(f"  - {{username: u{n}, uid: {n}, token: issue}}\n" for n in range(LITERAL))
    sessions = "".join(f"  - {{sid: s{n}, username: u{n}}}\n" for n in range(LITERAL))
    path.write_text(f"users:\n{users}sessions:\n{sessions}")
    return path
