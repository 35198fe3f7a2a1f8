"""Serves the stand-in for the vendor's reCAPTCHA script.

`GET /recaptcha/api.js` at the root, and under a sandbox's path, in every profile. Neither journal
nor request log has these requests, because they are no requests to the API.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from falcon import Request

from mockserver.errors import NotFoundError, StateUnavailableError
from mockserver.http.paths import SANDBOX_PATH, raw_path
from mockserver.sandbox.control import Control
from mockserver.sandbox.rules import DEFAULT_ID

SCRIPT_PATH: Final = "/recaptcha/api.js"
USUAL_RESPONSE: Final = "ok"
_SLOT: Final = '"@RESPONSE@"'
# Pages of any origin may load it, even with `crossorigin` or under an embedder policy.
_HEADERS: Final = (
    ("Content-Type", "text/javascript"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


class CaptchaScript:
    """Answers requests for the script. All others are the API's."""

    def __init__(self, backend: Control) -> None:
        self._backend = backend

    def answer(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes] | None:
        """Return the body of the reply, or None if the request is not for the script."""
        sandbox_id = _sandbox_of(environ)
        if sandbox_id is None:
            return None
        try:
            accepted = self._backend.get(sandbox_id).fixtures.recaptcha
        except NotFoundError:
            return None
        except StateUnavailableError:
            accepted = None
        body = script(accepted[0] if accepted else USUAL_RESPONSE)
        start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(body)))])
        return [body]


def _sandbox_of(environ: dict[str, Any]) -> str | None:
    """Return the id of the sandbox whose script is requested, or None for other requests."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "GET" or not path.endswith(SCRIPT_PATH):
        return None
    if raw_path(Request(environ)) != path:  # percent-encoded
        return None
    place = path.removesuffix(SCRIPT_PATH)
    if not place:
        return DEFAULT_ID
    sandbox_id = place.removeprefix(SANDBOX_PATH)
    return sandbox_id if place != sandbox_id else None


@lru_cache(16)
def script(response: str) -> bytes:
    """Return the script. Its widgets have this response, quoted so that it stays a text."""
    literal = json.dumps(response).replace("<", "\\u003c")
    return _template().replace(_SLOT, literal).encode("ascii")


@cache
def _template() -> str:
    return Path(__file__).with_name("recaptcha.js").read_text("ascii")
