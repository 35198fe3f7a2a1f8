"""How a request is read from bytes: waitress' parser, made stricter."""

from __future__ import annotations

from typing import Final

from waitress.parser import HTTPRequestParser, ParsingError, get_header_lines
from waitress.utilities import BadRequest

_TLS_HANDSHAKE: Final = b"\x16\x03"


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """waitress' parser, with several `Cookie` headers made one and no exception let through."""

    completed: bool
    is_head = False
    command = path = ""  # of a request whose first line is refused

    def received(self, data: bytes) -> int:
        if self.body_rcv is None and not self.header_plus and data.startswith(_TLS_HANDSHAKE):
            return self._refuse(data, "this is TLS, and the mock speaks plain HTTP: use http://")
        consumed: int = super().received(data)
        if self.completed:  # without a body, or refused: waitress would wait for more
            self.expect_continue = False
        if not self.headers_finished and b"\n\n" in self.header_plus:
            return self._refuse(data, "lines end with LF alone; HTTP wants CR LF")
        if self.error is not None and self.error.code == 431:
            # waitress has put a request line of its own in the place of this one
            self.is_head = (self.header_plus + data).lstrip().startswith(b"HEAD ")
        if self.error is None:
            return consumed
        self.completed = True
        return len(data)  # nothing follows a refusal

    def _refuse(self, data: bytes, why: str) -> int:
        self.error = BadRequest(why)
        self.completed = True
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        self.is_head = header_plus.startswith(b"HEAD ")
        try:
            super().parse_header(header_plus)
        except ValueError:  # a target or a length that the standard library chokes on
            raise ParsingError("Malformed request target or Content-Length") from None
        if ", " in self.headers.get("COOKIE", ""):
            self.headers["COOKIE"] = _joined_cookies(header_plus)


def _joined_cookies(header_plus: bytes) -> str:
    """All `Cookie` headers as one, joined with `; ` (RFC 6265bis, 5.7.1; RFC 9113, 8.2.3)."""
    fields = (line.partition(b":") for line in get_header_lines(header_plus)[1:])
    values = [value.strip(b" \t") for name, _, value in fields if name.lower() == b"cookie"]
    return b"; ".join(values).decode("latin-1")
