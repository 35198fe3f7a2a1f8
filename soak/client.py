"""A client of the mocked API on one connection that stays open."""

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
    """A whole `Cookie` header with a valid session cookie in it."""
    return cookies.header(cookies.encode(sid, cookies.sign(sid, SECRET)))


def post(path: str, sid: str, extra: str = "") -> bytes:
    """The bytes of a request without a body; `extra` is further header lines, each with CR LF."""
    return (
        f"POST {BASE_PATH}{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie(sid)}\r\n"
        f"{extra}Content-Length: 0\r\n\r\n"
    ).encode()


class Client:
    """Leaving the context closes the connection."""

    def __init__(self, server: Server, patience_s: float = PATIENCE_S) -> None:
        self.connection: socket.socket = server.connect(patience_s)
        self.replies = ReplyReader(self.connection)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.connection.close()

    def exchange(self, request: bytes) -> Reply:
        """Send a request; its reply. Raises BrokenReplyError and OSError."""
        self.connection.sendall(request)
        return self.replies.due()


def code_and_token(reply: Reply) -> tuple[int, str | None]:
    """The code of an envelope, and its token where it has one.

    Raises BrokenReplyError where the reply is none of the API's.
    """
    if reply.status != 200:
        raise BrokenReplyError(f"status {reply.status}", reply.body)
    document = json.loads(reply.body)
    return document["code"], document.get("data", {}).get("token")
