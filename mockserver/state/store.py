"""The store as one request sees it, and the hidden sessions of every sandbox."""

from __future__ import annotations

from typing import Final, Protocol

from mockserver.state.model import LiveSession, Session, User
from mockserver.state.times import MAX_TIME_MS

# Every sandbox has these sessions, unlisted, for cookies that must be refused.
HIDDEN_SESSIONS: Final = {
    "expired": Session("", None, None, 0),
    "userless": Session("", None, None, MAX_TIME_MS),
}


def hidden_prefix(prefix: str) -> str:
    """Return the prefix of the ids of a sandbox's hidden sessions."""
    return f"{prefix or 'default~'}!"


class Store(Protocol):
    """The state that one request can read and change: its session and that session's user.

    Every operation may raise StoreUnavailableError. Then nothing has changed, unless the cause is a
    fault with `after_commit`.
    """

    def load_session(self) -> LiveSession | None:
        """Return the session that the cookie names, even if expired, or None."""
        ...

    def find_user(self) -> User | None:
        """Return the user of the session with the current token, or None."""
        ...

    def save_token(self, token: str | None) -> None:
        """Replace the user's token. None removes it."""
        ...

    def token_date(self) -> int:
        """Return a date for a new token, in milliseconds since 1970, unique for this user."""
        ...
