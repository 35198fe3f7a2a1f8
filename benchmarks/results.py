"""The results: everything that was measured, round by round; what is made of it is the report's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from benchmarks.errors import BenchmarkError

MOCK_FILE: Final = "mock.json"
PEERS_FILE: Final = "peers.json"
AT_WORK: Final = "µs at work"


class Load(Struct, frozen=True):
    """One run of the load generator.

    `p50_ms` and `p99_ms` are latencies, `cpu_us` is the server's processor time a request, `failed`
    counts replies that did not come or had another status than 2xx.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    cpu_us: float


class Start(Struct, frozen=True):
    """One start: seconds from the process to its first good answer, and MB resident after it."""

    seconds: float
    resident_mb: float


class Setting(Struct, frozen=True):
    """Where and when: `date` in UTC; `versions` of whatever took part."""

    date: str
    cpu: str
    cores: int
    kernel: str
    load_before: float
    versions: dict[str, str]
    round_seconds: float


class Growth(Struct, frozen=True):
    """How a server answers as there is more of something: the rounds of each level."""

    server: str
    what: str
    levels: dict[int, list[Load]]


class MockResults(Struct, frozen=True):
    """What `make bench` measures, by what was measured; `rates` are done a second."""

    setting: Setting
    load: dict[str, list[Load]]
    loaded_mb: dict[str, float]
    import_seconds: list[float]
    starts: dict[str, list[Start]]
    bulk: dict[str, list[Start]]
    rates: dict[str, list[float]]
    sandbox_mb: tuple[float, float]
    growth: list[Growth]


class PeerResults(Struct, frozen=True):
    """What `make bench-peers` measures, by server; `skipped` has the reason for each one."""

    setting: Setting
    load: dict[str, list[Load]]
    loaded_mb: dict[str, float]
    starts: dict[str, list[Start]]
    skipped: dict[str, str]


Results = TypeVar("Results", MockResults, PeerResults)


def cache_directory() -> Path:
    """Where results and peers are kept: outside the checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "animeloop-mock-bench"


def save(results: MockResults | PeerResults, path: Path) -> None:
    """Write as JSON; raises BenchmarkError where that cannot be written."""
    text = msgspec.json.format(msgspec.json.encode(results), indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text + b"\n")
    except OSError as error:
        raise BenchmarkError(f"cannot write the results to {path}: {error.strerror}") from None


def load(path: Path, kind: type[Results]) -> Results | None:
    """What was saved there, or None; raises BenchmarkError where it is something else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BenchmarkError(f"cannot read {path}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise BenchmarkError(f"{path} has no results of this version: {error}") from None
