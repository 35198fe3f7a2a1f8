"""Reads chunked bodies (RFC 9112, 7.1) in linear time, with a limit on every line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from waitress.buffers import OverflowableBuffer
from waitress.parser import ParsingError
from waitress.utilities import BadRequest, Error

from mockserver.server.head import TOKEN, read_fields
from mockserver.server.limits import MAX_EXTENSION_BYTES, MAX_TRAILER_BYTES

_QUOTED: Final = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_EXTENSION: Final = rb";" + TOKEN + rb"(?:=(?:" + TOKEN + rb"|" + _QUOTED + rb"))?"
_SIZE: Final = rb"([0-9A-Fa-f]+)((?:" + _EXTENSION + rb")*)\r\n"
_MAX_DIGITS: Final = 16
# A size may have leading zeros, up to this length.
_MAX_SIZE_BYTES: Final = 256
_FRAMING: Final = frozenset((b"content-length", b"transfer-encoding"))


class RefusedError(Exception):
    """The chunks are malformed. `error` is waitress' error."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.body)
        self.error = error


class ChunkedBody:
    """Decodes a chunked body. waitress calls this a receiver.

    `extensions_error` and `trailers_error` are the errors for too long extensions and trailers.
    """

    def __init__(
        self,
        buffer: OverflowableBuffer,
        extensions_error: type[Error] = BadRequest,
        trailers_error: type[Error] = BadRequest,
    ) -> None:
        self.completed = False
        self.error: Error | None = None
        self._buffer = buffer
        self._extensions_error = extensions_error
        self._trailers_error = trailers_error
        self._line = b""
        self._take: Callable[[bytes], None] = self._take_size
        self._remaining = 0
        self._trailer_bytes = 0

    def __len__(self) -> int:
        return len(self._buffer)

    def getfile(self) -> Any:
        """Return the received content as a file."""
        return self._buffer.getfile()

    def getbuf(self) -> OverflowableBuffer:
        """Return the received content as waitress' buffer."""
        return self._buffer

    def received(self, data: bytes) -> int:
        """Decode these bytes. Returns how many were consumed: after an error, all of them."""
        content: list[bytes] = []
        at = 0
        try:
            while at < len(data) and not self.completed:
                if self._remaining:
                    content.append(data[at : at + self._remaining])
                    at += len(content[-1])
                    self._remaining -= len(content[-1])
                else:
                    at = self._take_line(data, at)
        except RefusedError as refused:
            self.error = refused.error
            return len(data)
        self._buffer.append(b"".join(content))
        return at

    def _take_line(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at) + 1 or len(data)
        self._line += data[at:end]
        self._check_length()
        if self._line.endswith(b"\n"):
            line, self._line = self._line, b""
            self._take(line)
        return end

    def _check_length(self) -> None:
        """Raise RefusedError if the buffered line is too long."""
        line = self._line
        if self._take == self._take_trailer:
            if self._trailer_bytes + len(line) > MAX_TRAILER_BYTES:
                raise RefusedError(
                    self._trailers_error(f"more than {MAX_TRAILER_BYTES} bytes of trailers")
                )
        elif len(line) > _MAX_SIZE_BYTES:
            size, semicolon, extensions = line.partition(b";")
            if len(size) > _MAX_SIZE_BYTES:
                raise RefusedError(BadRequest("a chunk's size has too many digits"))
            if semicolon and len(extensions) > MAX_EXTENSION_BYTES:
                why = f"a chunk with more than {MAX_EXTENSION_BYTES} bytes of extensions"
                raise RefusedError(self._extensions_error(why))

    def _take_size(self, line: bytes) -> None:
        found = re.fullmatch(_SIZE, line)
        if found is None:
            raise RefusedError(
                BadRequest("a chunk does not begin with its size in hexadecimal digits")
            )
        digits = found[1].lstrip(b"0")
        if len(digits) > _MAX_DIGITS:
            raise RefusedError(BadRequest("a chunk's size has too many digits"))
        self._remaining = int(digits or b"0", 16)
        self._take = self._take_end if digits else self._take_trailer

    def _take_end(self, line: bytes) -> None:
        if line != b"\r\n":
            raise RefusedError(BadRequest("a chunk is longer than its size says"))
        self._take = self._take_size

    def _take_trailer(self, line: bytes) -> None:
        """Validate and discard a trailer (RFC 9110, 6.5.1)."""
        if line == b"\r\n":
            self.completed = True
            return
        try:
            fields = read_fields(line.removesuffix(b"\r\n"), may_fold=False)
        except ParsingError as error:
            raise RefusedError(BadRequest(f"in the trailers: {error}")) from None
        for name, value in fields:
            self._trailer_bytes += len(name) + len(value)
            if name.lower() in _FRAMING:
                shown = name.decode("ascii")
                raise RefusedError(BadRequest(f"{shown} is not allowed as a trailer"))
