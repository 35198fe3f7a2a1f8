"""The store: users and sessions as one sandbox sees them."""

from __future__ import annotations

import threading
from typing import Protocol

from mockserver.catalog import Catalog
from mockserver.clock import Clock
from mockserver.model import LiveSession, Session, User
from mockserver.tokens import TokenIssuer


class Store(Protocol):
    """All state that the three endpoints read and write.

    Any operation may raise StoreUnavailableError, after which nothing has changed unless a fault
    says otherwise (`after_commit`).
    """

    def pinned_signature(self, sid: str) -> str | None:
        """The signature that replaces the secrets for this session id, or None; cannot fail."""
        ...

    def load_session(self, sid: str) -> LiveSession | None:
        """The session of that id, expired or not, or None."""
        ...

    def touch_session(self, session: Session) -> None:
        """Let the session's ttl begin anew."""
        ...

    def find_user(self, username: str) -> User | None:
        """The user with the token that is current, or None."""
        ...

    def save_token(self, username: str, token: str | None) -> None:
        """Replace the user's token, None for none."""
        ...

    def next_token_date(self, username: str) -> int:
        """The date for a token issued now, in ms since 1970; for one user never the same twice."""
        ...


class MemoryStore:
    """A copy-on-write layer over fixtures that never change: it holds only what differs.

    Safe under threads: single reads and writes of a dict are atomic; what reads and then writes
    takes the lock.
    """

    def __init__(
        self,
        users: Catalog[User],
        sessions: Catalog[Session],
        issuer: TokenIssuer,
        clock: Clock,
    ) -> None:
        self._base_users = users
        self._base_sessions = sessions
        self._issuer = issuer
        self._clock = clock
        self._start_ms = clock.now_ms()
        self._lock = threading.Lock()
        self._users: dict[str, User] = {}
        self._expires_ms: dict[str, int] = {}
        self._last_date_ms: dict[str, int] = {}

    def pinned_signature(self, sid: str) -> str | None:
        session = self._base_sessions.find(sid)
        return None if session is None else session.signature

    def load_session(self, sid: str) -> LiveSession | None:
        session = self._base_sessions.find(sid)
        if session is None:
            return None
        if session.ttl_ms is None:
            return LiveSession(session, session.expires_ms or 0)
        expires_ms = self._expires_ms.get(sid)
        if expires_ms is None:
            expires_ms = self._start_ms + session.ttl_ms
        return LiveSession(session, expires_ms)

    def touch_session(self, session: Session) -> None:
        if session.ttl_ms is not None:
            self._expires_ms[session.sid] = self._clock.now_ms() + session.ttl_ms

    def find_user(self, username: str) -> User | None:
        user = self._users.get(username)
        if user is None:
            user = self._base_users.find(username)
            if user is not None and user.issue_at_load:
                user = self._with_first_token(user)
        return user

    def _with_first_token(self, user: User) -> User:
        """Issue the token that the fixtures ask for: dated at the start, whenever it is read."""
        with self._lock:
            first = _with_token(user, self._issuer.issue(user, self._start_ms))
            self._last_date_ms.setdefault(user.username, self._start_ms)
            return self._users.setdefault(user.username, first)

    def save_token(self, username: str, token: str | None) -> None:
        user = self.find_user(username)
        if user is not None:
            self._users[username] = _with_token(user, token)

    def next_token_date(self, username: str) -> int:
        with self._lock:
            date_ms = max(self._clock.now_ms(), self._last_date_ms.get(username, -1) + 1)
            self._last_date_ms[username] = date_ms
            return date_ms


def _with_token(user: User, token: str | None) -> User:
    return User(user.username, user.uid, user.email, token, False, user.scenario)
