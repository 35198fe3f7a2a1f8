"""The documented codes, the three endpoints, and the reply envelope.

Everything that lists codes or endpoints (routes, `check`, the README's table) is derived from the
two tables below. Source: the table of responses on the API's documentation page for tokens.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

BASE_PATH: Final = "/api/v2"
FROM_CODE: Final = "from-code"  # the mode in which codes travel in the HTTP status they spell

# The token of the documentation's own sample response.
EXAMPLE_TOKEN: Final = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6InNoaW5jdXJyeTIifQ."
    "VMZHgDvyqeUHqN6Wg92CvlphdiwNynuOY5ELdFQTY3w"
)


def compact_json(value: object) -> bytes:
    """Encode as `JSON.stringify` does: no blanks, nothing escaped that need not be, UTF-8."""
    return msgspec.json.encode(value)


class Code(Struct, frozen=True, cache_hash=True):
    """One documented outcome.

    `name` is what generated clients call it. `http_status` is the status that the code's digits
    3 to 5 spell; it is sent only where the user asked for it (`--http-status from-code`).
    `carries_token` says whether `data` holds one.
    """

    number: int
    name: str
    status: str
    message: str
    http_status: int
    carries_token: bool = False

    @property
    def is_success(self) -> bool:
        return self.status == "success"

    def sent_status(self, mode: str) -> int:
        """The HTTP status that it travels in: 200, or its own (mode `from-code`)."""
        return self.http_status if mode == FROM_CODE else 200


TOKEN_FOUND: Final = Code(
    1320001, "TOKEN_FOUND", "success", "request token successfully.", 200, True
)
TOKEN_ISSUED: Final = Code(
    1320002, "TOKEN_ISSUED", "success", "request a new token successfully.", 200, True
)
TOKEN_REVOKED: Final = Code(
    1320003, "TOKEN_REVOKED", "success", "revoke the token successfully.", 200
)
NO_TOKEN: Final = Code(
    1340401, "NO_TOKEN", "error", "request token failed. token doesn't exist.", 404
)
SESSION_INVALID: Final = Code(
    1940102, "SESSION_INVALID", "error", "cookie session validation failed.", 401
)
SESSION_MISSING: Final = Code(
    1940103, "SESSION_MISSING", "error", "cookie session doesn't exist.", 401
)
DATABASE_ERROR: Final = Code(
    1950301, "DATABASE_ERROR", "error", "internal server error, database error.", 503
)

_COMMON: Final = (SESSION_INVALID, SESSION_MISSING, DATABASE_ERROR)


class Endpoint(Struct, frozen=True, cache_hash=True):
    """One documented path, relative to `BASE_PATH`, and the codes it is documented to answer.

    `operation_id` is what generated clients call it.
    """

    path: str
    operation_id: str
    summary: str
    codes: tuple[Code, ...]

    @property
    def success(self) -> Code:
        return self.codes[0]


GET_TOKEN: Final = Endpoint(
    "/auth/token", "getToken", "get the user's token", (TOKEN_FOUND, NO_TOKEN, *_COMMON)
)
NEW_TOKEN: Final = Endpoint(
    "/auth/token/new",
    "issueToken",
    "issue a new token, which replaces the old one",
    (TOKEN_ISSUED, *_COMMON),
)
REVOKE_TOKEN: Final = Endpoint(
    "/auth/token/revoke",
    "revokeToken",
    "revoke the token, also when there is none",
    (TOKEN_REVOKED, *_COMMON),
)

Pair: TypeAlias = tuple[Endpoint, Code]

ENDPOINTS: Final = (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN)
CODES: Final = tuple(dict.fromkeys(code for endpoint in ENDPOINTS for code in endpoint.codes))
DOCUMENTED_PAIRS: Final = tuple(
    (endpoint, code) for endpoint in ENDPOINTS for code in endpoint.codes
)


def _envelope(code: Code, data: dict[str, str]) -> bytes:
    head = {"status": code.status, "code": code.number, "message": code.message}
    return compact_json({**head, "data": data} if code.is_success else head)


@cache
def _without_token(code: Code) -> bytes:
    return _envelope(code, {})


@cache
def _around_token(code: Code) -> tuple[bytes, bytes]:
    before, _, after = _envelope(code, {"token": ""}).rpartition(b'""')
    return before, after


class Reply(Struct, frozen=True, gc=False):
    """What goes back: a code and, where it succeeded with one, the token."""

    code: Code
    token: str | None = None

    def body(self) -> bytes:
        """The envelope, its keys in the documented order."""
        if not self.code.carries_token:
            return _without_token(self.code)
        before, after = _around_token(self.code)
        return before + compact_json(self.token) + after


# The envelope of every reply that is not documented; its HTTP status is 400 in either mode.
BAD_REQUEST: Final = Code(400, "BAD_REQUEST", "error", "Bad request", 400)
BAD_REQUEST_CODE: Final = BAD_REQUEST.number
BAD_REQUEST_BODY: Final = Reply(BAD_REQUEST).body()
