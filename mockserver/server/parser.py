"""Parses requests: waitress' parser with our own parsing of heads and chunks."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from waitress.buffers import OverflowableBuffer
from waitress.parser import (
    HTTPRequestParser,
    ParsingError,
    TransferEncodingNotImplemented,
)
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

from mockserver.server import head
from mockserver.server.chunks import ChunkedBody

_TLS_HANDSHAKE: Final = b"\x16\x03"
# waitress names its own settings.
_OVER_LIMIT: Final = "exceeds max_"
_BLANKS: Final = (b" ", b"\t", b"\v", b"\f")
# Clients send the same head again and again. Heads of so many bytes in all are remembered, but no
# long ones, and none with many headers.
_MOST_BYTES: Final = 512 * 1024
_LONGEST_HEAD: Final = 2048
_MOST_FIELDS: Final = 40
# What a parser learns from a head, beside the headers.
_LEARNED: Final = (
    "is_head", "command", "request_uri", "proxy_scheme", "proxy_netloc", "path", "query",
    "fragment", "sent_version", "version", "content_length", "connection_close", "expect_continue",
)  # fmt: skip


class RequestHeads:
    """The heads of requests, each with the attributes and the headers that were read from it."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[dict[str, Any], dict[str, str]]] = {}
        self._bytes = 0
        self.get: Final = self._known.get

    def remember(self, head: bytes, learned: dict[str, Any], headers: dict[str, str]) -> None:
        """Remember a head. If there is no room for it, forget the others."""
        if len(head) > _LONGEST_HEAD or len(headers) > _MOST_FIELDS:
            return
        self._bytes += len(head)
        if self._bytes > _MOST_BYTES:
            self._known.clear()
            self._bytes = len(head)
        self._known[head] = learned, headers

    def __len__(self) -> int:
        return len(self._known)


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Parses requests by RFC 9112, in linear time.

    waitress only finds the ends of head and body, in `received`.
    """

    extensions_error: type[Error] = BadRequest
    trailers_error: type[Error] = BadRequest

    body_rcv: Any
    completed: bool
    empty: bool
    error: Error | None
    headers: dict[str, str]
    version: str

    known_heads: ClassVar = RequestHeads()
    is_head = False
    command = path = ""  # until the first line has been parsed
    sent_version = b""
    is_clear = True

    def received(self, data: bytes) -> int:
        if self.body_rcv is not None or self.header_plus:
            return self._received(data)
        if data.startswith(_TLS_HANDSHAKE):
            return self._refuse(data, "this is TLS, and the mock speaks plain HTTP: use http://")
        rest = data.lstrip(b"\r\n")  # blank lines between requests (RFC 9112, 2.2)
        if not rest:
            self.empty = self.completed = True
            return len(data)
        if rest.startswith(_BLANKS):
            return self._refuse(data, "the request begins with whitespace; expected a method")
        return len(data) - len(rest) + self._received(rest)

    def _received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.completed:  # otherwise waitress would wait for a body
            self.expect_continue = False
        if not self.headers_finished and b"\n\n" in self.header_plus:
            return self._refuse(data, "lines end with LF; expected CR LF")
        if self.error is not None and self.error.code == 431 and not self.headers_finished:
            # waitress has replaced the request line
            self.is_head = (self.header_plus + data).startswith(b"HEAD ")
        if self.error is None:
            return consumed
        if self.error.body.startswith(_OVER_LIMIT):
            self.error = self._too_large(type(self.error))
        self.completed = True
        return len(data)  # nothing follows a refusal

    def _refuse(self, data: bytes, why: str) -> int:
        self.error = BadRequest(why)
        self.completed = True
        return len(data)

    def _too_large(self, kind: type[Error]) -> Error:
        """Return an error of the same status in our own words."""
        if kind is RequestEntityTooLarge:
            most = self.adj.max_request_body_size
            return kind(f"the body is too large; expected fewer than {most} bytes")
        most = self.adj.max_request_header_size
        return kind(f"the head is too large; expected fewer than {most} bytes")

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head. Raises ParsingError or TransferEncodingNotImplemented."""
        self.url_scheme = self.adj.url_scheme
        known = self.known_heads.get(header_plus)
        if known is None:
            self._parse(header_plus)
            if self.error is None and not self.chunked:
                learned = {name: getattr(self, name) for name in _LEARNED}
                self.known_heads.remember(header_plus, learned, self.headers.copy())
            return
        learned, headers = known
        self.__dict__.update(learned)
        self.headers = headers.copy()
        self._expect_body()

    def _parse(self, header_plus: bytes) -> None:
        first, _, rest = header_plus.partition(b"\r\n")
        self.is_head = first.startswith(b"HEAD ")
        try:
            line, target = self.read_first_line(first)
        except ParsingError:
            self.command, self.path = head.as_sent(first)  # for the log
            raise
        self.command = line.method.decode("ascii")
        self.request_uri = line.target.decode("ascii")
        self.proxy_scheme, self.proxy_netloc = target.scheme, target.authority
        self.path, self.query, self.fragment = target.path, target.query, target.fragment
        self.sent_version = line.version
        self.version = "1.1" if line.version[:2] == b"1." and line.version != b"1.0" else "1.0"
        self.headers.update(head.collect(self.read_fields(rest), self.join))
        self.check_host()
        self._settle_body()
        self.settle_connection()

    def read_first_line(self, line: bytes) -> tuple[head.RequestLine, head.Target]:
        """Parse the request line and its target. Raises ParsingError."""
        parts = head.read_line(line)
        return parts, head.read_target(parts)

    def read_fields(self, block: bytes) -> list[tuple[bytes, bytes]]:
        """Parse the header lines. Raises ParsingError."""
        return head.read_fields(block)

    def join(self, key: str, value: str, more: str) -> str:
        """Join two values of one header. Raises ParsingError if it must not be repeated.

        Cookies are joined with semicolons (RFC 6265bis, 5.7.1; RFC 9113, 8.2.3).
        """
        if key in ("HOST", "CONTENT_LENGTH"):
            raise ParsingError(f"header {key.replace('_', '-').title()} is given twice")
        return f"{value}; {more}" if key == "COOKIE" else f"{value}, {more}"

    def check_host(self) -> None:
        """Raise ParsingError if `Host` is missing or malformed."""
        head.check_host(self.headers.get("HOST"), needed=self.version == "1.1")

    def check_codings(self, codings: list[str]) -> None:
        """Raise TransferEncodingNotImplemented unless the only coding is `chunked`."""
        if codings != ["chunked"]:
            raise TransferEncodingNotImplemented(
                "header Transfer-Encoding is not supported; expected chunked"
            )

    def _settle_body(self) -> None:
        """Choose the body's receiver. The framing must be unambiguous (RFC 9112, 6.1)."""
        codings = self.headers.pop("TRANSFER_ENCODING", None)
        if codings is not None:
            self.check_codings(head.options(codings))
            length = self.headers.pop("CONTENT_LENGTH", None)
            self.is_clear = length is None and self.version == "1.1"
            self.chunked = True
            self.body_rcv = ChunkedBody(self._buffer(), self.extensions_error, self.trailers_error)
            return
        self.content_length = _number(self.headers.get("CONTENT_LENGTH", "0"))
        self._expect_body()

    def _expect_body(self) -> None:
        if self.content_length:
            self.body_rcv = FixedStreamReceiver(self.content_length, self._buffer())

    def _buffer(self) -> OverflowableBuffer:
        return OverflowableBuffer(self.adj.inbuf_overflow)

    def settle_connection(self) -> None:
        """Decide whether another request may follow (RFC 9110, 7.6.1; RFC 9112, 9.3)."""
        self.settle_persistence(self.is_clear)
        expected = self.headers.get("EXPECT", "").lower()
        self.expect_continue = self.version == "1.1" and expected == "100-continue"

    def settle_persistence(self, is_clear: bool) -> None:
        """Replace the connection options by the single option that waitress understands."""
        options = head.options(self.headers.get("CONNECTION", ""))
        wants_more = self.version == "1.1" or "keep-alive" in options
        self.connection_close = "close" in options or not is_clear or not wants_more
        if self.connection_close:
            self.headers["CONNECTION"] = "close"
        elif self.version == "1.0":
            self.headers["CONNECTION"] = "keep-alive"


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ParsingError("header Content-Length is not a number of bytes")
    try:
        return int(text)
    except ValueError:  # thousands of digits
        raise ParsingError("header Content-Length has too many digits") from None
