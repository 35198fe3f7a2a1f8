"""Replies to what is no request, or too large a one, and so never reaches the application."""

from __future__ import annotations

from msgspec import Struct

from mockserver.api.codes import BAD_REQUEST_BODY, BAD_REQUEST_CODE, compact_json
from mockserver.http import cors
from mockserver.http.paths import is_admin_path
from mockserver.http.problems import ADMIN_HEADERS, PROBLEM_JSON


class RefusalReply(Struct, frozen=True):
    """`code` is the one in the envelope, None where the body is a problem document."""

    code: int | None
    headers: list[tuple[str, str]]
    body: bytes


def refusal(status: int, reason: str, detail: str, path: str, origin: str | None) -> RefusalReply:
    """The API's 400, readable for a page of any origin; under `/__admin` a problem, for none."""
    of_admin = is_admin_path(path)
    headers = list(ADMIN_HEADERS if of_admin else cors.reply_headers(origin))
    if status == BAD_REQUEST_CODE and not of_admin:
        headers.append(("Content-Type", "application/json; charset=utf-8"))
        return RefusalReply(BAD_REQUEST_CODE, headers, BAD_REQUEST_BODY)
    headers.append(("Content-Type", PROBLEM_JSON))
    body = compact_json({"title": reason, "status": status, "detail": detail})
    return RefusalReply(None, headers, body)
