"""What the fixtures and the changes in Redis together say of users and sessions.

A view is made of one sandbox's record. It asks nobody.
"""

from __future__ import annotations

from itertools import count

from msgspec import Struct

from mockserver.credentials.jwt import TokenIssuer, issuer_of
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.redis.records import Raw, SandboxRecord, session_in, user_in
from mockserver.sandbox.rules import DEFAULT_ID, SEPARATOR
from mockserver.state.memory_sessions import own_session
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.token_dates import date_of
from mockserver.state.token_index import FixtureTokens, fixture_tokens
from mockserver.state.user_tokens import awaited, awaits_token, issued


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

    @property
    def tokens(self) -> FixtureTokens:
        """The ids of the tokens in the fixtures' lists."""
        return fixture_tokens(self.fixtures.users)

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
        """Return a user, or None. Tokens that the fixtures ask for are issued."""
        if stored is not None:
            return user_in(stored)
        user = self.fixtures.users.find(username)
        if user is None or not awaits_token(user):
            return user
        dates = count(self.record.first_date_ms)
        return issued(user, self.issuer, lambda: next(dates))

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
        if awaits_token(user):
            return max(now_ms, self.record.first_date_ms + awaited(user))
        return max(now_ms, self.record.dates_after_ms + 1, date_of(user.token) + 1)
