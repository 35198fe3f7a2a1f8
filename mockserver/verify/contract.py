"""The documented statements, each under a stable name; and the differences that are known.

The pairs come from `codes`: a new code or endpoint is one more statement here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.api.codes import (
    BAD_REQUEST_BODY,
    DATABASE_ERROR,
    DOCUMENTED_PAIRS,
    NO_TOKEN,
    SESSION_INVALID,
    SESSION_MISSING,
    TOKEN_FOUND,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
    Code,
    Endpoint,
    Reply,
)

PAIRS_GROUP: Final = "pairs"

_TABLE: Final = "table of responses"
_SAMPLES: Final = "sample responses"
_ENDPOINTS: Final = "the three endpoints"
_COOKIE: Final = "request cookie"
_SERVER: Final = "as the real server does"


class Check(Struct, frozen=True):
    """One statement, judged as a whole; `source` is the part of the documentation it stands in."""

    group: str
    name: str
    statement: str
    source: str


def pair_of(endpoint: Endpoint, code: Code) -> Check:
    """The statement that this endpoint answers this code: a line of the table of responses."""
    name = f"{endpoint.path} {code.number}"
    return Check(PAIRS_GROUP, name, f"{code.number} `{code.message}`", _TABLE)


PAIRS: Final = {pair_of(endpoint, code): (endpoint, code) for endpoint, code in DOCUMENTED_PAIRS}

HTTP_STATUS: Final = Check(
    "envelope",
    "http-status",
    "documented codes travel in HTTP 200, or as --http-status says",
    _SERVER,
)
CONTENT_TYPE: Final = Check(
    "envelope", "content-type", "Content-Type: application/json; charset=utf-8", _SERVER
)
KEYS: Final = Check(
    "envelope",
    "keys",
    "the keys are status, code, message, data, in this order; an error has no data",
    _SAMPLES,
)
DATA: Final = Check("envelope", "data", "data is {token} for get and new, {} for revoke", _SAMPLES)
COMPACT: Final = Check(
    "envelope", "compact", "the JSON is compact, as JSON.stringify writes it", _SERVER
)
WHOLE: Final = Check("envelope", "whole", "every request gets a whole reply", _ENDPOINTS)

JWT_FORM: Final = Check(
    "token", "jwt-form", "a new token is a JWT signed with HS256 (three parts)", _SAMPLES
)
JWT_HEADER: Final = Check(
    "token", "jwt-header", 'its header is {"typ":"JWT","alg":"HS256"}, in this order', _SAMPLES
)
JWT_CLAIMS: Final = Check(
    "token",
    "jwt-claims",
    "its claims are uid (where the user has one), username, date, in this order",
    _SERVER,
)
JWT_DATE: Final = Check(
    "token", "jwt-date", "its date is ISO 8601 with milliseconds and Z", _SERVER
)

GET_REPEATS: Final = Check(
    "sequences", "get-repeats", "get changes nothing: twice gives the same token", _ENDPOINTS
)
NEW_REPLACES: Final = Check(
    "sequences", "new-replaces", "get after new gives the very token that new gave", _ENDPOINTS
)
NEW_DIFFERS: Final = Check(
    "sequences", "new-differs", "new gives another token each time", _ENDPOINTS
)
REVOKE_REMOVES: Final = Check(
    "sequences", "revoke-removes", "get after revoke finds no token", _ENDPOINTS
)
REVOKE_REPEATS: Final = Check(
    "sequences", "revoke-repeats", "revoke succeeds also when there is no token", _ENDPOINTS
)
REFUSAL_KEEPS: Final = Check(
    "sequences", "refusal-keeps", "new and revoke change nothing if the cookie is refused", _COOKIE
)
FAILURE_KEEPS: Final = Check(
    "sequences", "failure-keeps", "new and revoke change nothing if saving fails", _TABLE
)
USERS_APART: Final = Check(
    "sequences", "users-apart", "two users' sessions have nothing to do with each other", _COOKIE
)
SESSIONS_SHARE: Final = Check(
    "sequences", "sessions-share", "all sessions of a user see the user's one token", _COOKIE
)

SAMPLES_SEND_GET: Final = Check(
    "requests",
    "samples-send-get",
    "`curl --cookie … https://…/auth/token`, which sends GET, is answered like POST",
    "sample requests",
)
OTHER_METHODS: Final = Check(
    "requests",
    "other-methods",
    "PUT, PATCH, DELETE: HTTP 400, code 400, message `Bad request`",
    _SERVER,
)
OTHER_PATHS: Final = Check(
    "requests",
    "other-paths",
    "other paths: HTTP 400, code 400, message `Bad request`",
    _SERVER,
)

CHECKS: Final = (
    *PAIRS,
    HTTP_STATUS, CONTENT_TYPE, KEYS, DATA, COMPACT, WHOLE,
    JWT_FORM, JWT_HEADER, JWT_CLAIMS, JWT_DATE,
    GET_REPEATS, NEW_REPLACES, NEW_DIFFERS, REVOKE_REMOVES, REVOKE_REPEATS,
    REFUSAL_KEEPS, FAILURE_KEEPS, USERS_APART, SESSIONS_SHARE,
    SAMPLES_SEND_GET, OTHER_METHODS, OTHER_PATHS,
)  # fmt: skip


class Needs(IntEnum):
    """What it takes to try a statement."""

    NOTHING = 0
    SESSION = 1
    CONTROL_PLANE = 2


_OF_CODES: Final = {
    TOKEN_FOUND: Needs.SESSION,
    TOKEN_ISSUED: Needs.SESSION,
    TOKEN_REVOKED: Needs.SESSION,
    NO_TOKEN: Needs.SESSION,
    DATABASE_ERROR: Needs.CONTROL_PLANE,
}
_OF_OTHERS: Final = dict.fromkeys(
    (
        DATA, JWT_FORM, JWT_HEADER, JWT_CLAIMS, JWT_DATE, GET_REPEATS, NEW_REPLACES, NEW_DIFFERS,
        REVOKE_REMOVES, REVOKE_REPEATS, REFUSAL_KEEPS,
    ),
    Needs.SESSION,
) | dict.fromkeys((FAILURE_KEEPS, USERS_APART, SESSIONS_SHARE), Needs.CONTROL_PLANE)  # fmt: skip


def needs_of(check: Check) -> Needs:
    """What it takes to try this statement."""
    if check in PAIRS:
        return _OF_CODES.get(PAIRS[check][1], Needs.NOTHING)
    return _OF_OTHERS.get(check, Needs.NOTHING)


BAD_REQUEST: Final[Any] = msgspec.json.decode(BAD_REQUEST_BODY)
_SESSION_INVALID: Final[Any] = msgspec.json.decode(Reply(SESSION_INVALID).body())


class Difference(Struct, frozen=True):
    """A way in which a server is known not to do as documented, and which a user may accept.

    `explains` says of a broken statement, by the status and the document that came, whether it is
    this difference and no other.
    """

    name: str
    documented: str
    instead: str
    explains: Callable[[Check, int, Any], bool]


def _never_1940103(check: Check, _status: int, document: Any) -> bool:
    return check in PAIRS and PAIRS[check][1] == SESSION_MISSING and document == _SESSION_INVALID


def _get_is_refused(check: Check, status: int, document: Any) -> bool:
    return check == SAMPLES_SEND_GET and status == 400 and document == BAD_REQUEST


DIFFERENCES: Final = {
    difference.name: difference
    for difference in (
        Difference(
            "no-1940103",
            f"{SESSION_MISSING.number} `{SESSION_MISSING.message}` from all three",
            f"{SESSION_INVALID.number} is sent in its place",
            _never_1940103,
        ),
        Difference(
            "get-refused",
            "the sample requests send GET",
            "GET gets the 400 `Bad request`",
            _get_is_refused,
        ),
    )
}
