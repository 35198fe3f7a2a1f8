"""What the project promises, and whether a run kept it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from benchmarks.results import Load, MockResults, PeerResults
from benchmarks.stats import furthest_from_one, median, ratio

# Peers must be present for these; the mock on granian is compared with each.
FASTER_THAN: Final = {"WireMock": 3.5, "Prism": 8.0, "Mockoon CLI": 8.0}
P99_LIMIT: Final = 1.25
_FLAT: Final = ("users", "sandboxes")
_BULK_USERS: Final = "100,000 users and sessions by repeat"


class Verdict(Struct, frozen=True):
    """A target, the figure of the run, and whether that met it; None where nothing was measured."""

    target: str
    wanted: str
    figure: str
    met: bool | None


def per_second(loads: Sequence[Load]) -> list[float]:
    """The requests a second of each round."""
    return [load.per_second for load in loads]


def at_least(target: str, limit: float, value: float | None, unit: str = " ×") -> Verdict:
    """Met where the value is as large as the limit."""
    return _verdict(target, f"≥ {limit:g}{unit}", value, unit, lambda found: found >= limit)


def at_most(target: str, limit: float, value: float | None, unit: str = " ×") -> Verdict:
    """Met where the value is as small as the limit."""
    return _verdict(target, f"≤ {limit:g}{unit}", value, unit, lambda found: found <= limit)


def flat(target: str, value: float | None) -> Verdict:
    """Met where the value is 1, or up to a tenth more or less."""
    return _verdict(target, "0.9 to 1.1 ×", value, " ×", lambda found: 0.9 <= found <= 1.1)


def _verdict(
    target: str, wanted: str, value: float | None, unit: str, met: Callable[[float], bool]
) -> Verdict:
    if value is None:
        return Verdict(target, wanted, "not measured", None)
    # So many digits that a figure just beside its limit does not look like it.
    digits = 1 if unit == " MB" else 3
    return Verdict(target, wanted, f"{value:.{digits}f}{unit}", met(value))


def of_mock(results: MockResults) -> list[Verdict]:
    """The targets that `make bench` decides."""
    verdicts = [
        at_least("waitress: requests a second, of bare waitress", 0.9,
                 _faster(results.load, "waitress", "bare waitress")),
        at_least("granian: requests a second, of bare granian", 0.45,
                 _faster(results.load, "granian", "bare granian")),
        at_most("waitress: p99 at 16 connections, of bare waitress", P99_LIMIT,
                _p99(results.load, "waitress", "bare waitress")),
        at_most("granian: p99 at 16 connections, of bare granian", P99_LIMIT,
                _p99(results.load, "granian", "bare granian")),
    ]  # fmt: skip
    for name in ("waitress", "granian"):
        starts = results.starts.get(name, [])
        if starts:
            start = ratio([each.seconds for each in starts], results.import_seconds)
            memory = median([each.resident_mb for each in starts])
            verdicts.append(at_most(f"{name}: start-up, of importing the libraries", 1.3, start))
            verdicts.append(at_most(f"{name}: resident after the first answer", 45, memory, " MB"))
        if name in results.loaded_mb:
            loaded = results.loaded_mb[name]
            verdicts.append(at_most(f"{name}: resident after the load", 45, loaded, " MB"))
    bulk = results.bulk.get(_BULK_USERS, [])
    seconds = median([each.seconds for each in bulk]) if bulk else None
    memory_mb = median([each.resident_mb for each in bulk]) if bulk else None
    verdicts.append(at_most(f"{_BULK_USERS}: start-up", 1, seconds, " s"))
    verdicts.append(at_most(f"{_BULK_USERS}: resident", 100, memory_mb, " MB"))
    for growth in results.growth:
        if growth.what in _FLAT:
            low, high = min(growth.levels), max(growth.levels)
            name = f"{growth.server}: cost a request, {low:,} to {high:,} {growth.what}"
            verdicts.append(flat(name, growth_ratio(growth.levels)))
    return verdicts


def of_peers(results: PeerResults) -> list[Verdict]:
    """The targets that `make bench-peers` decides."""
    verdicts = [
        at_least(f"granian: requests a second, of {peer}", limit,
                 _faster(results.load, "granian", peer))
        for peer, limit in FASTER_THAN.items()
    ]  # fmt: skip
    ours, theirs = (results.starts.get(name, []) for name in ("waitress", "WireMock"))
    start = None
    if ours and theirs:
        start = ratio([each.seconds for each in ours], [each.seconds for each in theirs])
    return [*verdicts, at_most("waitress: start-up, of WireMock's", 0.2, start)]


def growth_ratio(levels: dict[int, list[Load]]) -> float:
    """The processor time a request at the level furthest from the lowest one, of that one's."""
    lowest = [load.cpu_us for load in levels[min(levels)]]
    others = [found for level, found in levels.items() if level != min(levels)]
    return furthest_from_one([ratio([load.cpu_us for load in each], lowest) for each in others])


def _faster(loads: dict[str, list[Load]], one: str, other: str) -> float | None:
    if one not in loads or other not in loads:
        return None
    return ratio(per_second(loads[one]), per_second(loads[other]))


def _p99(loads: dict[str, list[Load]], one: str, other: str) -> float | None:
    if one not in loads or other not in loads:
        return None
    return ratio([load.p99_ms for load in loads[one]], [load.p99_ms for load in loads[other]])
