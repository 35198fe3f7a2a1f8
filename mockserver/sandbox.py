"""One isolated world: its users, tokens, sessions, scenario and clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from mockserver.clock import Clock
from mockserver.codes import EXAMPLE_TOKEN, Code, Endpoint, Reply
from mockserver.faults import FaultInjector, FaultyStore, Operation, ScenarioRun, Sleep, Target
from mockserver.fixtures.model import Fixtures
from mockserver.profiles import Failure, Profile
from mockserver.service import TokenService
from mockserver.store import MemoryStore, Store
from mockserver.tokens import TokenIssuer
from mockserver.trace import Step, Trace

DEFAULT_SCENARIO: Final = "normal"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one request asks for beside its endpoint (RFC 7240)."""

    code: Code | None = None
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply, and why it is this one. `scenario` is None where a code was forced."""

    reply: Reply
    username: str | None
    scenario: str | None
    trace: Trace


class _World:
    """All that a reload replaces at once. A request works on one world from begin to end."""

    def __init__(self, fixtures: Fixtures, clock: Clock, profile: Profile) -> None:
        self.fixtures = fixtures
        issuer = TokenIssuer(fixtures.jwt_secret)
        self.store = MemoryStore(fixtures.users, fixtures.sessions, issuer, clock)
        self.service = TokenService(fixtures.session_secrets, issuer, clock, profile)
        self.runs: dict[str, ScenarioRun] = {}


class Sandbox:
    """Answers requests on state of its own.

    `sleep` carries out the delays of faults; `seed` makes faults without a seed of their own
    repeatable. Raises UnknownNameError where `scenario` is none of the fixtures'.
    """

    def __init__(
        self,
        fixtures: Fixtures,
        clock: Clock,
        profile: Profile,
        sleep: Sleep,
        *,
        scenario: str = DEFAULT_SCENARIO,
        seed: int | None = None,
    ) -> None:
        fixtures.scenario(scenario)
        self._clock = clock
        self._profile = profile
        self._sleep = sleep
        self._scenario = scenario
        self._seed = seed
        self._lock = threading.Lock()
        self._world = _World(fixtures, clock, profile)

    @property
    def fixtures(self) -> Fixtures:
        return self._world.fixtures

    @property
    def scenario(self) -> str:
        """The name of the scenario that applies where neither request nor user names one."""
        return self._scenario

    def reload(self, fixtures: Fixtures) -> None:
        """Start anew from other fixtures, under the same scenario.

        Raises UnknownNameError, and changes nothing, where they lack that scenario.
        """
        fixtures.scenario(self._scenario)
        self._world = _World(fixtures, self._clock, self._profile)

    def answer(
        self, endpoint: Endpoint, cookie_header: str | None, prefer: Preferences, trace: Trace
    ) -> Outcome:
        """Answer one request.

        Raises UnknownNameError where it prefers a scenario that does not exist.
        """
        world = self._world
        if prefer.scenario is not None:
            world.fixtures.scenario(prefer.scenario)
        if prefer.code is not None:
            return self._force(world, prefer.code, cookie_header, trace)
        proof = world.service.verify(cookie_header, world.store, trace)
        username = _owner(world.store, proof)
        name = prefer.scenario or self._scenario_of(world, username)
        store = self._store_under(world, name, Target(endpoint.path, username), trace)
        reply = world.service.answer(endpoint, proof, store, trace)
        return Outcome(reply, username, name, trace)

    def _force(self, world: _World, code: Code, cookie_header: str | None, trace: Trace) -> Outcome:
        """Answer with this code, whoever asks; nothing is changed, nothing can fail."""
        proof = world.service.verify(cookie_header, world.store, Trace())
        username = _owner(world.store, proof, now_ms=self._clock.now_ms())
        trace.add(Step.CODE_FORCED, code.number)
        if not code.carries_token:
            return Outcome(Reply(code), username, None, trace)
        user = None if username is None else world.store.find_user(username)
        token = (user.token if user is not None else None) or EXAMPLE_TOKEN
        return Outcome(Reply(code, token), username, None, trace)

    def _scenario_of(self, world: _World, username: str | None) -> str:
        user = None if username is None else world.store.find_user(username)
        return (user.scenario if user is not None else None) or self._scenario

    def _store_under(self, world: _World, name: str, target: Target, trace: Trace) -> Store:
        """The store as this scenario lets the request see it, once `request` faults have struck."""
        if not world.fixtures.scenario(name).faults:
            return world.store
        injector = FaultInjector(self._run(world, name), target, trace, self._sleep)
        injector.strike(Operation.REQUEST)
        return FaultyStore(world.store, injector)

    def _run(self, world: _World, name: str) -> ScenarioRun:
        with self._lock:
            run = world.runs.get(name)
            if run is None:
                seed = None if self._seed is None else str(self._seed)
                run = ScenarioRun(world.fixtures.scenario(name), self._clock, seed)
                world.runs[name] = run
            return run


def _owner(store: Store, proof: str | Failure, now_ms: int | None = None) -> str | None:
    """Whose session it is; with `now_ms`, only if it has not expired by then."""
    live = None if isinstance(proof, Failure) else store.load_session(proof)
    if live is None or (now_ms is not None and live.is_expired(now_ms)):
        return None
    return live.session.username
