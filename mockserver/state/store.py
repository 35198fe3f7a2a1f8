"""The store: users and sessions as one sandbox sees them."""

from __future__ import annotations

from typing import Final, Protocol

from mockserver.state.model import LiveSession, Session, User
from mockserver.state.times import MAX_TIME_MS

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
