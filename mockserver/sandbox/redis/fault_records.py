"""The stored form of a sandbox's faults: the runs of its scenarios, and ad-hoc faults."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from mockserver.faults.draw import Counters, Run
from mockserver.faults.model import Fault
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.active_faults import ActiveFaults, AdHocFault
from mockserver.sandbox.redis.records import fresh_serial, reads


class StoredRun(Struct, frozen=True, omit_defaults=True):
    """A run without its faults: those of a scenario are in the fixtures."""

    serial: int
    start_ms: int
    seed: str
    counters: list[tuple[int, int, int]]
    until_ms: int | None = None


class StoredAdHocFault(Struct, frozen=True):
    """An ad-hoc fault with its run."""

    id: int
    fault: Fault
    run: StoredRun


class StoredFaults(Struct, frozen=True, omit_defaults=True):
    """All runs of a sandbox, by the name of the scenario, and its ad-hoc faults.

    `last_id` is the id of the last ad-hoc fault that was added.
    """

    runs: dict[str, StoredRun] = {}
    ad_hoc: list[StoredAdHocFault] = []
    last_id: int = 0


_DECODER: Final = msgspec.json.Decoder(StoredFaults)


class LoadedFaults(Struct):
    """The faults of a sandbox, read to be drawn or changed. `text` is what Redis has of them."""

    text: str
    active: ActiveFaults
    last_id: int

    def stored(self) -> str:
        """Return what Redis shall have of them."""
        kept = StoredFaults(
            {name: _stored(run) for name, run in self.active.runs.items()},
            [
                StoredAdHocFault(one.id, one.fault, _stored(one.run))
                for one in self.active.ad_hoc.values()
            ],
            self.last_id,
        )
        return "" if kept == StoredFaults() else msgspec.json.encode(kept).decode()


@reads("a list of faults")
def load_faults(text: str, fixtures: Fixtures, seed: int | None) -> LoadedFaults:
    """Read the stored faults of a sandbox with these fixtures."""
    kept = _DECODER.decode(text) if text else StoredFaults()
    active = ActiveFaults(seed, iter(fresh_serial, None))
    for name, one in kept.runs.items():
        scenario = fixtures.scenarios.get(name)
        if scenario is not None and len(scenario.faults) == len(one.counters):
            active.runs[name] = _run(f"scenario {name}", scenario.faults, one)
    for added in kept.ad_hoc:
        run = _run(f"ad-hoc fault {added.id}", (added.fault,), added.run)
        active.ad_hoc[added.id] = AdHocFault(added.id, run)
    return LoadedFaults(text, active, kept.last_id)


def _stored(run: Run) -> StoredRun:
    counters = [(one.passed, one.drawn, one.fired) for one in run.counters]
    return StoredRun(run.serial, run.start_ms, run.seed, counters, run.until_ms)


def _run(source: str, faults: tuple[Fault, ...], one: StoredRun) -> Run:
    run = Run(source, faults, one.serial, one.start_ms, one.seed, one.until_ms)
    run.counters = [Counters(*counted) for counted in one.counters]
    return run
