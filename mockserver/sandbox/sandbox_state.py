"""The state of one sandbox in memory, as the control plane sees and changes it."""

from __future__ import annotations

import threading
from itertools import count

from mockserver.api.profiles import Profile
from mockserver.api.service import Service
from mockserver.credentials.jwt import issuer_of
from mockserver.faults.capabilities import check_fault, check_scenario, obstacle
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures.model import CurrentState, Fixtures
from mockserver.record.coverage import Coverage
from mockserver.record.journal import Journal
from mockserver.record.outbox import Outbox
from mockserver.sandbox.active_faults import ActiveFaults, AdHocFault
from mockserver.sandbox.rules import DEFAULT_ID, DEFAULT_SCENARIO, SEPARATOR, Rules
from mockserver.state.clock import SandboxClock
from mockserver.state.memory import MemoryStore
from mockserver.state.token_dates import TokenDates


class _Contents:
    """The state that a reset or a reload replaces as a whole."""

    __slots__ = ("faults", "fixtures", "generation", "store")

    def __init__(  # noqa: PLR0917  all from the sandbox
        self,
        fixtures: Fixtures,
        clock: SandboxClock,
        rules: Rules,
        prefix: str,
        dates: TokenDates,
        serials: count[int],
    ) -> None:
        self.fixtures = fixtures
        self.generation = next(serials)
        self.faults = ActiveFaults(rules.seed, serials)
        self.store = MemoryStore(
            fixtures.users,
            fixtures.sessions,
            issuer_of(fixtures.jwt_secret),
            clock,
            prefix=prefix,
            dates=dates,
            budget=rules.state,
        )


class SandboxState:
    """Users, sessions, scenario, faults, clock, journal, outbox and coverage. Thread-safe.

    Raises UnknownNameError if the fixtures lack `scenario`, ImpossibleError if the server cannot
    carry it out. So do all methods that take the name of a scenario.
    """

    __slots__ = (
        "_closed", "_contents", "_dates", "_fault_ids", "_lock", "_resets", "_rules", "_scenario",
        "_serials", "_service", "_wanted_start", "clock", "coverage", "id", "journal", "outbox",
        "prefix", "start_scenario",
    )  # fmt: skip

    def __init__(
        self,
        sandbox_id: str,
        fixtures: Fixtures,
        rules: Rules,
        scenario: str | None = None,
        coverage: Coverage | None = None,
    ) -> None:
        self.id = sandbox_id
        self.start_scenario = scenario or rules.scenario
        self._wanted_start = self.start_scenario
        self._rules = rules
        self._choose(self.start_scenario, fixtures)
        self.prefix = "" if sandbox_id == DEFAULT_ID else sandbox_id + SEPARATOR
        self.clock = SandboxClock(rules.clock)
        self.coverage = coverage or Coverage(profile=rules.profile.name)
        self.journal = None if rules.journal is None else Journal(self.clock, rules.journal)
        self.outbox = Outbox(self.clock, rules.outbox)
        self._service = Service(rules.profile)
        self._scenario = self.start_scenario
        self._lock = threading.Lock()
        self._fault_ids = count(1)
        self._serials = count(1)
        self._resets = 0
        self._closed = False
        self._dates = TokenDates()
        self._contents = self._made_from(fixtures)

    def _made_from(self, fixtures: Fixtures) -> _Contents:
        return _Contents(fixtures, self.clock, self._rules, self.prefix, self._dates, self._serials)

    @property
    def fixtures(self) -> Fixtures:
        """The fixtures that the state was created from."""
        return self._contents.fixtures

    @property
    def store(self) -> MemoryStore:
        """The users and sessions, without faults."""
        return self._contents.store

    @property
    def scenario(self) -> str:
        """The active scenario. It applies if neither the request nor the user names one."""
        return self._scenario

    @property
    def profile(self) -> Profile:
        """The profile, which maps failures to codes."""
        return self._rules.profile

    def check_scenario(self, name: str) -> None:
        """Raise UnknownNameError or ImpossibleError if this scenario cannot be chosen."""
        self._choose(name, self.fixtures)

    def _choose(self, name: str, fixtures: Fixtures) -> None:
        check_scenario(fixtures.scenario(name), self._rules.server)

    def obstacle(self, scenario: Scenario) -> str | None:
        """Return why the server cannot carry out this scenario, or None if it can."""
        return obstacle(scenario.faults, self._rules.server)

    def put_scenario(self, name: str) -> None:
        """Switch to a scenario, and restart its counters and time windows."""
        with self._lock:
            self._choose(name, self.fixtures)
            self._contents.faults.restart(name)
            self._scenario = name
        self._rules.on_change()

    def reload(self, fixtures: Fixtures) -> tuple[str, ...]:
        """Replace the state with that of other fixtures. Keeps scenario, clock and journal.

        If the fixtures lack a scenario in use, `normal` replaces it. Returns a warning for each
        replaced scenario. Raises ImpossibleError, without any change, if the server cannot carry
        one out.
        """
        with self._lock:
            warnings = []
            active = self._kept(self._scenario, fixtures)
            if active != self._scenario:
                warnings.append(
                    f"warning: scenario {self._scenario!r} is gone from the fixtures: "
                    f"{active!r} is active now"
                )
            start = self._kept(self._wanted_start, fixtures)
            if start not in (self._wanted_start, active):
                warnings.append(
                    f"warning: scenario {self._wanted_start!r} is gone from the fixtures: "
                    f"a reset goes to {start!r}"
                )
            for name in (active, start):
                self._choose(name, fixtures)
            self._scenario, self.start_scenario = active, start
            self._contents = self._made_from(fixtures)
        self._rules.on_change()
        return tuple(warnings)

    def current_state(self) -> CurrentState:
        """Return a copy of the state that fixtures can describe, made in one step."""
        contents, clock = self._contents, self.clock
        contents.store.issue_first_tokens()
        with self._lock:
            return CurrentState(
                contents.fixtures, contents.store.changes(), self._scenario, clock.frozen,
                clock.changed,
            )  # fmt: skip

    def _kept(self, name: str, fixtures: Fixtures) -> str:
        return name if name in fixtures.scenarios else DEFAULT_SCENARIO

    def close(self) -> None:
        """End the delays of this sandbox, because it is being deleted."""
        self._closed = True
        self._rules.on_change()

    def reset(self) -> None:
        """Return to the state at the start, with the same session ids."""
        self.clock.reset()
        with self._lock:
            self._scenario = self.start_scenario
            self._dates = TokenDates()
            self._contents = self._made_from(self.fixtures)
            self._resets += 1
            self.coverage.reset()
            if self.journal is not None:
                self.journal.clear()
            self.outbox.clear()
        self._rules.on_change()

    def clock_changed(self) -> None:
        """Wake delayed requests, whose faults may have expired. Call it after setting the clock."""
        self._rules.on_change()

    def add_fault(self, fault: Fault, ttl_ms: int | None = None) -> AdHocFault:
        """Add a fault to the active scenario. It expires after `ttl_ms`, if that is given.

        Raises ImpossibleError if the server cannot carry it out, FullError if there are too many.
        """
        check_fault(fault, self._rules.server)
        with self._lock:
            number = next(self._fault_ids)
            return self._contents.faults.add(number, fault, self.clock.now_ms(), ttl_ms)

    def remove_faults(self, number: int | None = None) -> bool:
        """Remove one ad-hoc fault, or all of them. Returns whether any was removed."""
        with self._lock:
            removed = self._contents.faults.remove(number, self.clock.now_ms())
        self._rules.on_change()
        return removed

    def faults(self) -> list[AdHocFault]:
        """Return the ad-hoc faults that have not expired."""
        with self._lock:
            return self._contents.faults.current(self.clock.now_ms())
