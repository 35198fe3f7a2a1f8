"""From granian's way to call an application to WSGI's, bodies included.

granian hands bodies over unread, and closes the connection on one that the application leaves:
here a body is read before the application is called, as waitress does.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from mockserver.codes import BAD_REQUEST_CODE
from mockserver.exchange import Exchange, Observer
from mockserver.http.paths import is_admin_path
from mockserver.http.refusals import refusal
from mockserver.server.limits import MAX_BODY_BYTES, MAX_DISCARDED_BYTES
from mockserver.server.turns import Turns

_CHUNK: Final = 65536
_NO_HEADERS: Final[list[tuple[str, str]]] = []
_TOO_LARGE: Final = f"exceeds max_body of {MAX_BODY_BYTES}"


class Gateway:
    """Carries requests to a WSGI application; what never reaches it is told to the observer."""

    def __init__(
        self,
        app: Callable[..., Any],
        observe: Observer,
        draining: threading.Event,
        turns: Turns,
    ) -> None:
        self._app = app
        self._observe = observe
        self._draining = draining
        self._turns = turns
        self._constant = {
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def answer(self, protocol: Any, environ: dict[str, Any]) -> None:
        """Answer one request; granian calls this, on any thread of its pool."""
        environ.update(self._constant)
        self._turns.begin()
        try:
            if is_admin_path(environ["PATH_INFO"]):  # it may wait, and is not what must be fast
                with self._turns.waiting():
                    self._answer(protocol, environ)
            else:
                self._answer(protocol, environ)
        finally:
            self._turns.end()

    def _answer(self, protocol: Any, environ: dict[str, Any]) -> None:
        if environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ:
            refusal = self._take_body(environ)
            if refusal is not None:
                self._refuse(protocol, environ, *refusal)
                return
        status, headers = "500", _NO_HEADERS

        def start_response(line: str, fields: list[tuple[str, str]], _error: Any = None) -> None:
            nonlocal status, headers
            status, headers = line, fields

        body = b"".join(self._app(environ, start_response))
        if self._draining.is_set():
            headers = [*headers, ("Connection", "close")]
        protocol.response_bytes(int(status[:3]), headers, body)

    def _take_body(self, environ: dict[str, Any]) -> tuple[int, str] | None:
        """Read the body and put it into the environment; or the status and why it is refused."""
        announced = int(environ.get("CONTENT_LENGTH", 0))
        if announced >= MAX_BODY_BYTES:
            return 413, f"not accepted: {_TOO_LARGE}"
        with self._turns.waiting():
            body = environ["wsgi.input"].read(MAX_BODY_BYTES)
        if len(body) >= MAX_BODY_BYTES:
            return 413, f"not accepted: {_TOO_LARGE}"
        if len(body) < announced:
            return 400, f"cut short after {len(body)} bytes of its body"
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        return None

    def _refuse(self, protocol: Any, environ: dict[str, Any], status: int, why: str) -> None:
        """Answer, and only then read what the client still sends, so that it can read why."""
        reason = "Bad Request" if status == BAD_REQUEST_CODE else "Request Entity Too Large"
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        reply = refusal(status, reason, why, path, environ.get("HTTP_ORIGIN"))
        self._observe(Exchange(method, path, status, reply.code, note=why))
        protocol.response_bytes(status, [*reply.headers, ("Connection", "close")], reply.body)
        discarded = 0
        with self._turns.waiting():
            while discarded < MAX_DISCARDED_BYTES and (data := environ["wsgi.input"].read(_CHUNK)):
                discarded += len(data)
