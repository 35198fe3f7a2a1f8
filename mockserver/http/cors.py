"""Credentialed CORS for any origin, as the deployed server sends it (Fetch standard, 3.2)."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.http.problems import is_admin

ALLOW_METHODS: Final = "POST, GET"
ALLOW_HEADERS: Final = "Content-Type, Prefer"
EXPOSE_HEADERS: Final = "Preference-Applied"
_MAX_AGE_S: Final = "600"


class CorsMiddleware:
    """Lets a page of any origin use the session cookie and read the reply."""

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        if is_admin(req):
            return
        resp.set_header("Vary", "Origin")
        origin = req.env.get("HTTP_ORIGIN")
        if origin is not None and origin.isprintable():
            resp.set_header("Access-Control-Allow-Origin", origin)
            resp.set_header("Access-Control-Allow-Credentials", "true")
            resp.set_header("Access-Control-Expose-Headers", EXPOSE_HEADERS)


def is_preflight(req: Request) -> bool:
    """Whether this OPTIONS request is a browser's question what it may send."""
    return "HTTP_ORIGIN" in req.env and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in req.env


def answer_preflight(resp: Response) -> None:
    """Allow what the three endpoints take."""
    resp.status = "204 No Content"
    resp.set_header("Access-Control-Allow-Methods", ALLOW_METHODS)
    resp.set_header("Access-Control-Allow-Headers", ALLOW_HEADERS)
    resp.set_header("Access-Control-Max-Age", _MAX_AGE_S)
