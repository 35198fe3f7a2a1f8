"""One sandbox in Redis, as the control plane sees and changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from mockserver.api.profiles import Profile
from mockserver.faults.capabilities import check_fault, check_scenario, obstacle
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures.model import CurrentState, Fixtures
from mockserver.record.journal import Entry
from mockserver.record.outbox import SentMail
from mockserver.sandbox.active_faults import AdHocFault
from mockserver.sandbox.redis.access import Access, Contention, LoadedSandbox, Operations
from mockserver.sandbox.redis.accounts import RedisAccounts
from mockserver.sandbox.redis.clock import RedisClock
from mockserver.sandbox.redis.coverage import RedisCoverage
from mockserver.sandbox.redis.exchange_records import read_entry, read_kind, read_mail
from mockserver.sandbox.redis.fault_records import LoadedFaults
from mockserver.sandbox.redis.link import Argument
from mockserver.sandbox.redis.logs import RedisLog
from mockserver.sandbox.redis.records import SandboxRecord, fresh_serial
from mockserver.sandbox.redis.sources import packed
from mockserver.sandbox.redis.view import prefix_of
from mockserver.sandbox.rules import DEFAULT_SCENARIO
from mockserver.state.user_tokens import awaited

_Change: TypeAlias = Callable[[LoadedSandbox], Operations]


class RedisSandbox:
    """One sandbox. It keeps nothing: every property and method asks Redis. Thread-safe."""

    def __init__(self, access: Access, sandbox_id: str) -> None:
        self._access = access
        self.id = sandbox_id
        self.prefix = prefix_of(sandbox_id)
        self.store = RedisAccounts(access, sandbox_id)
        self.clock = RedisClock(access, sandbox_id)
        self.journal: RedisLog[Entry] | None = None
        if access.rules.journal is not None:
            self.journal = RedisLog(access, sandbox_id, "journal", read_entry, read_kind)
        self.outbox: RedisLog[SentMail] = RedisLog(
            access, sandbox_id, "outbox", read_mail, lambda _kind: None
        )
        key, profile = access.link.key(sandbox_id, "coverage"), access.rules.profile.name
        self.coverage = RedisCoverage(access.link, key, profile)

    @property
    def profile(self) -> Profile:
        """The profile of this process."""
        return self._access.rules.profile

    @property
    def fixtures(self) -> Fixtures:
        """The fixtures that it was made from."""
        return self._access.load(self.id).fixtures

    @property
    def scenario(self) -> str:
        """The active scenario."""
        return self._access.load(self.id).record.scenario

    @property
    def start_scenario(self) -> str:
        """The scenario that a reset returns to."""
        return self._access.load(self.id).record.start_scenario

    def check_scenario(self, name: str) -> None:
        """Raise UnknownNameError or ImpossibleError if this scenario cannot be chosen."""
        self._choose(name, self.fixtures)

    def _choose(self, name: str, fixtures: Fixtures) -> None:
        check_scenario(fixtures.scenario(name), self._access.rules.server)

    def obstacle(self, scenario: Scenario) -> str | None:
        """Return why the server cannot carry out this scenario, or None if it can."""
        return obstacle(scenario.faults, self._access.rules.server)

    def put_scenario(self, name: str) -> None:
        """Switch to a scenario, and restart its counters and time windows."""

        def switch(sandbox: LoadedSandbox) -> Operations:
            self._choose(name, sandbox.fixtures)
            faults = self._access.faults(sandbox)
            faults.active.restart(name)
            return [*_kept(faults), "set", "scenario", name, *self._announced()]

        self._edit_faults(switch)

    def add_fault(self, fault: Fault, ttl_ms: int | None = None) -> AdHocFault:
        """Add a fault to the active scenario, see SandboxState."""
        check_fault(fault, self._access.rules.server)
        added: list[AdHocFault] = []

        def addition(sandbox: LoadedSandbox) -> Operations:
            faults = self._access.faults(sandbox)
            faults.last_id += 1
            added.append(faults.active.add(faults.last_id, fault, self._now(sandbox), ttl_ms))
            return _kept(faults)

        self._edit_faults(addition)
        return added[-1]

    def remove_faults(self, number: int | None = None) -> bool:
        """Remove one ad-hoc fault, or all of them. Returns whether any was removed."""
        removed: list[bool] = []

        def removal(sandbox: LoadedSandbox) -> Operations:
            faults = self._access.faults(sandbox)
            removed.append(faults.active.remove(number, self._now(sandbox)))
            return [*_kept(faults), *self._announced()]

        self._edit_faults(removal)
        return removed[-1]

    def faults(self) -> Sequence[AdHocFault]:
        """Return the ad-hoc faults that have not expired."""
        sandbox = self._access.load(self.id)
        return self._access.faults(sandbox).active.current(self._now(sandbox))

    def clock_changed(self) -> None:
        """Wake delayed requests, whose faults may have expired."""
        self._access.apply(self.id, self._announced())

    def current_state(self) -> CurrentState:
        """Return a copy of the state that fixtures can describe."""
        sandbox = self._access.load(self.id)
        record = sandbox.record
        return CurrentState(
            sandbox.fixtures,
            self.store.changes(sandbox),
            record.scenario,
            self.clock.is_frozen(record),
            (record.frozen_ms, record.offset_ms) != (None, 0),
        )

    def reset(self) -> None:
        """Return to the state at the start, with the same session ids."""

        def restart(sandbox: LoadedSandbox) -> Operations:
            record = sandbox.record
            made = replace(
                new_record(record.fixtures, record.start_scenario, self._access),
                wanted_start=record.wanted_start,
                ttl_ms=record.ttl_ms,
            )
            cleared = ("accounts", "coverage", "journal", "outbox")
            return [
                *(one for part in cleared for one in ("clear", part)),
                "forget_owned", "clear_faults", *_all_set(made), *self._announced(),
            ]  # fmt: skip

        self._access.edit(self.id, restart)

    def reload(self, digest: str, fixtures: Fixtures) -> tuple[str, ...]:
        """Replace the state with that of other fixtures, see SandboxState.

        Does nothing if it is already that of these fixtures.
        """
        warnings: list[str] = []

        def replacement(sandbox: LoadedSandbox) -> Operations:
            warnings.clear()
            record = sandbox.record
            if record.fixtures == digest:
                return []
            active = remaining(record.scenario, fixtures)
            start = remaining(record.wanted_start, fixtures)
            if active != record.scenario:
                warnings.append(
                    f"warning: scenario {record.scenario!r} is gone from the fixtures: "
                    f"{active!r} is active now"
                )
            if start not in {record.wanted_start, active}:
                warnings.append(
                    f"warning: scenario {record.wanted_start!r} is gone from the fixtures: "
                    f"a reset goes to {start!r}"
                )
            for name in (active, start):
                self._choose(name, fixtures)
            return [
                "expect_state", "scenario", record.scenario,
                "reload", digest, packed(fixtures), fresh_serial(), active, start,
                _latest_first_date_ms(sandbox), *self._announced(),
            ]  # fmt: skip

        self._access.edit(self.id, replacement)
        return tuple(warnings)

    def _edit_faults(self, change: _Change) -> None:
        contention = Contention(self.id)
        while True:
            contention.check()
            sandbox = self._access.load(self.id)
            operations = ["expect_faults", sandbox.record.faults, *change(sandbox)]
            status, _ = self._access.apply(self.id, operations, sandbox.record)
            if status == "DONE":
                return

    def _now(self, sandbox: LoadedSandbox) -> int:
        return sandbox.record.now_ms(self._access.rules.clock.now_ms())

    def _announced(self) -> list[Argument]:
        """Return the operation that wakes delayed requests in all processes."""
        return ["publish", "changes", self.id]


def new_record(digest: str, scenario: str, access: Access) -> SandboxRecord:
    """Return the record of a sandbox that starts now."""
    now_ms = access.rules.clock.now_ms()
    return SandboxRecord(
        fresh_serial(), fresh_serial(), digest, scenario, scenario, scenario, now_ms
    )


def _latest_first_date_ms(sandbox: LoadedSandbox) -> int:
    """Return the latest date of the tokens that its fixtures ask to issue."""
    most = max(map(awaited, sandbox.fixtures.users.samples()), default=0)
    return sandbox.record.first_date_ms + max(most - 1, 0)


def _kept(faults: LoadedFaults) -> Operations:
    return ["set", "faults", faults.stored()]


def _all_set(record: SandboxRecord) -> Operations:
    """Return the operations that set all fields but the faults."""
    pairs = record.pairs()
    names = zip(pairs[::2], pairs[1::2], strict=True)
    return [one for name, value in names if name != "faults" for one in ("set", name, value)]


def remaining(name: str, fixtures: Fixtures) -> str:
    """Return the scenario if the fixtures still have it, else the one that all fixtures have."""
    return name if name in fixtures.scenarios else DEFAULT_SCENARIO
