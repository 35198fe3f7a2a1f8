"""Replies to malformed or oversized requests, which never reach the application."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH
from mockserver.api.page import compact_json
from mockserver.http import cors
from mockserver.http.bodies.parser import ignored_type
from mockserver.http.paths import is_admin_path
from mockserver.http.problems import ADMIN_HEADERS, PROBLEM_JSON

_TOO_LARGE: Final = 413
_READ_AT: Final = tuple(BASE_PATH + endpoint.path for endpoint in ENDPOINTS if endpoint.parses_body)


class RefusalReply(Struct, frozen=True):
    """A refusal with an HTTP status. `code` is that of the envelope, None in a problem document."""

    status: int
    reason: str
    code: int | None
    headers: list[tuple[str, str]]
    body: bytes


def refusal(  # noqa: PLR0917  what a refused request consists of
    status: int, reason: str, detail: str, path: str, origin: str | None, content_type: str
) -> RefusalReply:
    """Return the reply to a request that the server refuses.

    A 400 is the API's own envelope, with CORS headers. So is a 413 for a form or JSON where the API
    reads one: it refuses smaller ones like that too. Other statuses, and all refusals under
    `/__admin`, are problem documents. Those of the control plane have no CORS headers.
    """
    of_admin = is_admin_path(path)
    is_read = path.endswith(_READ_AT) and ignored_type(content_type) is None
    if status == _TOO_LARGE and is_read and not of_admin:
        status, reason = BAD_REQUEST_CODE, "Bad Request"
    headers = list(ADMIN_HEADERS if of_admin else cors.reply_headers(origin))
    if status == BAD_REQUEST_CODE and not of_admin:
        headers.append(("Content-Type", "application/json; charset=utf-8"))
        return RefusalReply(status, reason, BAD_REQUEST_CODE, headers, BAD_REQUEST_BODY)
    headers.append(("Content-Type", PROBLEM_JSON))
    body = compact_json({"title": reason, "status": status, "detail": detail})
    return RefusalReply(status, reason, None, headers, body)
