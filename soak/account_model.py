"""What the documentation says of sessions and accounts, as two small models.

The models import nothing of the mock. One object is a session with the tokens of those who log in
on it. The other is an account that is registered, verified and deleted.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

ENDED = None


class SessionState(NamedTuple):
    """The user of a session, None if it has ended, and the tokens by user."""

    user: str | None
    tokens: tuple[tuple[str, str | None], ...]

    @property
    def token(self) -> str | None:
        return dict(self.tokens)[self.user or ""]

    def with_token(self, token: str | None) -> SessionState:
        found = {**dict(self.tokens), self.user or "": token}
        return SessionState(self.user, tuple(sorted(found.items())))


@dataclass(frozen=True)
class SessionCall:
    """A completed call with the cookie of a session, or one that opens that session again.

    `user` is the one who logs in or is put into the session. `code` is that of the reply, or its
    HTTP status for a call of the control plane. `cookie` says whose cookie the reply set: `same`
    or `fresh`, or None. `refusal` is the profile's code for a session that has ended.
    """

    invoked: int
    returned: int
    what: str
    code: int
    user: str | None = None
    token: str | None = None
    cookie: str | None = None
    refusal: int = 1940103

    def after(self, state: SessionState) -> Iterable[SessionState]:
        if self.what == "open":
            return (state._replace(user=self.user),)
        if self.what == "login":
            return self._after_login(state)
        if state.user is ENDED:
            refused = 1940102 if self.what == "logout" else self.refusal
            return (state,) if self.code == refused else ()
        if self.what == "logout":
            return (state._replace(user=ENDED),) if self.code == 1220002 else ()
        return self._after_token(state)

    def _after_login(self, state: SessionState) -> Iterable[SessionState]:
        if self.code != 1220001:
            return ()
        if state.user is ENDED:
            return (state,) if self.cookie == "fresh" else ()
        if state.user == self.user:
            return (state,) if self.cookie is None else ()
        return (state._replace(user=self.user),) if self.cookie == "same" else ()

    def _after_token(self, state: SessionState) -> Iterable[SessionState]:
        if self.what == "get":
            right = (1320001, state.token) if state.token else (1340401, None)
            return (state,) if (self.code, self.token) == right else ()
        if self.what == "revoke":
            return (state.with_token(None),) if self.code == 1320003 else ()
        issued = self.code == 1320002 and self.token is not None
        return (
            (state.with_token(self.token),)
            if issued and user_of(self.token or "") == state.user
            else ()
        )


class AccountState(NamedTuple):
    """Whether an account exists, and whether its address is verified."""

    exists: bool
    verified: bool = False


@dataclass(frozen=True)
class AccountCall:
    """A completed call about one account. `verified` is what the control plane shows."""

    invoked: int
    returned: int
    what: str
    code: int
    verified: bool | None = None

    def after(self, state: AccountState) -> Iterable[AccountState]:
        new = AccountState(True), 1120001
        nobody = AccountState(False)
        possible: dict[str, tuple[AccountState, int]] = {
            "register": (state, 1140901) if state.exists else new,
            "login": (state, 1220001 if state.exists else 1940106),
            "verify": (AccountState(state.exists, state.exists), 1420001),
            "mail": (
                state,
                1940106 if not state.exists else 1420003 if state.verified else 1420002,
            ),
            "delete": (nobody, 204 if state.exists else 404),
            "look": (state, 200 if state.exists else 404),
        }
        left, code = possible[self.what]
        if self.code != code or (self.verified is not None and self.verified != state.verified):
            return ()
        return (left,)


def user_of(token: str) -> str:
    """Return the user in the claims of a token."""
    payload = token.split(".")[1]
    name = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["username"]
    assert isinstance(name, str)
    return name
