"""The backend in memory: all sandboxes of a server, in this process."""

from __future__ import annotations

import random
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from mockserver.api.page import Endpoint
from mockserver.credentials.cookies import Presented
from mockserver.errors import ConflictError, FullError, LimitError, NotFoundError
from mockserver.faults.capabilities import check_users
from mockserver.faults.draw import Hit
from mockserver.fixtures.model import Fixtures
from mockserver.record.coverage import Coverage
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import (
    NO_CONTENT,
    Changes,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.rules import DEFAULT_ID, SEPARATOR, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.clock import monotonic
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.store import hidden_prefix

DEFAULT_TTL_MS: Final = 600_000
_ID_BITS: Final = 48
_LOGIN_SID_BYTES: Final = 24  # 32 characters of base64
# Searching all sandboxes for idle ones on every creation would be too slow.
_SWEEP_INTERVAL_S: Final = 1.0
# How many ended sessions are remembered at least before they are forgotten.
_MOST_ENDED: Final = 1000
_NOT_LEASED: Final = nullcontext()


class _Lease:
    """The lease of a sandbox, which expires when it idles for its ttl.

    As a context manager it marks the sandbox as in use, so that it does not idle.
    """

    __slots__ = ("_lock", "_monotonic", "sandbox", "ttl_ms", "used_at", "users")

    def __init__(
        self,
        sandbox: Sandbox,
        ttl_ms: int,
        lock: threading.Lock,
        monotonic: Callable[[], float],
    ) -> None:
        self.sandbox = sandbox
        self.ttl_ms = ttl_ms
        self.used_at = monotonic()
        self.users = 0
        self._lock = lock
        self._monotonic = monotonic

    def __enter__(self) -> None:
        with self._lock:
            self.users += 1

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            self.users -= 1
            self.used_at = self._monotonic()


class MemoryBackend:
    """The sandbox `default` and all created ones. Implements `Control`.

    A sandbox is deleted when it idles for its ttl, in real time as measured by `monotonic`. Raises
    UnknownNameError if the start scenario does not exist. Raises ImpossibleError if the server
    cannot carry out this scenario or that of a user.
    """

    def __init__(
        self,
        fixtures: Fixtures,
        rules: Rules,
        max_sandboxes: int = 1000,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        check_users(fixtures.users.samples(), fixtures.scenarios, rules.server)
        self.coverage = Coverage()
        self._rules = rules
        self._fixtures = fixtures
        self._max_sandboxes = max_sandboxes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._leases: dict[str, _Lease] = {}
        self._added: dict[str, str] = {}
        self._most_added = _MOST_ENDED
        self._next_sweep = 0.0
        seed = rules.seed
        self._random = random.Random(secrets.randbits(64) if seed is None else f"{seed}:sandboxes")
        self.default = Sandbox(DEFAULT_ID, fixtures, rules, coverage=Coverage(self.coverage))

    def reload(self, fixtures: Fixtures) -> tuple[str, ...]:
        """Reload the default sandbox from these fixtures, and use them for new sandboxes.

        Returns a warning for each scenario in use that no longer exists. Raises ImpossibleError,
        without any change, if the server cannot carry out a scenario.
        """
        check_users(fixtures.users.samples(), fixtures.scenarios, self._rules.server)
        warnings = self.default.reload(fixtures)
        self._fixtures = fixtures
        return warnings

    def create(self, scenario: str | None = None, ttl_ms: int = DEFAULT_TTL_MS) -> Sandbox:
        """Create a sandbox that is deleted when it idles for `ttl_ms`.

        Raises UnknownNameError or ImpossibleError for the scenario, LimitError if there are too
        many sandboxes.
        """
        coverage = Coverage(self.coverage)
        scenario = scenario or self.default.start_scenario
        with self._lock:
            full = len(self._leases) >= self._max_sandboxes
            if full or self._monotonic() >= self._next_sweep:
                self._drop_idle()
            if len(self._leases) >= self._max_sandboxes:
                raise LimitError(
                    f"there are already {self._max_sandboxes} sandboxes (--max-sandboxes); "
                    "delete one, or give them a shorter ttl"
                )
            number = self._random.getrandbits(_ID_BITS)
            sandbox = Sandbox(f"{number:012x}", self._fixtures, self._rules, scenario, coverage)
            self._leases[sandbox.id] = _Lease(sandbox, ttl_ms, self._lock, self._monotonic)
        return sandbox

    def get(self, sandbox_id: str) -> Sandbox:
        """Return a sandbox and restart its ttl. Raises NotFoundError if it is gone."""
        if sandbox_id == DEFAULT_ID:
            return self.default
        sandbox = self._use(sandbox_id)
        if sandbox is None:
            raise NotFoundError(f"there is no sandbox {sandbox_id!r}; it may have expired")
        return sandbox

    def begin(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        sandbox_id: str | None = None,
        content: Content = NO_CONTENT,
        again: Snapshot | None = None,
    ) -> Snapshot:
        """The read step of a request, see Backend."""
        elsewhere = None
        if sandbox_id is None:
            sandbox_id = self.route(presented) if again is None else again.sandbox_id
        elif presented is not None:
            owner = self.owner(presented.sid)
            if owner is not None and owner[0] != sandbox_id:
                elsewhere = owner
        if again is not None:
            found = self._find(again.sandbox_id)
            if found is None:
                return again  # nothing will be written
            sandbox, fresh = found, again.fresh_sid
        else:
            sandbox = self.get(sandbox_id)
            fresh = self._login_sid(sandbox) if endpoint.opens_session else ""
        return sandbox.begin(endpoint, presented, prefer, elsewhere, content, again, fresh)

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """The write step of a request, see Backend."""
        sandbox = self._find(snapshot.sandbox_id)
        if sandbox is None:
            if exchange.covered is not None:
                self.coverage.count(*exchange.covered)
            return CommitResult.DONE
        result = sandbox.commit(snapshot, changes, exchange)
        if result is CommitResult.FULL:
            with self._lock:
                dropped = self._drop_expired(sandbox)
            if dropped:
                result = sandbox.commit(snapshot, changes, exchange)
        return result

    def record(self, sandbox_id: str, exchange: Exchange) -> None:
        """Record a request that reached no endpoint, see Backend."""
        sandbox = self._find(sandbox_id)
        if sandbox is not None:
            sandbox.record(exchange)

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, see Backend."""
        sandbox = self._find(snapshot.sandbox_id)
        return "the sandbox has gone" if sandbox is None else sandbox.why_gone(snapshot, hits)

    def _find(self, sandbox_id: str) -> Sandbox | None:
        """Return a sandbox without restarting its ttl, or None."""
        if sandbox_id == DEFAULT_ID:
            return self.default
        lease = self._leases.get(sandbox_id)
        return None if lease is None else lease.sandbox

    def in_use(self, sandbox_id: str) -> AbstractContextManager[None]:
        """Keep a sandbox from idling during a request, see Backend."""
        lease = self._leases.get(sandbox_id)
        return _NOT_LEASED if lease is None else lease

    def delete(self, sandbox_id: str) -> None:
        """Delete a sandbox. Raises NotFoundError, or ConflictError for the default one."""
        if sandbox_id == DEFAULT_ID:
            raise ConflictError("the sandbox default cannot be deleted; POST its reset instead")
        self.get(sandbox_id)
        with self._lock:
            self._drop(sandbox_id)

    def all(self) -> list[Sandbox]:
        """Return all sandboxes, the default one first."""
        with self._lock:
            self._drop_idle()
            return [self.default, *(lease.sandbox for lease in self._leases.values())]

    def ttl_ms(self, sandbox_id: str) -> int | None:
        """Return how long the sandbox may idle, in milliseconds, or None if it never expires."""
        lease = self._leases.get(sandbox_id)
        return None if lease is None else lease.ttl_ms

    def route(self, presented: Presented) -> str:
        """Return the id of the sandbox that owns the cookie's session, see Backend."""
        if not self._leases or presented is None:
            return DEFAULT_ID
        sandbox_id = self._owner_id(presented.sid)
        if sandbox_id is None or self._use(sandbox_id) is None:
            return DEFAULT_ID
        return sandbox_id

    def owner(self, sid: str) -> tuple[str, LiveSession] | None:
        """Return the id of the sandbox that has this session, and the session, or None."""
        sandbox_id = self._owner_id(sid)
        lease = None if sandbox_id is None else self._leases.get(sandbox_id)
        sandbox = self.default if lease is None else lease.sandbox
        session = sandbox.store.load_session(sid)
        return None if session is None else (sandbox.id, session)

    def add_user(self, sandbox_id: str, user: User) -> bool:
        """Create or replace a user of a sandbox. Returns whether the user is new.

        Raises FullError if the state budget is exhausted, even without expired sessions.
        """
        sandbox = self.get(sandbox_id)
        with self._lock:
            return self._put(sandbox, lambda: sandbox.store.put_user(user))

    def add_session(self, sandbox_id: str, session: Session) -> bool:
        """Create or replace a session of a sandbox. Returns whether the session is new.

        Raises ConflictError if another sandbox has a session with this id. Raises FullError if the
        state budget is exhausted, even without expired sessions.
        """
        sandbox = self.get(sandbox_id)
        with self._lock:
            self._refuse_foreign(sandbox, session.sid)
            created = self._put(sandbox, lambda: sandbox.store.put_session(session))
            self._added.pop(session.sid, None)
            if not session.sid.startswith(sandbox.prefix):  # else the prefix names the owner
                self._added[session.sid] = sandbox.id
                if len(self._added) > self._most_added:
                    self._forget_ended()
            return created

    def _forget_ended(self) -> None:
        """Forget who owned the sessions that a logout has ended.

        Until then their cookies lead to their sandbox, so that the next login stays there.
        """
        for sid in [sid for sid in self._added if self.owner(sid) is None]:
            del self._added[sid]
        self._most_added = 2 * len(self._added) + _MOST_ENDED

    def _put(self, sandbox: Sandbox, put: Callable[[], bool]) -> bool:
        """Call `put`. If it raises FullError, drop the sandbox's expired sessions and retry."""
        try:
            return put()
        except FullError:
            if not self._drop_expired(sandbox):
                raise
            return put()

    def _drop_expired(self, sandbox: Sandbox) -> bool:
        """Remove the added sessions that have expired. Returns whether there were any."""
        dropped = sandbox.store.drop_expired()
        for sid in dropped:
            self._added.pop(sid, None)
        return bool(dropped)

    def remove_session(self, sandbox_id: str, sid: str) -> bool:
        """Remove a session of a sandbox. Returns whether it existed."""
        sandbox = self.get(sandbox_id)
        with self._lock:
            self._added.pop(sid, None)
            return sandbox.store.delete_session(sid)

    def reset(self, sandbox_id: str) -> None:
        """Return a sandbox to the state at its start, with the same session ids."""
        sandbox = self.get(sandbox_id)
        with self._lock:
            sandbox.reset()
            self._forget_added(sandbox.id)

    def _refuse_foreign(self, sandbox: Sandbox, sid: str) -> None:
        hint = f"; {sandbox.prefix}NAME is always this sandbox's own" if sandbox.prefix else ""
        if any(sid.startswith(hidden_prefix(s)) for s in ("", sandbox.prefix)):
            raise ConflictError(f"session id {sid!r} is reserved for cookies that must be refused")
        prefix, separator, _ = sid.partition(SEPARATOR)
        of_other = prefix in self._leases or prefix == DEFAULT_ID
        if separator and of_other and prefix != sandbox.id:
            raise ConflictError(f"session id {sid!r} belongs to sandbox {prefix!r}{hint}")
        if sandbox is not self.default and self.default.fixtures.sessions.find(sid) is not None:
            raise ConflictError(f"session {sid!r} belongs to sandbox {DEFAULT_ID!r}{hint}")
        owner = self.owner(sid)
        if owner is not None and owner[0] != sandbox.id:
            raise ConflictError(f"session {sid!r} belongs to sandbox {owner[0]!r}{hint}")

    def fresh_sid(self, sandbox_id: str) -> str:
        """Return an unused session id. With a seed, runs produce the same ids."""
        sandbox = self.get(sandbox_id)
        with self._lock:
            return f"{sandbox.prefix}{self._random.getrandbits(128):032x}"

    def _login_sid(self, sandbox: Sandbox) -> str:
        """Return an unused session id of the form that the real server makes at a login."""
        number = self._random.getrandbits(_LOGIN_SID_BYTES * 8)  # one atomic operation
        sid = b64encode(number.to_bytes(_LOGIN_SID_BYTES, "big"), b"-_").decode("ascii")
        return sandbox.prefix + sid

    def _owner_id(self, sid: str) -> str | None:
        added = self._added.get(sid)
        if added is not None:
            return added
        sandbox_id, separator, _ = sid.partition(SEPARATOR)
        return sandbox_id if separator and sandbox_id in self._leases else None

    def _use(self, sandbox_id: str) -> Sandbox | None:
        lease = self._leases.get(sandbox_id)
        if lease is None:
            return None
        now = self._monotonic()
        if self._is_idle(lease, now):
            with self._lock:
                self._drop(sandbox_id)
            return None
        lease.used_at = now
        return lease.sandbox

    def _is_idle(self, lease: _Lease, now: float) -> bool:
        return not lease.users and (now - lease.used_at) * 1000 >= lease.ttl_ms

    def _drop_idle(self) -> None:
        now = self._monotonic()
        self._next_sweep = now + _SWEEP_INTERVAL_S
        for sandbox_id in [key for key, lease in self._leases.items() if self._is_idle(lease, now)]:
            self._drop(sandbox_id)

    def _drop(self, sandbox_id: str) -> None:
        lease = self._leases.pop(sandbox_id, None)
        if lease is None:
            return
        self._forget_added(sandbox_id)
        lease.sandbox.close()
        if lease.sandbox.journal is not None and self._rules.journal is not None:
            self._rules.journal.dismiss(lease.sandbox.journal)
        self._rules.outbox.dismiss(lease.sandbox.outbox)

    def _forget_added(self, sandbox_id: str) -> None:
        for sid in [sid for sid, owner in self._added.items() if owner == sandbox_id]:
            del self._added[sid]
