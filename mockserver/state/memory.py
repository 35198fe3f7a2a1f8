"""The store in memory: the changes of one sandbox on top of shared fixtures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain

from msgspec import UnsetType
from msgspec.structs import replace

from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.budget import Share, StateBudget, size_of_session, size_of_user
from mockserver.state.catalog import Catalog
from mockserver.state.changes import StoreChanges
from mockserver.state.clock import Clock
from mockserver.state.listing import Listing
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.times import MAX_TIME_MS, iso
from mockserver.state.token_dates import TokenDates, date_of


class MemoryStore:
    """A copy-on-write layer over immutable fixtures. It holds only the differences.

    None marks a deleted entry of the fixtures. Other deleted entries leave no trace.

    `prefix` is put before every session id of the fixtures. It gives each sandbox its own session
    ids, although all sandboxes share the fixtures. Thread-safe: single dict operations are atomic,
    and every read-modify-write takes the lock.
    """

    __slots__ = (
        "_added_sessions", "_added_users", "_base_sessions", "_base_users", "_clock", "_dates",
        "_dates_after_ms", "_expires_ms", "_greatest_uid", "_hidden_prefix", "_issuer",
        "_next_expiry_ms",
        "_prefix", "_session_share", "_sessions", "_start_ms", "_user_share", "_users", "lock",
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
        budget: StateBudget | None = None,
    ) -> None:
        self._base_users = users
        self._base_sessions = sessions
        self._issuer = issuer
        self._clock = clock
        self._prefix = prefix
        self._hidden_prefix = hidden_prefix(prefix)
        self._start_ms = clock.now_ms()
        self._dates = dates or TokenDates()
        self._dates.keep(self._is_base_user)
        # The dates of the fixtures' users must not depend on users who are deleted later.
        self._dates_after_ms = self._dates.latest_gone_ms
        self.lock = threading.RLock()
        budget = budget or StateBudget()
        self._user_share, self._session_share = Share(budget), Share(budget)
        self._added_users = self._added_sessions = 0
        self._next_expiry_ms = MAX_TIME_MS
        self._users: dict[str, User | None] = {}
        self._sessions: dict[str, Session | None] = {}
        self._expires_ms: dict[str, int] = {}
        self._greatest_uid: int | None = None

    def changes(self) -> StoreChanges:
        """Return a copy of the differences from the fixtures, and of the times."""
        with self.lock:
            return StoreChanges(
                self._prefix,
                self._start_ms,
                self._clock.now_ms(),
                dict(self._users),
                dict(self._sessions),
                dict(self._expires_ms),
            )

    def load_session(self, sid: str) -> LiveSession | None:
        session = self._session(sid)
        if session is None:
            return None
        expires_ms = self._expires_ms.get(sid)
        if expires_ms is None:
            expires_ms = session.expiry_ms(self._start_ms)
        return LiveSession(session, expires_ms)

    def _session(self, sid: str) -> Session | None:
        if sid in self._sessions:
            return self._sessions[sid]
        if sid.startswith(self._hidden_prefix):
            return HIDDEN_SESSIONS.get(sid.removeprefix(self._hidden_prefix))
        if not sid.startswith(self._prefix):
            return None
        session = self._base_sessions.find(sid.removeprefix(self._prefix))
        return None if session is None else self._own(session)

    def _own(self, session: Session) -> Session:
        """Return the session with this store's id, and a fixed expiry as a time.

        Drops the signature where the id changes, because it signs the old one.
        """
        is_fixed = session.ttl_ms is None and session.expires_in_ms is not None
        if not self._prefix and not is_fixed:
            return session
        return Session(
            self._prefix + session.sid,
            session.username,
            session.ttl_ms,
            session.expiry_ms(self._start_ms) if is_fixed else session.expires_ms,
            None if self._prefix else session.signature,
            session.email,
            None if is_fixed else session.expires_in_ms,
        )

    def session_email(self, session: Session) -> str | None:
        """Return the address that the session's user had when the session was made."""
        if not isinstance(session.email, UnsetType):
            return session.email
        user = None if session.username is None else self._base_users.find(session.username)
        return None if user is None else user.email

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

    def find_user(self, username: str) -> User | None:
        if username in self._users:
            return self._users[username]
        user = self._base_users.find(username)
        if user is not None and user.issue_at_load:
            user = self._with_first_token(user)
        return user

    def _with_first_token(self, user: User) -> User | None:
        """Issue the token that the fixtures ask for. Its date is the start of the store."""
        with self.lock:
            if user.username in self._users:
                return self._users[user.username]
            date_ms = self._dates.next(user.username, self._start_ms, self._dates_after_ms)
            first = with_token(user, self._issuer.issue(user.uid, user.username, iso(date_ms)))
            self._users[user.username] = first
            return first

    def issue_first_tokens(self) -> None:
        """Issue the tokens that the fixtures ask for, except those of bulk entries."""
        for user in self._base_users.singles():
            if user.issue_at_load:
                self.find_user(user.username)

    def save_token(self, username: str, token: str | None) -> None:
        with self.lock:
            user = self.find_user(username)
            if user is not None:
                self._users[username] = with_token(user, token)

    def set_verified(self, username: str) -> None:
        """Mark a user as verified, if there is one."""
        with self.lock:
            user = self.find_user(username)
            if user is not None and not user.verified:
                self._users[username] = replace(user, verified=True)

    def add_user(self, user: User) -> None:
        """Add a new user with the greatest uid so far + 1.

        Raises FullError if the state budget is exhausted.
        """
        with self.lock:
            self._put_user(replace(user, uid=self._last_uid() + 1))

    def _last_uid(self) -> int:
        """Return the greatest uid so far, also of deleted users, or -1."""
        if self._greatest_uid is None:
            self._greatest_uid = greatest_uid(self._base_users)
        return self._greatest_uid

    def next_token_date(self, username: str) -> int:
        now_ms = self._clock.now_ms()
        with self.lock:
            user = self._base_users.find(username)
            if user is not None:
                # A token in the fixtures may be one that a mock has issued, at a later time.
                after_ms = max(self._dates_after_ms, date_of(user.token))
                return self._dates.next(username, now_ms, after_ms)
            if username in self._users:
                return self._dates.next(username, now_ms)
            return self._dates.next_of_nobody(now_ms)

    def put_user(self, user: User) -> bool:
        """Create or replace a user, and issue a token if the user asks for one.

        Returns whether the user is new. Raises FullError if the state budget is exhausted.
        """
        with self.lock:
            return self._put_user(user)

    def _put_user(self, user: User) -> bool:
        name = user.username
        created = self.find_user(name) is None
        self._user_share.take(name, size_of_user(user))
        self._users[name] = user
        if user.uid is not None:
            self._greatest_uid = max(self._last_uid(), user.uid)
        if user.issue_at_load:
            token = self._issuer.issue(user.uid, name, iso(self.next_token_date(name)))
            self._users[name] = with_token(user, token)
        self._added_users += created
        return created

    def delete_user(self, username: str) -> bool:
        """Remove a user but not the sessions. Returns whether the user existed."""
        with self.lock:
            existed = self.find_user(username) is not None
            self._user_share.give_back(username)
            if self._is_base_user(username):
                self._users[username] = None
            else:
                self._users.pop(username, None)
                self._dates.forget(username)
            self._added_users -= existed
            return existed

    def put_session(self, session: Session) -> bool:
        """Create or replace a session. Its ttl starts now.

        Returns whether the session is new. Raises FullError if the state budget is exhausted.
        """
        sid = session.sid
        with self.lock:
            created = self._session(sid) is None
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
            existed = self._session(sid) is not None
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

    def usernames(self, after: str | None = None) -> Iterator[str]:
        """Iterate over the usernames: those of the fixtures in order, then added ones.

        `after` skips all users up to this one. Raises NotFoundError if there is no such user.
        """
        return Listing(self._base_users, self._users).names(after)

    def sids(self, after: str | None = None, username: str | None = None) -> Iterator[str]:
        """Iterate over the session ids, of all users or of one, ordered as in `usernames`.

        `after` skips all sessions up to this one. Raises NotFoundError if there is no such session.
        """
        listing = Listing(self._base_sessions, self._sessions, self._prefix, _username_of)
        return listing.names(after, username)

    def _is_base_user(self, username: str) -> bool:
        return self._base_users.find(username) is not None

    def _is_base(self, sid: str) -> bool:
        return (
            sid.startswith(self._prefix)
            and self._base_sessions.find(sid.removeprefix(self._prefix)) is not None
        )

    def counts(self) -> tuple[int, int]:
        """Return the number of users and the number of sessions."""
        with self.lock:
            users = len(self._base_users) + self._added_users
            return users, len(self._base_sessions) + self._added_sessions


def _username_of(session: Session) -> str | None:
    return session.username


def greatest_uid(users: Catalog[User]) -> int:
    """Return the greatest uid of these users, or -1. In bulk entries, uids do not decrease."""
    last = (bulk.make(bulk.number_at(len(bulk) - 1)) for bulk in users.bulks)
    return max(
        (user.uid for user in chain(users.singles(), last) if user.uid is not None), default=-1
    )


def with_token(user: User, token: str | None) -> User:
    """Return a copy of the user with another token."""
    return User(
        user.username, user.uid, user.email, token, False, user.scenario, user.password,
        user.verified,
    )  # fmt: skip
