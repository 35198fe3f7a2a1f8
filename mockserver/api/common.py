"""What all pages share: the base path, the session codes and the envelope."""

from __future__ import annotations

from typing import Final

from mockserver.api.page import Code, Needs, Reply, Statement

BASE_PATH: Final = "/api/v2"

SESSION_INVALID: Final = Code(1940102, "SESSION_INVALID", "cookie session validation failed.", 401)
SESSION_MISSING: Final = Code(1940103, "SESSION_MISSING", "cookie session doesn't exist.", 401)
DATABASE_ERROR: Final = Code(
    1950301,
    "DATABASE_ERROR",
    "internal server error, database error.",
    503,
    needs=Needs.CONTROL_PLANE,
)
SESSION_CODES: Final = (SESSION_INVALID, SESSION_MISSING, DATABASE_ERROR)

# The envelope of every undocumented reply. Its HTTP status is 400 in both modes.
BAD_REQUEST: Final = Code(400, "BAD_REQUEST", "Bad request", 400)
# The pages that the server's source sends where it fails. They have no envelope.
BAD_REQUEST_PAGE: Final = Code(400, "BAD_REQUEST_PAGE", "Bad Request", 400, is_page=True)
TOO_LARGE_PAGE: Final = Code(413, "TOO_LARGE_PAGE", "Payload Too Large", 413, is_page=True)
ERROR_PAGE: Final = Code(500, "ERROR_PAGE", "Internal Server Error", 500, is_page=True)
ERROR_PAGES: Final = (BAD_REQUEST_PAGE, TOO_LARGE_PAGE, ERROR_PAGE)
BAD_REQUEST_CODE: Final = BAD_REQUEST.number
BAD_REQUEST_BODY: Final = Reply(BAD_REQUEST).body()

# The parts of the documentation that statements cite.
TABLE: Final = "table of responses"
SAMPLES: Final = "sample responses"
REAL_SERVER: Final = "as the real server does"

HTTP_STATUS: Final = Statement(
    "envelope",
    "http-status",
    "documented codes are sent with HTTP 200, or as --http-status says",
    REAL_SERVER,
)
CONTENT_TYPE: Final = Statement(
    "envelope", "content-type", "Content-Type: application/json; charset=utf-8", REAL_SERVER
)
KEYS: Final = Statement(
    "envelope",
    "keys",
    "the keys are status, code, message, data, in this order; an error has no data",
    SAMPLES,
)
COMPACT: Final = Statement(
    "envelope", "compact", "the JSON is compact, as JSON.stringify writes it", REAL_SERVER
)
WHOLE: Final = Statement(
    "envelope", "whole", "every request gets a whole reply", "the documented endpoints"
)
OTHER_METHODS: Final = Statement(
    "requests",
    "other-methods",
    "PUT, PATCH, DELETE: HTTP 400, code 400, message `Bad request`",
    REAL_SERVER,
)
OTHER_PATHS: Final = Statement(
    "requests",
    "other-paths",
    "other paths: HTTP 400, code 400, message `Bad request`",
    REAL_SERVER,
)
ENVELOPE: Final = (HTTP_STATUS, CONTENT_TYPE, KEYS, COMPACT, WHOLE)
REQUESTS: Final = (OTHER_METHODS, OTHER_PATHS)
