"""The active faults of one sandbox: the runs of its scenarios, and ad-hoc faults."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from mockserver.api.page import Endpoint
from mockserver.errors import FullError
from mockserver.faults.draw import Hit, Run, hits, replaces_reply
from mockserver.faults.model import Fault, Scenario
from mockserver.state.operations import Operation

# Every request checks all of them.
MAX_AD_HOC_FAULTS: Final = 100


class AdHocFault(Struct, frozen=True):
    """A fault that was added at run time, with its run."""

    id: int
    run: Run

    @property
    def fault(self) -> Fault:
        """The only fault of its run."""
        return self.run.faults[0]

    def has_expired(self, now_ms: int) -> bool:
        """Whether its time is over."""
        return self.run.until_ms is not None and now_ms >= self.run.until_ms

    @property
    def is_spent(self) -> bool:
        """Whether it has used up its `times`."""
        return self.fault.times is not None and self.run.fired >= self.fault.times


class ActiveFaults:
    """The runs of active faults. Not thread-safe: the sandbox's lock guards it.

    `runs` are those of scenarios, by name. `ad_hoc` are the others, by id. `serials` numbers runs.
    """

    __slots__ = ("_seed", "_serials", "ad_hoc", "runs")

    def __init__(self, seed: int | None, serials: Iterator[int]) -> None:
        self._seed = None if seed is None else str(seed)
        self._serials = serials
        self.runs: dict[str, Run] = {}
        self.ad_hoc: dict[int, AdHocFault] = {}

    def _new_run(
        self, source: str, faults: Sequence[Fault], now_ms: int, until_ms: int | None = None
    ) -> Run:
        seed = secrets.token_hex(8) if self._seed is None else self._seed
        return Run(source, faults, next(self._serials), now_ms, seed, until_ms)

    def restart(self, scenario: str) -> None:
        """Reset the scenario's counters and time windows. They restart at its next use."""
        self.runs.pop(scenario, None)

    def of_scenario(self, scenario: Scenario, now_ms: int) -> Run | None:
        """Return the run of a scenario, starting one if needed. None if it has no faults."""
        if not scenario.faults:
            return None
        run = self.runs.get(scenario.name)
        if run is None:
            run = self._new_run(f"scenario {scenario.name}", scenario.faults, now_ms)
            self.runs[scenario.name] = run
        return run

    def add(self, number: int, fault: Fault, now_ms: int, ttl_ms: int | None) -> AdHocFault:
        """Add a fault, which expires after `ttl_ms` if that is given.

        At MAX_AD_HOC_FAULTS, spent faults are evicted. Raises FullError if none is spent.
        """
        kept = {one.id: one for one in self.current(now_ms)}
        if len(kept) >= MAX_AD_HOC_FAULTS:
            kept = {key: one for key, one in kept.items() if not one.is_spent}
        if len(kept) >= MAX_AD_HOC_FAULTS:
            raise FullError(
                f"there are already {MAX_AD_HOC_FAULTS} ad-hoc faults; delete some, or give "
                "them a ttl or times"
            )
        until_ms = None if ttl_ms is None else now_ms + ttl_ms
        run = self._new_run(f"ad-hoc fault {number}", (fault,), now_ms, until_ms)
        added = AdHocFault(number, run)
        self.ad_hoc = {**kept, number: added}
        return added

    def remove(self, number: int | None, now_ms: int) -> bool:
        """Remove one ad-hoc fault, or all of them. Returns whether any was removed."""
        current = self.current(now_ms)
        self.ad_hoc = {one.id: one for one in current if number not in (None, one.id)}
        return len(self.ad_hoc) < len(current)

    def current(self, now_ms: int) -> list[AdHocFault]:
        """Return the ad-hoc faults. Removes those that have expired."""
        if any(one.has_expired(now_ms) for one in self.ad_hoc.values()):
            self.ad_hoc = {
                key: one for key, one in self.ad_hoc.items() if not one.has_expired(now_ms)
            }
        return list(self.ad_hoc.values())

    def may_hit(self, scenario: Scenario) -> bool:
        """Whether there are any faults to draw."""
        return bool(self.ad_hoc or scenario.faults)

    def draw(
        self,
        scenario: Scenario,
        endpoint: Endpoint,
        username: str | None,
        now_ms: int,
        operations: Iterable[Operation],
    ) -> tuple[Hit, ...]:
        """Return the faults that hit a request, in the order of its operations, and count them.

        `operations` are those that the request reaches if no fault stops it earlier.
        """
        runs = [one.run for one in self.current(now_ms)]
        of_scenario = self.of_scenario(scenario, now_ms)
        if of_scenario is not None:
            runs.insert(0, of_scenario)
        drawn: list[Hit] = []
        considered: set[tuple[str, int]] = set()
        for operation in (Operation.REQUEST, *operations):
            here = [
                hit
                for run in runs
                for hit in hits(run, operation, endpoint.path, username, now_ms, considered)
            ]
            drawn += here
            if replaces_reply(here) or any(hit.fails for hit in here):
                break
        return tuple(drawn)

    def why_gone(self, of: Sequence[Hit], scenario: str, now_ms: int) -> str | None:
        """Return why the fault of one of these hits is gone, or None if all are still active."""
        run = self.runs.get(scenario)
        serials = {one.run.serial for one in self.current(now_ms)}
        for hit in of:
            if hit.source == f"scenario {scenario}":
                if run is None or run.serial != hit.serial:
                    return f"scenario {scenario} was set again"
            elif hit.serial not in serials:
                return f"{hit.source} has gone"
        return None
