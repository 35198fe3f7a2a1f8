"""A client of the mocked API on one keep-alive connection."""

from __future__ import annotations

import json
import socket
from typing import Final

from mockserver.api.common import BASE_PATH
from mockserver.credentials import cookies
from soak.replies import BrokenReplyError, Reply, ReplyReader
from soak.server import PATIENCE_S, Server

SECRET: Final = "mock-session-secret"


def cookie(sid: str) -> str:
    """Return a `Cookie` header with a valid session cookie."""
    return cookies.header(cookies.encode(sid, cookies.sign(sid, SECRET)))


def post(path: str, sid: str, extra: str = "") -> bytes:
    """Return a request without a body. `extra` is further header lines, each with CR LF."""
    return (
        f"POST {BASE_PATH}{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie(sid)}\r\n"
        f"{extra}Content-Length: 0\r\n\r\n"
    ).encode()


class Client:
    """One connection, which leaving the context closes."""

    def __init__(self, server: Server, patience_s: float = PATIENCE_S) -> None:
        self.connection: socket.socket = server.connect(patience_s)
        self.replies = ReplyReader(self.connection)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.connection.close()

    def exchange(self, request: bytes) -> Reply:
        """Send a request, and return its reply. Raises BrokenReplyError and OSError."""
        self.connection.sendall(request)
        return self.replies.due()


def code_and_token(reply: Reply) -> tuple[int, str | None]:
    """Return the code of an envelope, and its token or None.

    Raises BrokenReplyError if the status is not 200.
    """
    if reply.status != 200:
        raise BrokenReplyError(f"status {reply.status}", reply.body)
    document = json.loads(reply.body)
    return document["code"], document.get("data", {}).get("token")
