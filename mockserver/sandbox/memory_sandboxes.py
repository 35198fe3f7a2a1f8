"""The sandboxes of a server, in this process: made, found, and deleted when they idle."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from mockserver.credentials.cookies import Presented
from mockserver.errors import ConflictError, LimitError, NotFoundError
from mockserver.faults.capabilities import check_users
from mockserver.fixtures.model import Fixtures
from mockserver.record.coverage import Coverage
from mockserver.sandbox.control import SandboxSummary
from mockserver.sandbox.rules import DEFAULT_ID, DEFAULT_TTL_MS, SEPARATOR, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.clock import monotonic
from mockserver.state.model import LiveSession

_ID_BITS: Final = 48
# Searching all sandboxes for idle ones on every creation would be too slow.
_SWEEP_INTERVAL_S: Final = 1.0
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


class MemorySandboxes:
    """The sandbox `default` and all created ones.

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
        self.kind = "memory"
        self.coverage = Coverage(profile=rules.profile.name)
        self._rules = rules
        self._fixtures = fixtures
        self._max_sandboxes = max_sandboxes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._leases: dict[str, _Lease] = {}
        self._added: dict[str, str] = {}
        self._next_sweep = 0.0
        seed = rules.seed
        self._random = random.Random(secrets.randbits(64) if seed is None else f"{seed}:sandboxes")
        # Of its own, so that logins do not change the ids of sandboxes.
        self._login_random = random.Random(
            secrets.randbits(192) if seed is None else f"{seed}:logins"
        )
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

    def require(self, sandbox_id: str) -> None:
        """Raise NotFoundError if the sandbox is gone, see Backend."""
        self.get(sandbox_id)

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

    def hearing(
        self,
        sandbox_id: str,  # noqa: ARG002  as in Control
        ring: Callable[[str], None],  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Do nothing, because no other process records anything. See Control."""
        return _NOT_LEASED

    def check_health(self) -> None:
        """Do nothing, because memory can always be reached. See Control."""

    def delete(self, sandbox_id: str) -> None:
        """Delete a sandbox. Raises NotFoundError, or ConflictError for the default one."""
        if sandbox_id == DEFAULT_ID:
            raise ConflictError("the sandbox default cannot be deleted; POST its reset instead")
        self.get(sandbox_id)
        with self._lock:
            self._drop(sandbox_id)

    def summaries(self) -> list[SandboxSummary]:
        """List all sandboxes, see Control."""
        with self._lock:
            self._drop_idle()
            return [
                SandboxSummary(DEFAULT_ID, self.default.scenario, None),
                *(
                    SandboxSummary(sandbox_id, lease.sandbox.scenario, lease.ttl_ms)
                    for sandbox_id, lease in self._leases.items()
                ),
            ]

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
