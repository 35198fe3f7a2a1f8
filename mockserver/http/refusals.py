"""Replies to malformed or oversized requests, which never reach the application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH
from mockserver.api.page import compact_json
from mockserver.http import cors
from mockserver.http.bodies.parser import ignored_type
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


def call_refusal(status: int, reason: str, detail: str) -> RefusalReply:
    """Return the reply to a call of the control plane that the server refuses."""
    return _problem(status, reason, detail, ADMIN_HEADERS)


def request_refusal(  # noqa: PLR0917  what a refused request consists of
    status: int, reason: str, detail: str, path: str, origin: str | None, content_type: str
) -> RefusalReply:
    """Return the reply to a request of the API that the server refuses.

    A 400 is the API's own envelope. So is a 413 for a form or JSON where the API reads one: it
    refuses smaller ones like that too. Other statuses are problem documents.
    """
    headers = cors.reply_headers(origin)
    is_read = path.endswith(_READ_AT) and ignored_type(content_type) is None
    if status == _TOO_LARGE and is_read:
        status, reason = BAD_REQUEST_CODE, "Bad Request"
    if status != BAD_REQUEST_CODE:
        return _problem(status, reason, detail, headers)
    sent = [*headers, ("Content-Type", "application/json; charset=utf-8")]
    return RefusalReply(status, reason, BAD_REQUEST_CODE, sent, BAD_REQUEST_BODY)


def _problem(
    status: int, reason: str, detail: str, headers: Iterable[tuple[str, str]]
) -> RefusalReply:
    body = compact_json({"title": reason, "status": status, "detail": detail})
    return RefusalReply(status, reason, None, [*headers, ("Content-Type", PROBLEM_JSON)], body)
