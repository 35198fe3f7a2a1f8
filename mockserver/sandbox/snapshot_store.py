"""The store of one request: the snapshot that it read, and its changes."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from mockserver.errors import StoreUnavailableError
from mockserver.fixtures.model import passes_recaptcha
from mockserver.record.outbox import Mail, refusal_of
from mockserver.sandbox.backend import Changes, Snapshot
from mockserver.state.model import NO_EDITS, LiveSession, Session, User, UserEdits, UserToken
from mockserver.state.operations import Operation


class SnapshotStore(Struct, gc=False):
    """Reads from a snapshot and notes the changes.

    With `full`, there is no room for new users and sessions.
    """

    snapshot: Snapshot
    full: bool = False
    token: str | UnsetType | None = UNSET
    new_user: User | None = None
    verifies: bool = False
    session: Session | None = None
    ends_session: bool = False
    mails: tuple[Mail, ...] = ()
    adds_token: UserToken | None = None
    removes_tokens: tuple[int, ...] = ()
    edits: UserEdits = NO_EDITS

    def changes(self, touched: bool) -> Changes:
        """Return the changes to commit. `touched` restarts the ttl of a live session."""
        return Changes(
            touched and self.snapshot.is_live, self.token, self.new_user, self.verifies,
            self.session, self.ends_session, self.mails, self.adds_token, self.removes_tokens,
            self.edits,
        )  # fmt: skip

    def load_session(self) -> LiveSession | None:
        return self.snapshot.session

    def session_email(self) -> str | None:
        return self.snapshot.session_email

    def save_session(self, session: Session) -> bool:
        if self.full:
            raise StoreUnavailableError(Operation.SAVE_SESSION.value)
        self.session = session
        return True

    def end_session(self) -> None:
        self.ends_session = True

    def fresh_sid(self) -> str:
        return self.snapshot.fresh_sid

    def find_user(self) -> User | None:
        return self.snapshot.user

    def add_user(self, user: User) -> None:
        if self.full:
            raise StoreUnavailableError(Operation.SAVE_USER.value)
        self.new_user = user

    def set_verified(self) -> User | None:
        self.verifies = self.snapshot.user is not None
        return self.snapshot.user

    def save_token(self, token: str | None) -> None:
        self.token = token

    def find_tokens(self) -> tuple[UserToken, ...]:
        user = self.snapshot.user
        return () if user is None else user.tokens

    def token_id(self) -> int:
        return self.snapshot.token_id

    def add_token(self, token: UserToken) -> None:
        if self.full:
            raise StoreUnavailableError(Operation.SAVE_TOKEN.value)
        self.adds_token = token

    def remove_tokens(self, ids: tuple[int, ...]) -> None:
        if self.full:
            raise StoreUnavailableError(Operation.SAVE_TOKEN.value)
        self.removes_tokens = ids

    def edit_user(self, edits: UserEdits) -> None:
        if self.full:
            raise StoreUnavailableError(Operation.SAVE_USER.value)
        self.edits = edits

    def token_date(self) -> int:
        return self.snapshot.token_date_ms

    def passes_recaptcha(self, value: str) -> bool:
        return passes_recaptcha(value, self.snapshot.recaptcha)

    def send_mail(self, user: User, refusal: str | None = None) -> str | None:
        refusal = refusal or refusal_of(user.email)
        now_ms, key = self.snapshot.now_ms, self.snapshot.jwt_secret
        self.mails += (Mail(user.username, user.email or "", now_ms, key, refusal),)
        return refusal
