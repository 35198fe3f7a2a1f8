"""The store as one request sees it, and the hidden sessions of every sandbox."""

from __future__ import annotations

from typing import Final, Protocol

from mockserver.state.model import LiveSession, Session, User, UserEdits, UserToken
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
    """The state and the services that one request can use.

    Every operation may raise StoreUnavailableError. Then nothing has changed, unless the cause is a
    fault with `after_commit`.
    """

    def load_session(self) -> LiveSession | None:
        """Return the session that the cookie names, even if expired, or None."""
        ...

    def session_email(self) -> str | None:
        """Return the address that the user of that session had when it was made."""
        ...

    def save_session(self, session: Session) -> bool:
        """Create or replace a session. Returns whether the session store has taken it."""
        ...

    def end_session(self) -> None:
        """Remove the session that the cookie names."""
        ...

    def fresh_sid(self) -> str:
        """Return an unused session id."""
        ...

    def find_user(self) -> User | None:
        """Return the user that the session or the request names, or None."""
        ...

    def add_user(self, user: User) -> None:
        """Add a new user, who is given the next uid."""
        ...

    def set_verified(self) -> User | None:
        """Mark the named user as verified. Returns the user as before, or None."""
        ...

    def save_token(self, token: str | None) -> None:
        """Replace the user's token. None removes it."""
        ...

    def find_tokens(self) -> tuple[UserToken, ...]:
        """Return the user's list of tokens, oldest first."""
        ...

    def token_id(self) -> int:
        """Return the id that the next token of a list gets."""
        ...

    def add_token(self, token: UserToken) -> None:
        """Append a token to the user's list."""
        ...

    def remove_tokens(self, ids: tuple[int, ...]) -> None:
        """Remove the tokens with these ids, whoever has them. Unknown ids are ignored."""
        ...

    def edit_user(self, edits: UserEdits) -> None:
        """Replace fields of the user."""
        ...

    def token_date(self) -> int:
        """Return a date for a new token, in milliseconds since 1970, unique for this user."""
        ...

    def passes_recaptcha(self, value: str) -> bool:
        """Whether the reCAPTCHA service accepts this value."""
        ...

    def send_mail(self, user: User, refusal: str | None = None) -> str | None:
        """Send a verification mail to the user.

        Returns why the mail server refused it, or None. A given `refusal` is the reason. If the
        mail server is unavailable, the outbox keeps the mail as refused.
        """
        ...
