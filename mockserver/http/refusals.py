"""Replies to malformed or oversized requests, which never reach the application."""

from __future__ import annotations

from msgspec import Struct

from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE
from mockserver.api.page import compact_json
from mockserver.http import cors
from mockserver.http.paths import is_admin_path
from mockserver.http.problems import ADMIN_HEADERS, PROBLEM_JSON


class RefusalReply(Struct, frozen=True):
    """A refusal. `code` is the code in the envelope, or None for a problem document."""

    code: int | None
    headers: list[tuple[str, str]]
    body: bytes


def refusal(status: int, reason: str, detail: str, path: str, origin: str | None) -> RefusalReply:
    """Return the reply to a request that the server refuses.

    A 400 is the API's own envelope, with CORS headers. Other statuses, and all refusals under
    `/__admin`, are problem documents. Those of the control plane have no CORS headers.
    """
    of_admin = is_admin_path(path)
    headers = list(ADMIN_HEADERS if of_admin else cors.reply_headers(origin))
    if status == BAD_REQUEST_CODE and not of_admin:
        headers.append(("Content-Type", "application/json; charset=utf-8"))
        return RefusalReply(BAD_REQUEST_CODE, headers, BAD_REQUEST_BODY)
    headers.append(("Content-Type", PROBLEM_JSON))
    body = compact_json({"title": reason, "status": status, "detail": detail})
    return RefusalReply(None, headers, body)
