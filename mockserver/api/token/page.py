"""The token page of the documentation, as data."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from mockserver.api.common import DATABASE_ERROR, REAL_SERVER, SAMPLES, SESSION_CODES, TABLE
from mockserver.api.page import Code, Endpoint, Needs, NoData, Page, Statement
from mockserver.state.operations import Operation

# The token in the documentation's sample response.
EXAMPLE_TOKEN: Final = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6InNoaW5jdXJyeTIifQ."
    "VMZHgDvyqeUHqN6Wg92CvlphdiwNynuOY5ELdFQTY3w"
)


class TokenData(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The `data` of a reply with a token."""

    token: Annotated[
        str,
        Meta(
            description="The user's token, a JSON Web Token.",
            pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
            examples=[EXAMPLE_TOKEN],
        ),
    ]


_EXAMPLE: Final = TokenData(EXAMPLE_TOKEN)

TOKEN_FOUND: Final = Code(
    1320001, "TOKEN_FOUND", "request token successfully.", 200, _EXAMPLE, Needs.SESSION
)
TOKEN_ISSUED: Final = Code(
    1320002, "TOKEN_ISSUED", "request a new token successfully.", 200, _EXAMPLE, Needs.SESSION
)
TOKEN_REVOKED: Final = Code(
    1320003, "TOKEN_REVOKED", "revoke the token successfully.", 200, NoData(), Needs.SESSION
)
NO_TOKEN: Final = Code(
    1340401,
    "NO_TOKEN",
    "request token failed. token doesn't exist.",
    404,
    needs=Needs.SESSION,
)

_READS: Final = (Operation.SESSION_STORE, Operation.FIND_USER)
_WRITES: Final = (*_READS, Operation.SAVE_TOKEN)

GET_TOKEN: Final = Endpoint(
    "/auth/token",
    "getToken",
    "get the user's token",
    (TOKEN_FOUND, NO_TOKEN, *SESSION_CODES),
    _READS,
    sample_sends_get=True,
)
NEW_TOKEN: Final = Endpoint(
    "/auth/token/new",
    "issueToken",
    "issue a new token, which replaces the old one",
    (TOKEN_ISSUED, *SESSION_CODES),
    _WRITES,
    issues_token=True,
    sample_sends_get=True,
)
REVOKE_TOKEN: Final = Endpoint(
    "/auth/token/revoke",
    "revokeToken",
    "revoke the token, also when there is none",
    (TOKEN_REVOKED, *SESSION_CODES),
    _WRITES,
    sample_sends_get=True,
)

_ENDPOINTS: Final = "the three endpoints"
_COOKIE: Final = "request cookie"


def _statement(
    group: str, name: str, text: str, source: str, needs: Needs = Needs.SESSION
) -> Statement:
    return Statement(group, name, text, source, needs)


DATA: Final = _statement(
    "envelope", "data", "data is {token} for get and new, {} for revoke", SAMPLES
)
JWT_FORM: Final = _statement(
    "token", "jwt-form", "a new token is a JWT signed with HS256 (three parts)", SAMPLES
)
JWT_HEADER: Final = _statement(
    "token", "jwt-header", 'its header is {"typ":"JWT","alg":"HS256"}, in this order', SAMPLES
)
JWT_CLAIMS: Final = _statement(
    "token",
    "jwt-claims",
    "its claims are uid (where the user has one), username, date, in this order",
    REAL_SERVER,
)
JWT_DATE: Final = _statement(
    "token", "jwt-date", "its date is ISO 8601 with milliseconds and Z", REAL_SERVER
)
GET_REPEATS: Final = _statement(
    "sequences", "get-repeats", "get is idempotent: two calls give the same token", _ENDPOINTS
)
NEW_REPLACES: Final = _statement(
    "sequences", "new-replaces", "get after new gives the token that new issued", _ENDPOINTS
)
NEW_DIFFERS: Final = _statement(
    "sequences", "new-differs", "each call of new issues a different token", _ENDPOINTS
)
REVOKE_REMOVES: Final = _statement(
    "sequences", "revoke-removes", "get after revoke finds no token", _ENDPOINTS
)
REVOKE_REPEATS: Final = _statement(
    "sequences", "revoke-repeats", "revoke succeeds also when there is no token", _ENDPOINTS
)
REFUSAL_KEEPS: Final = _statement(
    "sequences", "refusal-keeps", "new and revoke change nothing if the cookie is refused", _COOKIE
)
FAILURE_KEEPS: Final = _statement(
    "sequences",
    "failure-keeps",
    "new and revoke change nothing if saving fails",
    TABLE,
    Needs.CONTROL_PLANE,
)
USERS_APART: Final = _statement(
    "sequences",
    "users-apart",
    "requests of one user do not affect another user",
    _COOKIE,
    Needs.CONTROL_PLANE,
)
SESSIONS_SHARE: Final = _statement(
    "sequences",
    "sessions-share",
    "all sessions of a user see the user's one token",
    _COOKIE,
    Needs.CONTROL_PLANE,
)
SAMPLES_SEND_GET: Final = _statement(
    "requests",
    "samples-send-get",
    "`curl --cookie … https://…/auth/token`, which sends GET, is answered like POST",
    "sample requests",
    Needs.NOTHING,
)

_USERS: Final = {
    (GET_TOKEN, TOKEN_FOUND): "a user with a token, and with a session or a password",
    (GET_TOKEN, NO_TOKEN): "a user without a token, but with a session or a password",
    (NEW_TOKEN, TOKEN_ISSUED): "a user with a session or a password",
    (REVOKE_TOKEN, TOKEN_REVOKED): "a user with a session or a password",
    **{
        (endpoint, DATABASE_ERROR): "a user with a session and scenario: db-down"
        for endpoint in (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN)
    },
}
PAGE: Final = Page(
    "token",
    "The token of the user whose session it is.",
    (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN),
    (
        DATA, JWT_FORM, JWT_HEADER, JWT_CLAIMS, JWT_DATE,
        GET_REPEATS, NEW_REPLACES, NEW_DIFFERS, REVOKE_REMOVES, REVOKE_REPEATS,
        REFUSAL_KEEPS, FAILURE_KEEPS, USERS_APART, SESSIONS_SHARE, SAMPLES_SEND_GET,
    ),
    _USERS,
)  # fmt: skip
