"""Profiles: which code the mock answers for which failure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID, SESSION_MISSING
from mockserver.api.page import Code


class Failure(Enum):
    """The reasons why any authenticated request can fail, in the order of their checks."""

    NO_COOKIE = 1
    BAD_COOKIE = 2
    SESSION_STORE_ERROR = 3
    NO_SESSION = 4
    USER_STORE_ERROR = 5
    NO_USER = 6
    SAVE_ERROR = 7


class Profile(Struct, frozen=True):
    """A mapping from failures to codes, chosen once at start.

    `sends_pages` says that it answers malformed bodies with pages of HTML.
    """

    name: str
    codes: Mapping[Failure, Code]
    sends_pages: bool = False

    @property
    def unsent(self) -> frozenset[Code]:
        """The documented codes about sessions that this profile never sends."""
        return frozenset(DOCUMENTED.codes.values()) - frozenset(self.codes.values())


DOCUMENTED: Final = Profile(
    "documented",
    {
        Failure.NO_COOKIE: SESSION_MISSING,
        Failure.BAD_COOKIE: SESSION_INVALID,
        Failure.SESSION_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_SESSION: SESSION_MISSING,
        Failure.USER_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_USER: SESSION_INVALID,
        Failure.SAVE_ERROR: DATABASE_ERROR,
    },
)

# The server's published source never answers 1940103. If it cannot read the session store, it
# answers as if there were no session. Source: the recorded exchanges (`tests/wire/server.jsonl`).
SERVER: Final = Profile(
    "server",
    {
        Failure.NO_COOKIE: SESSION_INVALID,
        Failure.BAD_COOKIE: SESSION_INVALID,
        Failure.SESSION_STORE_ERROR: SESSION_INVALID,
        Failure.NO_SESSION: SESSION_INVALID,
        Failure.USER_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_USER: SESSION_INVALID,
        Failure.SAVE_ERROR: DATABASE_ERROR,
    },
    sends_pages=True,
)

# The branch `dashboard` of the server's source never answers 1940102 for a session or cookie, only
# for a user who is gone. Source: the recorded exchanges (`tests/wire/dashboard.jsonl`).
DASHBOARD: Final = Profile(
    "dashboard",
    {
        Failure.NO_COOKIE: SESSION_MISSING,
        Failure.BAD_COOKIE: SESSION_MISSING,
        Failure.SESSION_STORE_ERROR: SESSION_MISSING,
        Failure.NO_SESSION: SESSION_MISSING,
        Failure.USER_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_USER: SESSION_INVALID,
        Failure.SAVE_ERROR: DATABASE_ERROR,
    },
    sends_pages=True,
)

PROFILES: Final = {profile.name: profile for profile in (DOCUMENTED, SERVER, DASHBOARD)}
