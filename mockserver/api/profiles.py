"""A profile says which code is answered for which failure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from mockserver.api.codes import DATABASE_ERROR, NO_TOKEN, SESSION_INVALID, SESSION_MISSING, Code


class Failure(Enum):
    """What can stand between a request and its success, in the order in which it is looked for."""

    NO_COOKIE = 1
    BAD_COOKIE = 2
    SESSION_STORE_ERROR = 3
    NO_SESSION = 4
    USER_STORE_ERROR = 5
    NO_USER = 6
    NO_TOKEN = 7
    SAVE_ERROR = 8


class Profile(Struct, frozen=True):
    """One way to answer, chosen once at start."""

    name: str
    codes: Mapping[Failure, Code]


DOCUMENTED: Final = Profile(
    "documented",
    {
        Failure.NO_COOKIE: SESSION_MISSING,
        Failure.BAD_COOKIE: SESSION_INVALID,
        Failure.SESSION_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_SESSION: SESSION_MISSING,
        Failure.USER_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_USER: SESSION_INVALID,
        Failure.NO_TOKEN: NO_TOKEN,
        Failure.SAVE_ERROR: DATABASE_ERROR,
    },
)

# As the server's published source answers: it never says that a session does not exist, and it
# treats a session store that cannot be read like a visitor without a session. Source: the recorded
# exchanges (`tests/wire/server.jsonl`).
SERVER: Final = Profile(
    "server",
    {
        Failure.NO_COOKIE: SESSION_INVALID,
        Failure.BAD_COOKIE: SESSION_INVALID,
        Failure.SESSION_STORE_ERROR: SESSION_INVALID,
        Failure.NO_SESSION: SESSION_INVALID,
        Failure.USER_STORE_ERROR: DATABASE_ERROR,
        Failure.NO_USER: SESSION_INVALID,
        Failure.NO_TOKEN: NO_TOKEN,
        Failure.SAVE_ERROR: DATABASE_ERROR,
    },
)

PROFILES: Final = {profile.name: profile for profile in (DOCUMENTED, SERVER)}
