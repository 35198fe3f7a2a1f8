"""Wire faults that need the socket, for waitress: reset, empty, truncate.

waitress has no public way to break a connection. Its `waitress.client_disconnected` is a method of
the channel, which has the socket; raising ClientDisconnected, as waitress does itself where a
client has gone, closes the channel without a reply. Held by a test on real sockets.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from waitress.channel import ClientDisconnected

from mockserver.faults.model import Wire
from mockserver.http.wire_faults import CONNECTION_FAULT

WsgiCallable: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ConnectionFaults:
    """WSGI middleware outside the application, which asks for a fault while it answers."""

    def __init__(self, app: WsgiCallable) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        asked: list[Wire] = []
        environ[CONNECTION_FAULT] = asked.append
        body = self._app(environ, start_response)
        if not asked:
            return body
        if asked[0] is Wire.TRUNCATE:
            whole = b"".join(body)
            return [whole[: len(whole) // 2]]  # waitress closes where less comes than announced
        if asked[0] is Wire.RESET:
            channel = environ["waitress.client_disconnected"].__self__
            linger = struct.pack("ii", 1, 0)
            channel.resets = True
            channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise ClientDisconnected
