"""What one request may read and change, and sessions that every sandbox has."""

from __future__ import annotations

from typing import Final, Protocol

from mockserver.state.model import LiveSession, Session, User
from mockserver.state.times import MAX_TIME_MS

# Sessions that every sandbox has and none lists, for cookies that must be refused.
HIDDEN_SESSIONS: Final = {
    "expired": Session("", None, None, 0),
    "userless": Session("", None, None, MAX_TIME_MS),
}


def hidden_prefix(prefix: str) -> str:
    """What the ids of a sandbox's hidden sessions begin with."""
    return f"{prefix or 'default~'}!"


class Store(Protocol):
    """The state that one request sees: its session, that session's user, and what it changes.

    Any operation may raise StoreUnavailableError, after which nothing has changed unless a fault
    says otherwise (`after_commit`).
    """

    def load_session(self) -> LiveSession | None:
        """The session that the cookie names, expired or not, or None."""
        ...

    def find_user(self) -> User | None:
        """The user of the session with the current token, or None."""
        ...

    def save_token(self, token: str | None) -> None:
        """Replace the user's token, None for none."""
        ...

    def token_date(self) -> int:
        """The date for a token issued now, in ms since 1970; for one user never the same twice."""
        ...
