"""HTTP in bytes: what a connection is sent, and what it answers."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field

from tests.helpers.eventually import PATIENCE_S

_FRAMING = {"date", "connection", "keep-alive", "content-length", "transfer-encoding"}


def request(path: str, cookie: str = "", *, close: bool = True, extra: str = "") -> bytes:
    """The bytes of a POST request; `cookie` is a whole header value."""
    lines = [f"POST /api/v2{path} HTTP/1.1", "Host: localhost", "Content-Length: 0"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += ["Connection: close"] if close else []
    lines += [extra] if extra else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def read_all(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


@dataclass(frozen=True)
class Reply:
    """One reply; `headers` in the order of their names, without what frames the message."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)


def ask(port: int, data: bytes, count: int = 1) -> list[Reply]:
    """Send bytes on a connection of their own and read so many replies.

    Fewer come back where the server closes before.
    """
    methods = re.findall(rb"^([A-Z-]+) +\S+(?: +HTTP/[0-9.]+)?\r?$", data, re.MULTILINE)
    replies: list[Reply] = []
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.sendall(data)
        stream = connection.makefile("rb")
        while len(replies) < count and (line := stream.readline()):
            fields = {}
            while field_line := stream.readline().strip(b"\r\n"):
                name, _, value = field_line.decode("latin-1").partition(":")
                fields[name] = value.strip()
            length = int(fields.get("Content-Length", 0))
            method = methods[len(replies)] if len(replies) < len(methods) else b""
            body = b"" if method == b"HEAD" else stream.read(length)
            headers = sorted((n, v) for n, v in fields.items() if n.lower() not in _FRAMING)
            replies.append(Reply(int(line.split()[1]), headers, body.decode()))
    return replies
