"""The store: users and sessions as one sandbox sees them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain
from typing import Final, Protocol

from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.times import MAX_TIME_MS

# Stands for an entry that has not been changed since the fixtures.
_IN_FIXTURES: Final = object()


# Sessions that every store has and none lists, for cookies that must be refused.
HIDDEN_SESSIONS: Final = {
    "expired": Session("", None, None, 0),
    "userless": Session("", None, None, MAX_TIME_MS),
}


def hidden_prefix(prefix: str) -> str:
    """What the ids of a store's hidden sessions begin with."""
    return f"{prefix or 'default~'}!"


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

    def touch_session(self, session: Session, now_ms: int) -> None:
        """Let the session's ttl begin anew, now."""
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


class TokenDates:
    """Gives out dates for tokens; no user gets one twice, whatever the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms: dict[str, int] = {}

    def next(self, username: str, now_ms: int) -> int:
        """`now_ms`, or a millisecond after the user's last date where that is later."""
        with self._lock:
            last_ms = self._last_ms.get(username)
            date_ms = now_ms if last_ms is None else max(now_ms, last_ms + 1)
            self._last_ms[username] = date_ms
            return date_ms


class MemoryStore:
    """A copy-on-write layer over fixtures that never change: it holds only what differs.

    With a `prefix` every session id of the fixtures has it in front, so that the same fixtures
    serve any number of sandboxes, each with session ids of its own. Safe under threads: single
    reads and writes of a dict are atomic; what reads and then writes takes the lock.
    """

    __slots__ = (
        "_base_sessions", "_base_users", "_clock", "_dates", "_expires_ms", "_hidden_prefix",
        "_issuer", "_lock", "_prefix", "_sessions", "_start_ms", "_users",
    )  # fmt: skip

    def __init__(
        self,
        users: Catalog[User],
        sessions: Catalog[Session],
        issuer: TokenIssuer,
        clock: Clock,
        *,
        prefix: str = "",
        dates: TokenDates | None = None,
    ) -> None:
        self._base_users = users
        self._base_sessions = sessions
        self._issuer = issuer
        self._clock = clock
        self._prefix = prefix
        self._hidden_prefix = hidden_prefix(prefix)
        self._start_ms = clock.now_ms()
        self._dates = dates or TokenDates()
        self._lock = threading.RLock()
        self._users: dict[str, User | None] = {}
        self._sessions: dict[str, Session | None] = {}
        self._expires_ms: dict[str, int] = {}

    def pinned_signature(self, sid: str) -> str | None:
        if sid in self._sessions:
            session = self._sessions[sid]
        elif self._prefix or sid.startswith(self._hidden_prefix):
            session = None  # those of the fixtures are pinned under their own ids
        else:
            session = self._base_sessions.find_single(sid)  # in bulk none is pinned
        return None if session is None else session.signature

    def load_session(self, sid: str) -> LiveSession | None:
        session = self._session(sid)
        if session is None:
            return None
        if session.ttl_ms is None:
            return LiveSession(session, session.expires_ms or 0)
        expires_ms = self._expires_ms.get(sid)
        if expires_ms is None:
            expires_ms = self._start_ms + session.ttl_ms
        return LiveSession(session, expires_ms)

    def _session(self, sid: str) -> Session | None:
        if sid in self._sessions:
            return self._sessions[sid]
        if sid.startswith(self._hidden_prefix):
            return HIDDEN_SESSIONS.get(sid.removeprefix(self._hidden_prefix))
        if not self._prefix:
            return self._base_sessions.find(sid)
        if not sid.startswith(self._prefix):
            return None
        session = self._base_sessions.find(sid.removeprefix(self._prefix))
        return None if session is None else self._own(session)

    def _own(self, session: Session) -> Session:
        """The fixtures' session under this store's id; a pinned signature is of the old id."""
        if not self._prefix:
            return session
        sid = self._prefix + session.sid
        return Session(sid, session.username, session.ttl_ms, session.expires_ms)

    def touch_session(self, session: Session, now_ms: int) -> None:
        if session.ttl_ms is not None:
            self._expires_ms[session.sid] = now_ms + session.ttl_ms

    def find_user(self, username: str) -> User | None:
        if username in self._users:
            return self._users[username]
        user = self._base_users.find(username)
        if user is not None and user.issue_at_load:
            user = self._with_first_token(user)
        return user

    def _with_first_token(self, user: User) -> User | None:
        """Issue the token that the fixtures ask for: dated at the start, whenever it is read."""
        with self._lock:
            if user.username in self._users:
                return self._users[user.username]
            date_ms = self._dates.next(user.username, self._start_ms)
            first = with_token(user, self._issuer.issue(user, date_ms))
            self._users[user.username] = first
            return first

    def save_token(self, username: str, token: str | None) -> None:
        with self._lock:
            user = self.find_user(username)
            if user is not None:
                self._users[username] = with_token(user, token)

    def next_token_date(self, username: str) -> int:
        return self._dates.next(username, self._clock.now_ms())

    def put_user(self, user: User) -> bool:
        """Create or replace a user, issuing a token if it asks for one; whether it was created."""
        with self._lock:
            created = self.find_user(user.username) is None
            if user.issue_at_load:
                date_ms = self.next_token_date(user.username)
                user = with_token(user, self._issuer.issue(user, date_ms))
            self._users[user.username] = user
            return created

    def delete_user(self, username: str) -> bool:
        """Remove a user, not the sessions; whether there was one."""
        with self._lock:
            existed = self.find_user(username) is not None
            self._users[username] = None
            return existed

    def put_session(self, session: Session) -> bool:
        """Create or replace a session, its ttl beginning now; whether it was created."""
        with self._lock:
            created = self._session(session.sid) is None
            self._expires_ms.pop(session.sid, None)
            self._sessions[session.sid] = session
            self.touch_session(session, self._clock.now_ms())
            return created

    def delete_session(self, sid: str) -> bool:
        """Remove a session; whether there was one."""
        with self._lock:
            existed = self._session(sid) is not None
            self._sessions[sid] = None
            return existed

    def usernames(self) -> Iterator[str]:
        """The names of all users: those of the fixtures in their order, then those added."""
        base = self._base_users
        added = [name for name in list(self._users) if base.find(name) is None]
        for name in chain(base.names(), added):
            if self._users.get(name, _IN_FIXTURES) is not None:
                yield name

    def sids(self) -> Iterator[str]:
        """The ids of all sessions: those of the fixtures in their order, then those added."""
        own = (self._prefix + name for name in self._base_sessions.names())
        added = [sid for sid in list(self._sessions) if not self._is_base(sid)]
        for sid in chain(own, added):
            if self._sessions.get(sid, _IN_FIXTURES) is not None:
                yield sid

    def _is_base(self, sid: str) -> bool:
        return (
            sid.startswith(self._prefix)
            and self._base_sessions.find(sid.removeprefix(self._prefix)) is not None
        )

    def counts(self) -> tuple[int, int]:
        """How many users and how many sessions there are."""
        with self._lock:
            users = len(self._base_users) + sum(
                (user is not None) - (self._base_users.find(name) is not None)
                for name, user in self._users.items()
            )
            sessions = len(self._base_sessions) + sum(
                (session is not None) - self._is_base(sid)
                for sid, session in self._sessions.items()
            )
        return users, sessions


def with_token(user: User, token: str | None) -> User:
    """The same user with another token."""
    return User(user.username, user.uid, user.email, token, False, user.scenario)
