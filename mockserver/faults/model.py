"""Scenarios: named lists of faults, and how they strike the store.

The service under test sees a `Store` and cannot tell a faulty one from a sound one.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Final, NoReturn, TypeAlias

from msgspec import Struct

from mockserver.api.trace import Milliseconds, Step, Trace
from mockserver.errors import StoreUnavailableError
from mockserver.state.clock import Clock
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.store import Store

MAX_DELAY_MS: Final = 600_000

Delay: TypeAlias = Callable[[float, "Sequence[FaultRun]"], str | None]
"""Waits so many seconds for these runs; returns why it ended early, or None."""


class Operation(Enum):
    """Where a fault strikes."""

    DATABASE = "database"
    FIND_USER = "find_user"
    SAVE_TOKEN = "save_token"
    SESSION_STORE = "session-store"
    REQUEST = "request"

    def covers(self, operation: Operation) -> bool:
        """`database` stands for either of the two operations on users."""
        if self is Operation.DATABASE:
            return operation in (Operation.FIND_USER, Operation.SAVE_TOKEN)
        return self is operation


class Wire(Enum):
    """How an exchange breaks on the wire."""

    RESET = "reset"
    EMPTY = "empty"
    TRUNCATE = "truncate"
    MALFORMED = "malformed"
    HTML = "html"

    @property
    def replaces_reply(self) -> bool:
        """Whether the request never reaches the API; a truncated reply is a real one."""
        return self is not Wire.TRUNCATE

    @property
    def needs_socket(self) -> bool:
        """Whether the connection itself must break; the others are replies like any."""
        return self in (Wire.RESET, Wire.EMPTY, Wire.TRUNCATE)


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that goes wrong; the fields are those of the fixtures, durations in milliseconds.

    `delay_ms` is the least and the most; `endpoint` and `username` None mean any.
    """

    operation: Operation = Operation.DATABASE
    endpoint: str | None = None
    username: str | None = None
    fails: bool = False
    after_commit: bool = False
    wire: Wire | None = None
    delay_ms: tuple[int, int] | None = None
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seed: int | None = None
    starts_after_ms: int = 0
    lasts_ms: int | None = None


class Scenario(Struct, frozen=True):
    """A named list of faults."""

    name: str
    description: str = ""
    faults: tuple[Fault, ...] = ()


class Target(Struct, frozen=True):
    """The request that faults are matched against."""

    endpoint: str
    username: str | None


class Hit(Struct, frozen=True):
    """A fault that fires on this request, with the delay drawn for it."""

    source: str
    fault: Fault
    delay_ms: int


class FaultRun:
    """A list of faults in use in one sandbox: its counters, random sequences and window.

    All of them begin when the run is made. Safe under threads, and exact: a fault with `times: 3`
    fires three times however many requests arrive at once. `source` names where the faults come
    from; with `seed`, faults that have none of their own are repeatable.
    """

    def __init__(
        self, source: str, faults: Sequence[Fault], clock: Clock, seed: str | None = None
    ) -> None:
        self.source = source
        self.faults = faults
        self._clock = clock
        self._start_ms = clock.now_ms()
        self._lock = threading.Lock()
        self._passed = [0] * len(faults)
        self._fired = [0] * len(faults)
        self._random = [
            random.Random(_seed_of(fault, seed, f"{source}:{index}"))
            for index, fault in enumerate(faults)
        ]

    def hits(self, operation: Operation, target: Target, considered: set[int]) -> Iterator[Hit]:
        """The faults that fire here; those that match are added to `considered`, fire or not."""
        for index, fault in enumerate(self.faults):
            if index in considered or not self._matches(fault, operation, target):
                continue
            considered.add(index)
            with self._lock:
                delay_ms = self._count_and_draw(index, fault)
            if delay_ms is not None:
                place = f", fault {index + 1}" if len(self.faults) > 1 else ""
                yield Hit(self.source + place, fault, delay_ms)

    @property
    def fired(self) -> int:
        """How many times its faults have fired."""
        return sum(self._fired)

    def _matches(self, fault: Fault, operation: Operation, target: Target) -> bool:
        if not fault.operation.covers(operation):
            return False
        if fault.endpoint is not None and fault.endpoint != target.endpoint:
            return False
        if fault.username is not None and fault.username != target.username:
            return False
        since_ms = self._clock.now_ms() - self._start_ms - fault.starts_after_ms
        return since_ms >= 0 and (fault.lasts_ms is None or since_ms < fault.lasts_ms)

    def _count_and_draw(self, index: int, fault: Fault) -> int | None:
        """The delay in milliseconds if the fault fires, or None if it lets the request pass."""
        if self._passed[index] < fault.skip:
            self._passed[index] += 1
            return None
        if fault.times is not None and self._fired[index] >= fault.times:
            return None
        draw = self._random[index]
        if fault.probability < 1 and draw.random() >= fault.probability:
            return None
        self._fired[index] += 1
        return draw.randint(*fault.delay_ms) if fault.delay_ms else 0


def _seed_of(fault: Fault, seed: str | None, place: str) -> int | str | None:
    if fault.seed is not None:
        return fault.seed
    return None if seed is None else f"{seed}:{place}"


class FaultInjector:
    """Applies runs to one request: each fault at most once, at its first matching operation."""

    def __init__(
        self, runs: Sequence[FaultRun], target: Target, trace: Trace, delay: Delay
    ) -> None:
        self._runs = [(run, set[int]()) for run in runs]
        self._target = target
        self._trace = trace
        self._delay_request = delay

    def strike(self, operation: Operation, commit: Callable[[], None] | None = None) -> Wire | None:
        """Delay the operation and fail it, as the faults that fire say.

        `commit` carries out a write; it is called where every failing fault is `after_commit`.
        Returns how the exchange breaks on the wire, if it does. Raises StoreUnavailableError where
        a fault fails the operation.
        """
        hits: list[Hit] = []
        delaying: list[FaultRun] = []
        for run, considered in self._runs:
            found = list(run.hits(operation, self._target, considered))
            hits += found
            if any(hit.delay_ms for hit in found):
                delaying.append(run)
        if delaying:
            self._delay(hits, delaying, operation)
        failing = [hit for hit in hits if hit.fault.fails]
        if failing:
            self._fail(failing, operation, commit)
        broken = next((hit for hit in hits if hit.fault.wire is not None), None)
        if broken is None or broken.fault.wire is None:
            return None
        self._trace.add(Step.BROKEN, broken.source, broken.fault.wire.value)
        return broken.fault.wire

    def _delay(
        self, hits: Sequence[Hit], delaying: Sequence[FaultRun], operation: Operation
    ) -> None:
        delay_ms = 0
        for hit in hits:
            if hit.delay_ms:
                delay_ms += hit.delay_ms
                duration = Milliseconds(hit.delay_ms)
                self._trace.add(Step.DELAYED, hit.source, operation.value, duration)
        why = self._delay_request(delay_ms / 1000, delaying)
        if why is not None:
            self._trace.add(Step.WOKEN, why)

    def _fail(
        self, failing: Sequence[Hit], operation: Operation, commit: Callable[[], None] | None
    ) -> NoReturn:
        stored = commit is not None and all(hit.fault.after_commit for hit in failing)
        if commit is not None and stored:
            commit()
        step = Step.FAILED_AFTER_COMMIT if stored else Step.FAILED
        self._trace.add(step, failing[0].source, operation.value)
        raise StoreUnavailableError(operation.value)


class FaultyStore:
    """A Store whose operations a FaultInjector may delay or fail."""

    def __init__(self, store: Store, injector: FaultInjector) -> None:
        self._store = store
        self._injector = injector

    def pinned_signature(self, sid: str) -> str | None:
        return self._store.pinned_signature(sid)

    def load_session(self, sid: str) -> LiveSession | None:
        self._injector.strike(Operation.SESSION_STORE)
        return self._store.load_session(sid)

    def touch_session(self, session: Session, now_ms: int) -> None:
        self._store.touch_session(session, now_ms)

    def find_user(self, username: str) -> User | None:
        self._injector.strike(Operation.FIND_USER)
        return self._store.find_user(username)

    def save_token(self, username: str, token: str | None) -> None:
        self._injector.strike(
            Operation.SAVE_TOKEN, commit=lambda: self._store.save_token(username, token)
        )
        self._store.save_token(username, token)

    def next_token_date(self, username: str) -> int:
        return self._store.next_token_date(username)


def _builtin(name: str, description: str, *faults: Fault) -> Scenario:
    return Scenario(name, description, faults)


_FAILS: Final = Fault(fails=True)

BUILTIN_SCENARIOS: Final = (
    _builtin("normal", "Nothing goes wrong."),
    _builtin("db-down", "Every database operation fails.", _FAILS),
    _builtin(
        "db-read-error", "Reading a user fails.", Fault(operation=Operation.FIND_USER, fails=True)
    ),
    _builtin(
        "db-write-error",
        "Saving a token fails; nothing is stored.",
        Fault(operation=Operation.SAVE_TOKEN, fails=True),
    ),
    _builtin(
        "db-write-lost",
        "Saving a token fails, and yet it has been stored.",
        Fault(operation=Operation.SAVE_TOKEN, fails=True, after_commit=True),
    ),
    _builtin(
        "db-flaky",
        "30 % of the requests that reach the database fail, in the same sequence every time.",
        Fault(fails=True, probability=0.3, seed=1),
    ),
    _builtin(
        "db-recovers",
        "The first 2 requests that reach the database fail, those after them succeed.",
        Fault(fails=True, times=2),
    ),
    _builtin(
        "db-outage",
        "The database is down for 30 s from the first request on.",
        Fault(fails=True, lasts_ms=30_000),
    ),
    _builtin("db-slow", "The database takes 2 s a request.", Fault(delay_ms=(2000, 2000))),
    _builtin(
        "session-store-down",
        "Reading a session fails.",
        Fault(operation=Operation.SESSION_STORE, fails=True),
    ),
    *(
        _builtin(name, description, Fault(operation=Operation.REQUEST, wire=wire))
        for name, description, wire in (
            ("connection-reset", "The connection is reset instead of a reply.", Wire.RESET),
            ("empty-response", "The connection is closed without a byte.", Wire.EMPTY),
            ("truncated-body", "The reply is cut in the middle of its body.", Wire.TRUNCATE),
            ("malformed-json", "HTTP 200, and a body that is not JSON.", Wire.MALFORMED),
            ("bad-gateway", "A proxy's HTML page with HTTP 502 instead of a reply.", Wire.HTML),
        )
    ),
)
