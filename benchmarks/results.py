"""The results of a run: the figures of each round, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

RATE: Final = "requests a second"
P50: Final = "p50, ms"
P99: Final = "p99, ms"
CPU: Final = "CPU a request, µs"
SECONDS: Final = "seconds"
MEMORY: Final = "resident after the first answer, MB"
LOADED: Final = "resident after the load, MB"

# Row → column → the figure of each round.
Table = dict[str, dict[str, list[float]]]
Work = Callable[[], Mapping[str, float]]

_PACKAGES: Final = ("animeloop-mock", "falcon", "msgspec", "waitress")


class BenchmarkError(Exception):
    """Something cannot be measured; the message is for the person who runs the benchmark."""


class Setting(Struct, frozen=True):
    """Machine, time in UTC and versions of a run. `took_s` is the duration of the run."""

    date: str
    machine: str
    load_before: float
    versions: dict[str, str]
    took_s: float


class Results(Struct, frozen=True):
    """What one command measured: tables by title, and the reasons for skipped rows."""

    setting: Setting
    tables: dict[str, Table]
    skipped: dict[str, str]


def refuse(row: str, error: BenchmarkError) -> None:
    """End the run, because this row must not be missing."""
    raise BenchmarkError(f"{row}: {error}")


def in_turn(
    work: Mapping[str, Work],
    rounds: int,
    *,
    warm_up: int = 1,
    drop: Callable[[str, BenchmarkError], None] = refuse,
) -> Table:
    """Measure every row once in each round, so that drift affects all rows equally.

    Each round begins with another row. The first `warm_up` rounds are discarded. If a row fails,
    `drop` is called and the row is removed. `drop` may raise to end the run.
    """
    table: Table = {row: {} for row in work}
    for turn in range(-warm_up, rounds):
        rows = list(table)
        first = turn % len(rows) if rows else 0
        for row in rows[first:] + rows[:first]:
            try:
                figures = work[row]()
            except BenchmarkError as error:
                drop(row, error)
                del table[row]
                continue
            for column, figure in figures.items() if turn >= 0 else ():
                table[row].setdefault(column, []).append(figure)
    return table


def describe(others: Mapping[str, str], took_s: float, load_before: float) -> Setting:
    """Describe machine and versions. `others` are versions beside those of the mock."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    model = cpu[1] if cpu else platform.machine()
    kernel = f"{platform.system()} {platform.release()}"
    ours = {package: version(package) for package in _PACKAGES}
    return Setting(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=f"{model}, {os.cpu_count()} cores, {kernel}",
        load_before=load_before,
        versions={"Python": platform.python_version(), **ours, **others},
        took_s=took_s,
    )


def cache_directory() -> Path:
    """Return the directory for results and installed peers, outside the checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "animeloop-mock-bench"


def save(results: Results, path: Path) -> None:
    """Write the results as JSON. Raises BenchmarkError if the file cannot be written."""
    text = msgspec.json.format(msgspec.json.encode(results), indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text + b"\n")
    except OSError as error:
        raise BenchmarkError(f"cannot write the results to {path}: {error.strerror}") from None


def load(path: Path) -> Results | None:
    """Read saved results. Returns None if there are none or their format has changed."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except (OSError, msgspec.MsgspecError):
        return None
