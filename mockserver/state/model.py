"""The entities in a store: users and sessions."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

# Of the session that a login makes, of its cookie, and of a session in the fixtures by default.
SESSION_TTL_MS: Final = 30 * 3_600_000


class UserToken(msgspec.Struct, frozen=True, gc=False):
    """One of the tokens that a user has in profile `dashboard`.

    `id` is unique in a sandbox, and negative until the store assigns one. `token` is None until the
    store issues it, as the fixtures ask for. `name` is UNSET if the token was made without one, and
    None if it was made with null.
    """

    id: int
    token: str | None
    name: str | UnsetType | None = UNSET


class User(msgspec.Struct, frozen=True, gc=False):
    """A user. `token` is None or empty if the user has none.

    `issue_at_load` asks the store to issue a token when it is created. `scenario` is the scenario
    of this user's requests (a "magic user"). A user without `password` cannot log in. `verified`
    says that the user has followed the link of a verification mail.

    Only profile `dashboard` knows `admin`, the path of an `avatar`, and `tokens`, oldest first.
    """

    username: str
    uid: int | None = None
    email: str | None = None
    token: str | None = None
    issue_at_load: bool = False
    scenario: str | None = None
    password: str | None = None
    verified: bool = True
    admin: bool = False
    avatar: str | None = None
    tokens: tuple[UserToken, ...] = ()


class UserEdits(msgspec.Struct, frozen=True, gc=False):
    """Fields of a user to replace. UNSET keeps a field."""

    email: str | UnsetType | None = UNSET
    password: str | UnsetType = UNSET
    avatar: str | UnsetType = UNSET

    @property
    def is_empty(self) -> bool:
        return self == NO_EDITS

    def of(self, user: User) -> User:
        """Return the user with these fields."""
        given = {
            name: value
            for name, value in msgspec.structs.asdict(self).items()
            if value is not UNSET
        }
        return msgspec.structs.replace(user, **given)


NO_EDITS = UserEdits()


class Session(msgspec.Struct, frozen=True, gc=False):
    """A session as the fixtures or a login define it.

    `ttl_ms` restarts on each use. `expires_ms` is fixed, in milliseconds since 1970.
    `expires_in_ms` counts from the start of the store. With `ttl_ms` it is the life before the
    first use, without it is fixed. One of the three is set, or `ttl_ms` and `expires_in_ms`.

    `signature` replaces the secrets for this session id. `email` is the address that the user had
    when the session was made. If it is UNSET, it is the address in the fixtures.
    """

    sid: str
    username: str | None
    ttl_ms: int | None
    expires_ms: int | None = None
    signature: str | None = None
    email: str | UnsetType | None = UNSET
    expires_in_ms: int | None = None

    def expiry_ms(self, start_ms: int) -> int:
        """Return the expiry time of an unused session in a store that started then."""
        if self.expires_ms is not None:
            return self.expires_ms
        left_ms = self.ttl_ms if self.expires_in_ms is None else self.expires_in_ms
        return start_ms + (left_ms or 0)


class LiveSession(msgspec.Struct, frozen=True, gc=False):
    """A session and its expiry time, in milliseconds since 1970."""

    session: Session
    expires_ms: int

    def is_expired(self, now_ms: int) -> bool:
        return self.expires_ms <= now_ms
