"""What the stores hold."""

from __future__ import annotations

import msgspec


class User(msgspec.Struct, frozen=True, gc=False):
    """A user document. `token` is None or empty where the user has none.

    `issue_at_load` asks for a token to be issued when the state is made; `scenario` names the
    scenario that this user's requests run under (a "magic user").
    """

    username: str
    uid: int | None = None
    email: str | None = None
    token: str | None = None
    issue_at_load: bool = False
    scenario: str | None = None


class Session(msgspec.Struct, frozen=True, gc=False):
    """A session as the fixtures define it.

    Exactly one of `ttl_ms` (starts anew on each use) and `expires_ms` (fixed, since 1970) is set.
    `signature` replaces the secrets for this session id.
    """

    sid: str
    username: str | None
    ttl_ms: int | None
    expires_ms: int | None = None
    signature: str | None = None


class LiveSession(msgspec.Struct, frozen=True, gc=False):
    """A session with the moment at which it will have expired, in milliseconds since 1970."""

    session: Session
    expires_ms: int

    def is_expired(self, now_ms: int) -> bool:
        return self.expires_ms <= now_ms
