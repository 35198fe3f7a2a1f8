"""A strict parser for HTTP replies on a socket."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass
from typing import Final

_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2}) [ -~]*")
_HEADER: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t -~\x80-\xff]*)")
_JSON: Final = re.compile(r"application/(problem\+)?json\b")
_VERSION: Final = b"HTTP/1."
_BODILESS: Final = (204, 304)


class BrokenReplyError(Exception):
    """The data is not a complete HTTP reply. The message has the reason and the data."""

    def __init__(self, what: str, data: bytes) -> None:
        super().__init__(f"{what}; read {data[:500]!r}")


@dataclass(frozen=True)
class Reply:
    """One complete reply. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the server announces to close the connection."""
        return self.headers.get("connection", "").lower() == "close"


class ReplyReader:
    """Reads the replies on one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._data = b""

    def next(self, *, bodiless: bool | None = False) -> Reply | None:
        """Return the next final reply, or None at the end of the stream. Skips interim replies.

        `bodiless` says whether the reply is to a HEAD. If it is None, this is guessed. Raises
        BrokenReplyError, and OSError if the connection fails.
        """
        while True:
            while b"\r\n\r\n" not in self._data:
                if not self._more():
                    if self._data:
                        raise BrokenReplyError("the head of a reply is cut short", self._data)
                    return None
            head, _, self._data = self._data.partition(b"\r\n\r\n")
            status, headers = _parsed(head)
            if status >= 200:
                return Reply(status, headers, self._body(status, headers, head, bodiless))

    def due(self, *, bodiless: bool | None = False) -> Reply:
        """Return the next final reply. Also raises BrokenReplyError at the end of the stream."""
        reply = self.next(bodiless=bodiless)
        if reply is None:
            raise BrokenReplyError("closed without a reply", b"")
        return reply

    def at_end(self) -> bool:
        """Whether the server has closed the connection and all data has been read."""
        return not self._data and not self._more()

    def _more(self) -> bool:
        data = self._connection.recv(65536)
        self._data += data
        return bool(data)

    def _next_reply_follows(self) -> bool:
        """Whether a reply or the end of the stream follows instead of a body."""
        while len(self._data) < len(_VERSION) and self._more():
            pass
        return not self._data or self._data.startswith(_VERSION)

    def _until_closed(self) -> bytes:
        """Return a body that ends with the connection (RFC 9112, 6.3)."""
        while self._more():
            pass
        body, self._data = self._data, b""
        return body

    def _body(
        self, status: int, headers: dict[str, str], head: bytes, bodiless: bool | None
    ) -> bytes:
        if bodiless or status in _BODILESS:
            return b""
        length = headers.get("content-length", "")
        if not length and headers.get("connection") == "close":
            return self._until_closed()
        if not length.isdigit():
            raise BrokenReplyError("a reply without Content-Length", head)
        if bodiless is None and self._next_reply_follows():
            return b""
        while len(self._data) < int(length):
            if not self._more():
                raise BrokenReplyError("the body of a reply is cut short", head + self._data)
        body, self._data = self._data[: int(length)], self._data[int(length) :]
        if _JSON.match(headers.get("content-type", "")):
            try:
                json.loads(body)
            except ValueError:
                raise BrokenReplyError("a body that is not the JSON it says", body) from None
        return body


def _parsed(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.split(b"\r\n")
    found = _STATUS_LINE.fullmatch(first)
    if found is None:
        raise BrokenReplyError("no status line", head)
    headers: dict[str, str] = {}
    for line in lines:
        field = _HEADER.fullmatch(line)
        if field is None:
            raise BrokenReplyError(f"no header: {line!r}", head)
        name = field[1].decode().lower()
        if name in headers:
            raise BrokenReplyError(f"header {name} stands twice", head)
        headers[name] = field[2].decode("latin-1")
    return int(found[1]), headers
