"""Reads the file of a multipart form (RFC 7578), with Falcon's own reader.

The branch keeps the whole file in memory and has no limit. Nothing of an upload was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from falcon import HTTPError, Request
from falcon.media.multipart import BodyPart, MultipartFormHandler

from mockserver.api.dashboard.behaviour import AVATAR, REFUSED, TOO_LARGE
from mockserver.api.values import Json
from mockserver.errors import clipped, shortened
from mockserver.http.bodies.parser import reader
from mockserver.record.transcript import MAX_BODY_BYTES

MAX_FILE_BYTES: Final = 5 * 1024 * 1024
# The form around the file: boundaries, headers of parts, and small fields beside it.
MAX_FORM_BYTES: Final = MAX_FILE_BYTES + 100 * 1024
_MOST_SAID: Final = 200
_PIECE_BYTES: Final = 64 * 1024
_MULTIPART: Final = "multipart/form-data"


class _RefusedError(Exception):
    """The form is not an upload of a picture."""


class _TooLargeError(Exception):
    """The form or the file is too large."""


def read_upload(req: Request) -> Mapping[str, Json]:
    """Return the fields of an upload: the name of the file, or why it is refused."""
    try:
        return {AVATAR: _filename(req)}
    except _TooLargeError as why:
        return {REFUSED: str(why), TOO_LARGE: True}
    except _RefusedError as why:
        return {REFUSED: str(why)}


def _filename(req: Request) -> str:
    kind = req.env.get("CONTENT_TYPE", "")
    if kind.partition(";")[0].strip().lower() != _MULTIPART:
        raise _RefusedError(f"expected a body of the type {_MULTIPART}")
    length = req.content_length or 0
    if length > MAX_FORM_BYTES:
        raise _TooLargeError(f"more than {MAX_FILE_BYTES >> 20} MiB")
    try:
        form = MultipartFormHandler().deserialize(_Body(req), kind, length)
        names = [_file(part) for part in form]
    except HTTPError as error:
        why = clipped(error.description or error.title, _MOST_SAID)
        raise _RefusedError(f"malformed form: {why}") from None
    except ValueError:
        raise _RefusedError("malformed form: a header of a part is not UTF-8") from None
    files = [name for name in names if name is not None]
    if len(files) != 1:
        raise _RefusedError(f"expected one file in field {AVATAR!r}, got {len(files) or 'none'}")
    return files[0]


def _file(part: BodyPart) -> str | None:
    """Read a part, and return the name of its file. None if it is a plain field."""
    filename = part.filename
    if filename is None:
        return None
    if part.name != AVATAR:
        field = "a field without a name" if part.name is None else f"field {shortened(part.name)}"
        raise _RefusedError(f"expected the file in field {AVATAR!r}, got it in {field}")
    left = MAX_FILE_BYTES
    while piece := part.stream.read(_PIECE_BYTES):
        left -= len(piece)
        if left < 0:
            raise _TooLargeError(f"more than {MAX_FILE_BYTES >> 20} MiB")
    return filename


class _Body:
    """The body of a request as a stream. The journal gets its beginning."""

    def __init__(self, req: Request) -> None:
        self._context = req.context
        self._read = reader(req.env)
        self._left = req.content_length or 0
        self._context.body = b""

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._read(self._left if size is None or size < 0 else min(size, self._left))
        self._left -= len(data)
        missing = MAX_BODY_BYTES - len(self._context.body)
        if missing > 0:
            self._context.body += data[:missing]
        return data
