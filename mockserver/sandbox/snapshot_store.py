"""The store of one request: the snapshot that it read, and its changes."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from mockserver.errors import StoreUnavailableError
from mockserver.fixtures.model import passes_recaptcha
from mockserver.record.outbox import Mail, refusal_of
from mockserver.sandbox.backend import Changes, Snapshot
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.operations import Operation


class SnapshotStore:
    """Reads from a snapshot and notes the changes.

    With `full`, there is no room for new users and sessions.
    """

    __slots__ = (
        "_ends_session", "_full", "_mails", "_new_user", "_session", "_snapshot", "_token",
        "_verifies",
    )  # fmt: skip

    def __init__(self, snapshot: Snapshot, full: bool = False) -> None:
        self._snapshot = snapshot
        self._full = full
        self._token: str | UnsetType | None = UNSET
        self._new_user: User | None = None
        self._verifies = False
        self._session: Session | None = None
        self._ends_session = False
        self._mails: tuple[Mail, ...] = ()

    def changes(self, touched: bool) -> Changes:
        """Return the changes to commit. `touched` restarts the ttl of a live session."""
        return Changes(
            touched and self._snapshot.is_live, self._token, self._new_user, self._verifies,
            self._session, self._ends_session, self._mails,
        )  # fmt: skip

    def load_session(self) -> LiveSession | None:
        return self._snapshot.session

    def session_email(self) -> str | None:
        return self._snapshot.session_email

    def save_session(self, session: Session) -> None:
        if self._full:
            raise StoreUnavailableError(Operation.SAVE_SESSION.value)
        self._session = session

    def end_session(self) -> None:
        self._ends_session = True

    def fresh_sid(self) -> str:
        return self._snapshot.fresh_sid

    def find_user(self) -> User | None:
        return self._snapshot.user

    def add_user(self, user: User) -> None:
        if self._full:
            raise StoreUnavailableError(Operation.SAVE_USER.value)
        self._new_user = user

    def set_verified(self) -> None:
        self._verifies = self._snapshot.user is not None

    def save_token(self, token: str | None) -> None:
        self._token = token

    def token_date(self) -> int:
        return self._snapshot.token_date_ms

    def passes_recaptcha(self, value: str) -> bool:
        return passes_recaptcha(value, self._snapshot.recaptcha)

    def send_mail(self, user: User, code: str, refusal: str | None = None) -> str | None:
        refusal = refusal or refusal_of(user.email)
        self._mails += (Mail(user.username, user.email or "", code, refusal),)
        return refusal
