"""What the fixtures and the changes in Redis together say of users and sessions.

A view is made of one sandbox's record. It asks nobody.
"""

from __future__ import annotations

from msgspec import Struct

from mockserver.credentials.jwt import TokenIssuer, issuer_of
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.redis.records import Raw, SandboxRecord, session_in, user_in
from mockserver.sandbox.rules import DEFAULT_ID, SEPARATOR
from mockserver.state.memory_sessions import own_session
from mockserver.state.memory_users import with_token
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.times import iso
from mockserver.state.token_dates import date_of


def prefix_of(sandbox_id: str) -> str:
    """Return what a sandbox's session ids begin with."""
    return "" if sandbox_id == DEFAULT_ID else sandbox_id + SEPARATOR


class AccountsView(Struct, gc=False):
    """Users and sessions of one sandbox, as one record and its fixtures have them."""

    record: SandboxRecord
    fixtures: Fixtures
    prefix: str

    @property
    def issuer(self) -> TokenIssuer:
        """What signs its tokens."""
        return issuer_of(self.fixtures.jwt_secret)

    def base_session(self, sid: str) -> Session | None:
        """Return a session of the fixtures, or a hidden one."""
        hidden = hidden_prefix(self.prefix)
        if sid.startswith(hidden):
            return HIDDEN_SESSIONS.get(sid.removeprefix(hidden))
        if not sid.startswith(self.prefix):
            return None
        session = self.fixtures.sessions.find(sid.removeprefix(self.prefix))
        return None if session is None else own_session(session, self.prefix, self.record.start_ms)

    def is_base_session(self, sid: str) -> bool:
        """Whether the fixtures have this session, deleted or not."""
        return (
            sid.startswith(self.prefix)
            and self.fixtures.sessions.find(sid.removeprefix(self.prefix)) is not None
        )

    def live_session(self, sid: str, stored: Raw, expires: Raw) -> LiveSession | None:
        """Return a session with its expiry, or None. `stored` and `expires` are from Redis."""
        session = self.base_session(sid) if stored is None else session_in(stored)
        if session is None:
            return None
        if expires is not None:
            return LiveSession(session, int(float(expires)))
        return LiveSession(session, session.expiry_ms(self.record.start_ms))

    def user(self, username: str, stored: Raw) -> User | None:
        """Return a user, or None. A token that the fixtures ask for is issued."""
        if stored is not None:
            return user_in(stored)
        user = self.fixtures.users.find(username)
        return self.with_first_token(user) if user is not None and user.issue_at_load else user

    def with_first_token(self, user: User) -> User:
        """Return a user of the fixtures with the token that they ask to issue."""
        date = iso(self.record.first_date_ms)
        return with_token(user, self.issuer.issue(user.uid, user.username, date))

    def is_base_user(self, username: str) -> bool:
        """Whether the fixtures have this user, deleted or not."""
        return self.fixtures.users.find(username) is not None

    def next_date(self, username: str, last: Raw, now_ms: int) -> int:
        """Return the date of a user's next token. `last` is that of the last one, from Redis."""
        if last is not None:
            return max(now_ms, int(last) + 1)
        user = self.fixtures.users.find(username)
        if user is None:
            return max(now_ms, self.record.dates_gone_ms + 1)
        if user.issue_at_load:
            return max(now_ms, self.record.first_date_ms + 1)
        return max(now_ms, self.record.dates_after_ms + 1, date_of(user.token) + 1)
