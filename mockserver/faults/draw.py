"""Selects the faults that hit a request: matching, counting and random draws.

A random number is a function of a seed and of the number of draws. All processes that share the
counters therefore draw the same numbers. There is no clock, lock or generator state here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha1
from typing import Final

from msgspec import Struct, field

from mockserver.faults.model import Fault, Wire
from mockserver.state.operations import Operation

_HEX_DIGITS: Final = 13  # 52 bits, which a float holds exactly
_CASES: Final = 16**_HEX_DIGITS


class Counters(Struct):
    """Counts how often a fault was skipped, drawn and fired."""

    passed: int = 0
    drawn: int = 0
    fired: int = 0


class Run(Struct):
    """The faults of one source while they are active in a sandbox, with their counters.

    `source` names where the faults come from. `serial` distinguishes runs of the same source. Time
    windows start at `start_ms`. `seed` is for faults without a seed of their own. `until_ms` is the
    time at which the run expires, or None. Times are in milliseconds since 1970.
    """

    source: str
    faults: Sequence[Fault]
    serial: int
    start_ms: int
    seed: str
    until_ms: int | None = None
    counters: list[Counters] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counters = [Counters() for _ in self.faults]

    @property
    def fired(self) -> int:
        """How often its faults have fired."""
        return sum(counters.fired for counters in self.counters)


class Hit(Struct, frozen=True):
    """A fault that hits a request at an operation, with the delay that was drawn for it.

    `place` names the fault in messages, with its number if others can hit the same operation.
    `source` and `serial` identify its run. `until_ms` is the time at which the fault expires, or
    None.
    """

    operation: Operation
    place: str
    source: str
    serial: int
    delay_ms: int
    fails: bool
    after_commit: bool
    wire: Wire | None
    until_ms: int | None = None


def hits(  # noqa: PLR0917  the facts that a fault matches
    run: Run,
    operation: Operation,
    endpoint: str,
    username: str | None,
    now_ms: int,
    considered: set[tuple[str, int]],
) -> Iterator[Hit]:
    """Yield the faults of a run that hit this operation, and count them.

    A request considers each fault once, at the first operation that matches. `considered` holds
    those that it has considered already.
    """
    since_ms = now_ms - run.start_ms
    for index, fault in enumerate(run.faults):
        key = (run.source, index)
        if key in considered or not _matches(fault, operation, endpoint, username, since_ms):
            continue
        considered.add(key)
        delay_ms = _count_and_draw(run, index, fault)
        if delay_ms is not None:
            alike = sum(other.operation.covers(operation) for other in run.faults)
            number = f", fault {index + 1}" if alike > 1 else ""
            yield Hit(
                operation, run.source + number, run.source, run.serial,
                delay_ms, fault.fails, fault.after_commit, fault.wire, run.until_ms,
            )  # fmt: skip


def _matches(
    fault: Fault, operation: Operation, endpoint: str, username: str | None, since_ms: int
) -> bool:
    if not fault.operation.covers(operation):
        return False
    if fault.endpoint is not None and fault.endpoint != endpoint:
        return False
    if fault.username is not None and fault.username != username:
        return False
    since_ms -= fault.starts_after_ms
    if fault.starts_after_ms and since_ms < 0:  # it is also < 0 when the clock was set back
        return False
    return fault.lasts_ms is None or since_ms < fault.lasts_ms


def _count_and_draw(run: Run, index: int, fault: Fault) -> int | None:
    """Return the delay in milliseconds if the fault fires, else None."""
    counters = run.counters[index]
    if counters.passed < fault.skip:
        counters.passed += 1
        return None
    if fault.times is not None and counters.fired >= fault.times:
        return None
    counters.drawn += 1
    if fault.probability < 1 or fault.delay_ms is not None:
        seed = f"{run.seed}:{run.source}:{index}" if fault.seed is None else str(fault.seed)
        chance, length = chances(seed, counters.drawn)
    else:
        chance = length = 0.0
    if chance >= fault.probability:
        return None
    counters.fired += 1
    if fault.delay_ms is None:
        return 0
    least, most = fault.delay_ms
    return least + int(length * (most - least + 1))


def chances(seed: str, count: int) -> tuple[float, float]:
    """Return two independent numbers in [0, 1) for the `count`-th draw with this seed."""
    digest = sha1(f"{seed}:{count}".encode(), usedforsecurity=False).hexdigest()
    first, second = digest[:_HEX_DIGITS], digest[_HEX_DIGITS : 2 * _HEX_DIGITS]
    return int(first, 16) / _CASES, int(second, 16) / _CASES


def breaking(hits: Sequence[Hit]) -> Hit | None:
    """Return the hit whose wire fault is carried out, which is the first, or None."""
    return next((hit for hit in hits if hit.wire is not None), None)


def replaces_reply(hits: Sequence[Hit]) -> bool:
    """Whether the wire fault that is carried out replaces the reply."""
    hit = breaking(hits)
    return hit is not None and hit.wire is not None and hit.wire.replaces_reply
