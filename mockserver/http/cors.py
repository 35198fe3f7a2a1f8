"""Credentialed CORS for any origin, as the real server sends it (Fetch standard, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from falcon import Request, Response

from mockserver.http.wire_faults import is_of_proxy

ALLOW_METHODS: Final = "POST, GET"
# What the real server allows, and the header that selects a code or scenario.
ALLOW_HEADERS: Final = (
    "Content-Type", "Content-Length", "Authorization", "Accept", "X-Requested-With", "Prefer",
)  # fmt: skip
EXPOSE_HEADERS: Final = "Preference-Applied"
_NO_ORIGIN: Final = (("Vary", "Origin"),)
_MAX_AGE_S: Final = "600"


def set_headers(req: Request, resp: Response) -> None:
    """Let pages of any origin use the session cookie and read the reply."""
    if not is_of_proxy(req):
        resp.set_headers(reply_headers(req.env.get("HTTP_ORIGIN")))


def reply_headers(origin: str | None) -> tuple[tuple[str, str], ...]:
    """Return the headers that let a page of this origin use the cookie and read the reply."""
    if origin is None or not origin.isprintable():
        return _NO_ORIGIN
    return (
        *_NO_ORIGIN,
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", EXPOSE_HEADERS),
    )


def is_preflight(req: Request) -> bool:
    """Whether this OPTIONS request is a CORS preflight."""
    return "HTTP_ORIGIN" in req.env and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in req.env


def refused_headers(req: Request, further: Iterable[str]) -> list[str]:
    """Return the requested headers that the preflight will not allow."""
    allowed = {name.lower() for name in (*ALLOW_HEADERS, *further)}
    asked = req.env.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").split(",")
    return [name for text in asked if (name := text.strip()) and name.lower() not in allowed]


def answer_preflight(resp: Response, further: Iterable[str]) -> None:
    """Answer a preflight with the methods and headers that a page may send.

    `further` are request headers to allow beside the usual ones.
    """
    names = {name.lower(): name for name in (*further, *ALLOW_HEADERS)}
    resp.status = "204 No Content"
    resp.set_header("Access-Control-Allow-Methods", ALLOW_METHODS)
    resp.set_header("Access-Control-Allow-Headers", ", ".join(names.values()))
    resp.set_header("Access-Control-Max-Age", _MAX_AGE_S)
