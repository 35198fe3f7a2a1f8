"""Bodies that come in chunks (RFC 9112, 7.1): read in linear time, with every line bounded."""

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
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]+)((?:" + _EXTENSION + rb")*)\r\n")
_MAX_DIGITS: Final = 16
# Zeros may stand before a size. More of them than this are no accident.
_MAX_SIZE_BYTES: Final = 256
_FRAMING: Final = frozenset((b"content-length", b"transfer-encoding"))


class RefusedError(Exception):
    """Chunks that cannot be read on; carries waitress' error."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.body)
        self.error = error


class ChunkedBody:
    """Takes chunks out of their framing; what waitress calls a receiver.

    `extensions_error` and `trailers_error` are what a chunk with too long extensions, and too long
    trailers, end in.
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
        """What has been received, as a file."""
        return self._buffer.getfile()

    def getbuf(self) -> OverflowableBuffer:
        """What has been received, as waitress' buffer."""
        return self._buffer

    def received(self, data: bytes) -> int:
        """Take these bytes; returns how many belong to this body, all of them after an error."""
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
        """Bound what is kept of a line, and say what of it is too long."""
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
        found = _SIZE.fullmatch(line)
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
        """Trailers are checked and dropped (RFC 9110, 6.5.1)."""
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
                raise RefusedError(BadRequest(f"{shown} may not be among the trailers"))
