"""Serves the page of the control plane: fixed files, which hold no state and no secret."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import falcon
from falcon import Request, Response

from mockserver.http.paths import ADMIN_PATH

_FOLDER: Final = Path(__file__).with_name("page")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_INDEX: Final = "index.html"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
)


def _paths() -> dict[str, str]:
    """Return the file of each path. The index has the path of the folder."""
    names = sorted(file.name for file in _FOLDER.iterdir() if file.suffix in _TYPES)
    return {f"{ADMIN_PATH}/{'' if name == _INDEX else name}": name for name in names}


_FILES: Final = _paths()
# The paths that need no token: those of the files, and the one that redirects to them.
PAGE_PATHS: Final = frozenset({ADMIN_PATH, *_FILES})


def add_page(app: Any) -> None:
    """Register the files of the page on a Falcon application."""
    app.add_route(ADMIN_PATH, _Redirect())
    for path, name in _FILES.items():
        app.add_route(path, _File(name))


class _Redirect:
    """`/__admin`, without its slash."""

    allowed = ("GET", "HEAD")

    def on_get(self, req: Request, resp: Response) -> None:
        """Redirect to the page, below the mount prefix."""
        prefix = req.env.get("SCRIPT_NAME", "").rstrip("/")
        resp.status = falcon.HTTP_307
        place = quote(prefix, encoding="latin-1") + ADMIN_PATH + "/"
        resp.set_header("Location", place)
        resp.content_type = "text/plain; charset=utf-8"
        resp.text = place

    on_head = on_get


class _File:
    """One file of the page."""

    allowed = ("GET", "HEAD")

    def __init__(self, name: str) -> None:
        self._path = _FOLDER / name

    def on_get(self, _req: Request, resp: Response) -> None:
        """Send the file."""
        resp.set_headers(_HEADERS)
        resp.content_type = _TYPES[self._path.suffix]
        resp.data = _content(self._path)

    on_head = on_get


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()
