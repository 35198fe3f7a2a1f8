"""Functions in the WSGI environment, through which the application controls the server.

- `CONNECTION_FAULT` carries out wire faults that need the socket: reset, empty, truncate.
  waitress has no public API for this. Its `waitress.client_disconnected` is a method of the
  channel, which has the socket. Raising ClientDisconnected closes the channel without a reply.
- `STEP_ASIDE` lets another thread serve other requests. Call it before a long operation.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from waitress.channel import ClientDisconnected

from mockserver.faults.model import Wire
from mockserver.http.app import STEP_ASIDE
from mockserver.http.wire_faults import CONNECTION_FAULT

WsgiCallable: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Hooks:
    """WSGI middleware that provides the hooks and carries out the wire faults."""

    def __init__(self, app: WsgiCallable, step_aside: Callable[[], None]) -> None:
        self._app = app
        self._step_aside = step_aside

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        asked: list[Wire] = []
        environ[CONNECTION_FAULT] = asked.append
        environ[STEP_ASIDE] = self._step_aside
        body = self._app(environ, start_response)
        if not asked:
            return body
        if asked[0] is Wire.TRUNCATE:
            whole = b"".join(body)
            return [whole[: len(whole) // 2]]  # waitress closes after a short body
        if asked[0] is Wire.RESET:
            channel = environ["waitress.client_disconnected"].__self__
            linger = struct.pack("ii", 1, 0)
            channel.resets = True
            channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise ClientDisconnected
