"""The backend in memory: requests, users and sessions of all sandboxes of a server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Final

from mockserver.api.page import Endpoint
from mockserver.credentials.cookies import Presented
from mockserver.errors import ConflictError, FullError
from mockserver.faults.draw import Hit
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import (
    NO_CONTENT,
    Changes,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.memory_sandboxes import MemorySandboxes
from mockserver.sandbox.rules import DEFAULT_ID, SEPARATOR
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.model import Session, User, UserToken
from mockserver.state.store import hidden_prefix

_LOGIN_SID_BYTES: Final = 24  # 32 characters of base64
# How many ended sessions are remembered at least before they are forgotten.
_MOST_ENDED: Final = 1000


class MemoryBackend(MemorySandboxes):
    """All sandboxes, and what requests and the control plane do with them. Implements `Control`."""

    _most_added = _MOST_ENDED

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

    def record(self, sandbox_id: str, exchange: Exchange, presented: Presented = None) -> None:
        """Record a request that reached no endpoint, see Backend."""
        sandbox = self._find(sandbox_id)
        if sandbox is not None:
            sandbox.record(exchange, presented)

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, see Backend."""
        sandbox = self._find(snapshot.sandbox_id)
        return "the sandbox has gone" if sandbox is None else sandbox.why_gone(snapshot, hits)

    def add_user(self, sandbox_id: str, user: User) -> bool:
        """Create or replace a user of a sandbox. Returns whether the user is new.

        Raises FullError if the state budget is exhausted, even without expired sessions.
        """
        sandbox = self.get(sandbox_id)
        with self._lock:
            return self._put(sandbox, lambda: sandbox.store.put_user(user))

    def put_token(self, sandbox_id: str, username: str, token: UserToken) -> bool:
        """Add a token to the list of a user, or replace it. Returns whether it is new.

        Raises NotFoundError, ConflictError and FullError as MemoryUsers does.
        """
        sandbox = self.get(sandbox_id)
        with self._lock:
            return self._put(sandbox, lambda: sandbox.store.put_token(username, token))

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
        number = self._login_random.getrandbits(_LOGIN_SID_BYTES * 8)  # one atomic operation
        sid = b64encode(number.to_bytes(_LOGIN_SID_BYTES, "big"), b"-_").decode("ascii")
        return sandbox.prefix + sid
