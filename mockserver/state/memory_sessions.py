"""The sessions of a store in memory: the changes of one sandbox on top of shared fixtures."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from mockserver.state.budget import Share, StateBudget, size_of_session
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.listing import Listing
from mockserver.state.model import LiveSession, Session
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.times import MAX_TIME_MS


class MemorySessions:
    """Sessions that are kept as differences from the fixtures.

    None marks a deleted session of the fixtures. Other deleted sessions leave no trace. Every
    read-modify-write takes the lock.

    `prefix` is put before every session id of the fixtures. It gives each sandbox its own session
    ids, although all sandboxes share the fixtures.
    """

    def __init__(  # noqa: PLR0917  all from the store
        self,
        sessions: Catalog[Session],
        prefix: str,
        clock: Clock,
        start_ms: int,
        lock: threading.RLock,
        budget: StateBudget,
    ) -> None:
        self._base_sessions = sessions
        self._prefix = prefix
        self._hidden_prefix = hidden_prefix(prefix)
        self._clock = clock
        self._start_ms = start_ms
        self.lock = lock
        self._session_share = Share(budget)
        self._added_sessions = 0
        self._next_expiry_ms = MAX_TIME_MS
        self._sessions: dict[str, Session | None] = {}
        self._expires_ms: dict[str, int] = {}

    def load_session(self, sid: str) -> LiveSession | None:
        session = self.find_session(sid)
        if session is None:
            return None
        expires_ms = self._expires_ms.get(sid)
        if expires_ms is None:
            expires_ms = session.expiry_ms(self._start_ms)
        return LiveSession(session, expires_ms)

    def find_session(self, sid: str) -> Session | None:
        """Return a session, even if expired, or None."""
        if sid in self._sessions:
            return self._sessions[sid]
        if sid.startswith(self._hidden_prefix):
            return HIDDEN_SESSIONS.get(sid.removeprefix(self._hidden_prefix))
        if not sid.startswith(self._prefix):
            return None
        session = self._base_sessions.find(sid.removeprefix(self._prefix))
        return None if session is None else own_session(session, self._prefix, self._start_ms)

    def touch_session(self, session: Session, now_ms: int) -> None:
        """Restart the ttl, unless the session was deleted, replaced, or has expired meanwhile."""
        ttl_ms = session.ttl_ms
        if ttl_ms is None:
            return
        sid = session.sid
        with self.lock:
            own = self._sessions[sid] is session if sid in self._sessions else self._is_base(sid)
            if own and now_ms < self._expires_ms.get(sid, self._start_ms + ttl_ms):
                self._start_ttl(sid, now_ms + ttl_ms)

    def _start_ttl(self, sid: str, expires_ms: int) -> None:
        self._expires_ms[sid] = expires_ms
        self._next_expiry_ms = min(self._next_expiry_ms, expires_ms)

    def put_session(self, session: Session) -> bool:
        """Create or replace a session. Its ttl starts now.

        Returns whether the session is new. Raises FullError if the state budget is exhausted.
        """
        sid = session.sid
        with self.lock:
            created = self.find_session(sid) is None
            self._session_share.take(sid, size_of_session(session))
            self._sessions[sid] = session
            if session.ttl_ms is not None:
                self._start_ttl(sid, self._clock.now_ms() + session.ttl_ms)
            else:
                self._expires_ms.pop(sid, None)
                self._next_expiry_ms = min(self._next_expiry_ms, session.expires_ms or 0)
            self._added_sessions += created
            return created

    def delete_session(self, sid: str) -> bool:
        """Remove a session. Returns whether it existed."""
        with self.lock:
            existed = self.find_session(sid) is not None
            self._session_share.give_back(sid)
            self._expires_ms.pop(sid, None)
            if self._is_base(sid):
                self._sessions[sid] = None
            else:
                self._sessions.pop(sid, None)
            self._added_sessions -= existed
            return existed

    def drop_expired(self) -> list[str]:
        """Remove expired sessions that are not from the fixtures. Returns their ids."""
        now_ms = self._clock.now_ms()
        with self.lock:
            if now_ms < self._next_expiry_ms:
                return []
            expiries = {
                sid: self._expires_ms.get(sid, session.expires_ms or 0)
                for sid, session in self._sessions.items()
                if session is not None
            }
            dropped = [sid for sid, expires_ms in expiries.items() if expires_ms <= now_ms]
            for sid in dropped:
                self.delete_session(sid)
                del expiries[sid]
            self._next_expiry_ms = min(expiries.values(), default=MAX_TIME_MS)
            return dropped

    def sids(self, after: str | None = None, username: str | None = None) -> Iterator[str]:
        """Iterate over the session ids, of all users or of one, ordered as in `usernames`.

        `after` skips all sessions up to this one. Raises NotFoundError if there is no such session.
        """
        listing = Listing(self._base_sessions, self._sessions, self._prefix, username_of)
        return listing.names(after, username)

    def _is_base(self, sid: str) -> bool:
        return (
            sid.startswith(self._prefix)
            and self._base_sessions.find(sid.removeprefix(self._prefix)) is not None
        )


def own_session(session: Session, prefix: str, start_ms: int) -> Session:
    """Return a session of the fixtures as the store with this prefix has it, that started then.

    A fixed expiry becomes a time. Drops the signature where the id changes, because it signs the
    old one.
    """
    is_fixed = session.ttl_ms is None and session.expires_in_ms is not None
    if not prefix and not is_fixed:
        return session
    return Session(
        prefix + session.sid,
        session.username,
        session.ttl_ms,
        session.expiry_ms(start_ms) if is_fixed else session.expires_ms,
        None if prefix else session.signature,
        session.email,
        None if is_fixed else session.expires_in_ms,
    )


def username_of(session: Session) -> str | None:
    """Return the user in a session."""
    return session.username
