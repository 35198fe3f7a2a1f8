"""One isolated world: its users, sessions, scenario, faults, clock, journal and coverage."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import count
from typing import Final

from msgspec import Struct, field

from mockserver.api.codes import EXAMPLE_TOKEN, Code, Endpoint, Reply
from mockserver.api.profiles import Failure, Profile
from mockserver.api.service import TokenService
from mockserver.api.trace import Step, Trace
from mockserver.credentials.cookies import Malformed, Presented
from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import FullError
from mockserver.faults.capabilities import check_fault, check_scenario, obstacle
from mockserver.faults.model import (
    Fault,
    FaultInjector,
    FaultRun,
    FaultyStore,
    Operation,
    Scenario,
    Target,
    Wire,
)
from mockserver.faults.servers import WAITRESS, ServerKind
from mockserver.fixtures.model import Fixtures
from mockserver.record.coverage import Coverage
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.journal import Journal, JournalBudget
from mockserver.state.budget import StateBudget
from mockserver.state.clock import Clock, SandboxClock
from mockserver.state.memory import MemoryStore
from mockserver.state.store import Store
from mockserver.state.token_dates import TokenDates
from mockserver.state.waits import Delays, Pause

DEFAULT_SCENARIO: Final = "normal"
DEFAULT_ID: Final = "default"
# Between a sandbox's id and a session id of the fixtures.
SEPARATOR: Final = "~"
# A clock that stands still must not make a delay look again and again.
_LEAST_REVIEW_MS: Final = 50
# Every request looks at all of them.
MAX_AD_HOC_FAULTS: Final = 100


class Preferences(Struct, frozen=True):
    """What one request asks for beside its endpoint (RFC 7240)."""

    code: Code | None = None
    scenario: str | None = None


class Rules(Struct, frozen=True):
    """What all sandboxes of a server have in common.

    `pause` is how a delayed request waits; `seed` makes faults without a seed of their own
    repeatable; `journal` is None where none is kept; `server` is what carries the application;
    `state` bounds what is put into all of them.
    """

    clock: Clock
    profile: Profile
    pause: Pause
    scenario: str = DEFAULT_SCENARIO
    seed: int | None = None
    journal: JournalBudget | None = None
    server: ServerKind = WAITRESS
    state: StateBudget = field(default_factory=StateBudget)


class AdHocFault(Struct, frozen=True):
    """A fault that was added while the server runs; `until_ms` is when it removes itself."""

    id: int
    fault: Fault
    run: FaultRun
    until_ms: int | None

    @property
    def is_spent(self) -> bool:
        """Whether it has fired as often as it may."""
        return self.fault.times is not None and self.run.fired >= self.fault.times


class _World:
    """All that a reset or a reload replaces at once. A request works on one world to its end."""

    __slots__ = ("ad_hoc", "fixtures", "runs", "service", "store")

    def __init__(
        self, fixtures: Fixtures, clock: Clock, rules: Rules, prefix: str, dates: TokenDates
    ) -> None:
        self.fixtures = fixtures
        issuer = TokenIssuer(fixtures.jwt_secret)
        self.store = MemoryStore(
            fixtures.users,
            fixtures.sessions,
            issuer,
            clock,
            prefix=prefix,
            dates=dates,
            budget=rules.state,
        )
        self.service = TokenService(fixtures.session_secrets, issuer, clock, rules.profile)
        self.runs: dict[str, FaultRun] = {}
        self.ad_hoc: dict[int, AdHocFault] = {}


class Sandbox:
    """Answers requests on state of its own.

    Raises UnknownNameError where `scenario` is none of the fixtures', ImpossibleError where the
    server cannot carry it out; so does every method that takes the name of a scenario.
    """

    __slots__ = (
        "_closed", "_dates", "_delays", "_fault_ids", "_lock", "_rules", "_scenario",
        "_wanted_start", "_world", "clock", "coverage", "epoch", "id", "journal", "prefix",
        "start_scenario",
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
        self._wanted_start = scenario or rules.scenario
        self.start_scenario = self._wanted_start
        self._rules = rules
        self._choose(self.start_scenario, fixtures)
        self.prefix = "" if sandbox_id == DEFAULT_ID else sandbox_id + SEPARATOR
        self.clock = SandboxClock(rules.clock)
        self.coverage = coverage or Coverage()
        self.journal = None if rules.journal is None else Journal(self.clock, rules.journal)
        self._scenario = self.start_scenario
        self._lock = threading.Lock()
        self._fault_ids = count(1)
        self._dates = TokenDates()
        self._world = self._new_world(fixtures)
        self._delays = Delays(rules.pause)
        self._closed = False
        self.epoch = 0

    def _new_world(self, fixtures: Fixtures) -> _World:
        return _World(fixtures, self.clock, self._rules, self.prefix, self._dates)

    @property
    def fixtures(self) -> Fixtures:
        """What it was made from."""
        return self._world.fixtures

    @property
    def store(self) -> MemoryStore:
        """The store as it is, without faults."""
        return self._world.store

    @property
    def scenario(self) -> str:
        """The name of the scenario that applies where neither request nor user names one."""
        return self._scenario

    @property
    def profile(self) -> Profile:
        """Which code is answered for which failure."""
        return self._rules.profile

    def check_scenario(self, name: str) -> None:
        """Raise what is wrong with choosing this scenario."""
        self._choose(name, self.fixtures)

    def _choose(self, name: str, fixtures: Fixtures) -> None:
        check_scenario(fixtures.scenario(name), self._rules.server)

    def obstacle(self, scenario: Scenario) -> str | None:
        """Why the server cannot carry out this scenario; None where it can."""
        return obstacle(scenario.faults, self._rules.server)

    def put_scenario(self, name: str) -> None:
        """Switch the scenario, its counters and window beginning anew."""
        with self._lock:
            self._choose(name, self.fixtures)
            self._world.runs.pop(name, None)
            self._scenario = name
        self.review_delays()

    def reload(self, fixtures: Fixtures) -> tuple[str, ...]:
        """Start anew from other fixtures, with the same scenario, clock and journal.

        Where they lack a scenario in use, `normal` takes its place; returns a warning for each.
        Raises ImpossibleError, and changes nothing, where the server cannot carry one out.
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
            self._world = self._new_world(fixtures)
        self.review_delays()
        return tuple(warnings)

    def _kept(self, name: str, fixtures: Fixtures) -> str:
        return name if name in fixtures.scenarios else DEFAULT_SCENARIO

    def close(self) -> None:
        """Let go what is delayed, because the sandbox is gone."""
        self._closed = True
        self.review_delays()

    def review_delays(self) -> None:
        """End the delays whose fault has gone, or has expired by this sandbox's clock."""
        self._delays.review()

    def reset(self) -> None:
        """Be as at the start, with the same session ids."""
        self.clock.reset()
        with self._lock:
            self._scenario = self.start_scenario
            self._dates = TokenDates()
            self._world = self._new_world(self.fixtures)
            self.epoch += 1
            self.coverage.reset()
            if self.journal is not None:
                self.journal.clear()
        self.review_delays()

    def add_fault(self, fault: Fault, ttl_ms: int | None = None) -> AdHocFault:
        """Put a fault on top of whatever scenario applies; with a ttl it removes itself.

        Where there are MAX_AD_HOC_FAULTS already, those make room that will not fire again. Raises
        ImpossibleError where the server cannot carry it out, FullError where there are too many.
        """
        check_fault(fault, self._rules.server)
        number = next(self._fault_ids)
        run = FaultRun(f"ad-hoc fault {number}", (fault,), self.clock, self._seed())
        until_ms = None if ttl_ms is None else self.clock.now_ms() + ttl_ms
        added = AdHocFault(number, fault, run, until_ms)
        with self._lock:
            kept = self._alive(self._world)
            if len(kept) >= MAX_AD_HOC_FAULTS:
                kept = {key: one for key, one in kept.items() if not one.is_spent}
            if len(kept) >= MAX_AD_HOC_FAULTS:
                raise FullError(
                    f"there are {MAX_AD_HOC_FAULTS} ad-hoc faults already; delete some, or give "
                    "them a ttl or times"
                )
            self._world.ad_hoc = {**kept, number: added}
        return added

    def remove_faults(self, number: int | None = None) -> bool:
        """Remove one ad-hoc fault, or all of them; whether there was one."""
        with self._lock:
            alive = self._alive(self._world)
            kept = {key: one for key, one in alive.items() if number not in (None, key)}
            self._world.ad_hoc = kept
        self.review_delays()
        return len(kept) < len(alive)

    def faults(self) -> list[AdHocFault]:
        """The ad-hoc faults, those whose ttl is over left out."""
        return self._current_faults(self._world)

    def _current_faults(self, world: _World) -> list[AdHocFault]:
        if not world.ad_hoc:
            return []
        if len(self._alive(world)) < len(world.ad_hoc):
            with self._lock:
                world.ad_hoc = self._alive(world)
        return list(world.ad_hoc.values())

    def _alive(self, world: _World) -> dict[int, AdHocFault]:
        now_ms = self.clock.now_ms()
        return {
            key: one
            for key, one in world.ad_hoc.items()
            if one.until_ms is None or now_ms < one.until_ms
        }

    def record(self, exchange: Exchange, epoch: int) -> None:
        """Take an exchange into the journal and the coverage, before its reply leaves.

        One that began before a reset (in an earlier `epoch`) counts for the server alone: what it
        did is gone.
        """
        covered = exchange.covered
        if covered is not None:
            self.coverage.whole.count(*covered)
        with self._lock:
            if epoch != self.epoch:
                return
            if covered is not None:
                self.coverage.count(*covered)
            if self.journal is not None:
                self.journal.record(exchange)

    def answer(
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        trace: Trace,
        pins: Store | None = None,
    ) -> Outcome:
        """Answer one request; `pins` is the store that pins signatures, where it is another's.

        Raises UnknownNameError where it prefers a scenario that does not exist.
        """
        world = self._world
        if prefer.scenario is not None:
            self._choose(prefer.scenario, world.fixtures)
        sid = _claimed_sid(world.store, presented)
        if prefer.code is not None:
            return self._force(world, prefer.code, presented, trace)
        proof = world.service.verify(presented, pins or world.store, trace)
        username = _owner(world.store, proof)
        own = prefer.scenario or self._own_scenario(world, username)
        name = own or self._scenario
        injector = self._injector(
            world, name, Target(endpoint.path, username), trace, active=own is None
        )
        wire: Wire | None = None
        store: Store = world.store
        if injector is not None:
            wire = injector.strike(Operation.REQUEST)
            if wire is not None and wire.replaces_reply:
                return Outcome(None, username, sid, name, trace, wire)
            store = FaultyStore(world.store, injector)
        reply = world.service.answer(endpoint, proof, store, trace)
        return Outcome(reply, username, sid, name, trace, wire)

    def _force(self, world: _World, code: Code, presented: Presented, trace: Trace) -> Outcome:
        """Answer with this code, whoever asks; nothing is changed, nothing can fail."""
        proof = world.service.verify(presented, world.store, Trace())
        username = _owner(world.store, proof, now_ms=self.clock.now_ms())
        sid = _claimed_sid(world.store, presented)
        trace.add(Step.CODE_FORCED, code.number)
        if not code.carries_token:
            return Outcome(Reply(code), username, sid, None, trace)
        user = None if username is None else world.store.find_user(username)
        token = (user.token if user is not None else None) or EXAMPLE_TOKEN
        return Outcome(Reply(code, token), username, sid, None, trace)

    def _own_scenario(self, world: _World, username: str | None) -> str | None:
        user = None if username is None else world.store.find_user(username)
        return None if user is None else user.scenario

    def _injector(
        self, world: _World, name: str, target: Target, trace: Trace, *, active: bool
    ) -> FaultInjector | None:
        """What applies the scenario's faults and the ad-hoc ones; None where there are none.

        `active` says that the scenario applies because it is the sandbox's active one.
        """
        ad_hoc = self._current_faults(world)
        runs = [one.run for one in ad_hoc]
        scenario_run = None
        if world.fixtures.scenario(name).faults:
            scenario_run = self._run(world, name)
            runs.insert(0, scenario_run)
        if not runs:
            return None

        def delay(seconds: float, delaying: Sequence[FaultRun]) -> str | None:
            def gone() -> str | None:
                if self._closed:
                    return "the sandbox has gone"
                if world is not self._world:
                    return "the sandbox has started anew"
                if scenario_run in delaying and world.runs.get(name) is not scenario_run:
                    return f"scenario {name} was put again"
                if scenario_run in delaying and active and self._scenario != name:
                    return f"scenario {name} is no longer active"
                current = [one.run for one in self._current_faults(world)]
                removed = (r for r in delaying if r is not scenario_run and r not in current)
                return next((f"{run.source} has gone" for run in removed), None)

            return self._delays.delay(seconds, gone, _expiry_s(ad_hoc, self.clock.now_ms()))

        return FaultInjector(runs, target, trace, delay)

    def _run(self, world: _World, name: str) -> FaultRun:
        with self._lock:
            run = world.runs.get(name)
            if run is None:
                faults = world.fixtures.scenario(name).faults
                run = FaultRun(f"scenario {name}", faults, self.clock, self._seed())
                world.runs[name] = run
            return run

    def _seed(self) -> str | None:
        return None if self._rules.seed is None else str(self._rules.seed)


def _expiry_s(faults: Sequence[AdHocFault], now_ms: int) -> float | None:
    """In how many seconds the first of these faults removes itself; None where none does."""
    left_ms = [one.until_ms - now_ms for one in faults if one.until_ms is not None]
    return max(min(left_ms), _LEAST_REVIEW_MS) / 1000 if left_ms else None


def _claimed_sid(store: Store, presented: Presented) -> str | None:
    """The session id of a cookie; of a malformed one, maybe a secret, only if it is known."""
    if isinstance(presented, Malformed) and store.load_session(presented.sid) is None:
        return None
    return None if presented is None else presented.sid


def _owner(store: Store, proof: str | Failure, now_ms: int | None = None) -> str | None:
    """Whose session it is; with `now_ms`, only if it has not expired by then."""
    live = None if isinstance(proof, Failure) else store.load_session(proof)
    if live is None or (now_ms is not None and live.is_expired(now_ms)):
        return None
    return live.session.username
