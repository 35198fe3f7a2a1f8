"""The store in memory: the changes of one sandbox on top of shared fixtures."""

from __future__ import annotations

import threading

from msgspec import UnsetType

from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.budget import StateBudget
from mockserver.state.catalog import Catalog
from mockserver.state.changes import StoreChanges
from mockserver.state.clock import Clock
from mockserver.state.memory_sessions import MemorySessions
from mockserver.state.memory_users import MemoryUsers
from mockserver.state.model import Session, User
from mockserver.state.token_dates import TokenDates


def first_email(session: Session, users: Catalog[User]) -> str | None:
    """Return the address that the session's user had at first. `users` are the fixtures' users."""
    if not isinstance(session.email, UnsetType):
        return session.email
    user = None if session.username is None else users.find(session.username)
    return None if user is None else user.email


class MemoryStore(MemoryUsers, MemorySessions):
    """A copy-on-write layer over immutable fixtures. It holds only the differences.

    Thread-safe: single dict operations are atomic, and every read-modify-write takes `lock`.
    """

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
        start_ms = clock.now_ms()
        lock = threading.RLock()
        budget = budget or StateBudget()
        dates = dates or TokenDates()
        MemoryUsers.__init__(self, users, issuer, clock, start_ms, dates, lock, budget)
        MemorySessions.__init__(self, sessions, prefix, clock, start_ms, lock, budget)

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

    def session_email(self, session: Session) -> str | None:
        """Return the address that the session's user had when the session was made."""
        return first_email(session, self._base_users)

    def counts(self) -> tuple[int, int]:
        """Return the number of users and the number of sessions."""
        with self.lock:
            users = len(self._base_users) + self._added_users
            return users, len(self._base_sessions) + self._added_sessions
