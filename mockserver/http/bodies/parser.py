"""Parses request bodies before routing, as body-parser 1.12.4 does on the real server.

A malformed JSON or form body is refused on every path and with every method. Source: the recorded
exchanges `body.*`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from mockserver.api.values import Json
from mockserver.http.bodies import form, json_grammar

LIMIT_BYTES: Final = 100 * 1024
# The limit for compressed bodies. The real server has none. Only a body of tens of thousands of
# gzip members exceeds it and still decompresses to 100 KiB.
MAX_ENCODED_BYTES: Final = 1024 * 1024
# Small pieces, because each gzip member copies the rest of its piece.
_PIECE_BYTES: Final = 1024
MAX_PARAMETERS: Final = 1000
# Clients send the same Content-Type again and again, so short ones are cached.
_REMEMBERED: Final = 256
_USUAL_LENGTH: Final = 128

_UTF_8: Final = "utf-8"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"

# RFC 7231, 3.1.1.1, strictly. Bodies with a malformed type are ignored.
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = rf'; *({_TOKEN}) *= *("(?:[^"\\]|\\.)*"|{_TOKEN})'
_MEDIA_TYPE: Final = rf"\s*({_TOKEN}/{_TOKEN})\s*((?:{_PARAMETER} *)*)"

# The charsets that begin with `utf-`, without punctuation, and their names in Python.
_CODECS: Final = {
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf7": "utf-7",
    "utf7imap": "ascii",  # except after an ampersand
}
_WINDOW_BITS: Final = {"gzip": 31, "deflate": 15}


class BodyRefusedError(Exception):
    """Refuses a body with this HTTP status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def reader(environ: Mapping[str, Any]) -> Callable[[int], bytes]:
    """Return a function that reads at most so many bytes, and never beyond the body."""
    text = environ.get("CONTENT_LENGTH", "")
    length = int(text) if text.isascii() and text.isdigit() else 0
    read: Callable[[int], bytes] = environ["wsgi.input"].read
    return lambda most: read(min(most, length))


def ignored_type(content_type: str) -> str | None:
    """Return the media type, without parameters, of a body that is not read; None if it is."""
    if not content_type:
        return "missing"
    # A type that is not read may be of any length, so it is not cached.
    media_type = _media_type.__wrapped__(content_type)[0]
    return None if media_type in (_JSON, _FORM) else media_type or "malformed"


def parse(
    content_type: str, content_encoding: str | None, read: Callable[[int], bytes]
) -> dict[str, Json]:
    """Return the fields at the top level of a JSON object or of a form.

    An empty body, a JSON array, and a body of any other type have none. `read` takes the largest
    number of bytes to read. Bodies of other types are not even read. Raises BodyRefusedError if
    the real server would refuse the body.
    """
    is_short = len(content_type) <= _USUAL_LENGTH
    media_type, charset = (_media_type if is_short else _media_type.__wrapped__)(content_type)
    if media_type == _JSON:
        return _json_fields(_text(content_encoding, read, charset, charset.startswith("utf-")))
    if media_type == _FORM:
        return _form_fields(_text(content_encoding, read, charset, charset == _UTF_8))
    return {}


@lru_cache(_REMEMBERED)
def _media_type(header: str) -> tuple[str, str]:
    """Return media type and charset in lower case. The type of a malformed header is empty."""
    whole = re.fullmatch(_MEDIA_TYPE, header)
    if whole is None:
        return "", ""
    charset = "utf-8"
    for name, value in re.findall(_PARAMETER, whole[2]):
        if name.lower() == "charset":
            charset = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] == '"' else value
    return whole[1].lower(), charset.lower() or "utf-8"


def _text(
    content_encoding: str | None, read: Callable[[int], bytes], charset: str, supported: bool
) -> str:
    if not content_encoding and charset == _UTF_8:  # by far the most bodies
        content = read(LIMIT_BYTES + 1)
        _check_length(content)
        return content.decode(_UTF_8, "replace")
    encoding = content_encoding.lower() if content_encoding else "identity"
    if not supported:
        raise BodyRefusedError(415, f"unsupported charset {charset!r}")
    if encoding != "identity" and encoding not in _WINDOW_BITS:
        raise BodyRefusedError(415, f"unsupported content encoding {encoding!r}")
    content = read((LIMIT_BYTES if encoding == "identity" else MAX_ENCODED_BYTES) + 1)
    if encoding == "identity":
        _check_length(content)
    codec = _codec(charset)
    if codec is None:
        raise BodyRefusedError(415, f"unsupported charset {charset!r}")
    return _decoded(content if encoding == "identity" else _inflated(content, encoding), codec)


def _codec(charset: str) -> str | None:
    if charset == _UTF_8:
        return charset
    return _CODECS.get(re.sub(r"[^0-9a-z]|:\d{4}$", "", charset))


def _check_length(content: bytes | bytearray) -> None:
    if len(content) > LIMIT_BYTES:
        raise BodyRefusedError(413, f"more than {LIMIT_BYTES} bytes")


def _decoded(content: bytes, codec: str) -> str:
    if not codec.startswith("utf-16"):
        return content.decode(codec, "replace")
    if codec == "utf-16":
        codec = "utf-16-le" if _is_little_endian(content) else "utf-16-be"
        content = content.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return content[: len(content) & ~1].decode(codec, "surrogatepass")


def _is_little_endian(content: bytes) -> bool:
    """Detect the byte order by a byte order mark or by leading spaces. Default: big-endian."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content[:2] == b"\xff\xfe"
    pairs = [content[at : at + 2] for at in range(0, 64, 2)]
    return pairs.count(b" \0") > pairs.count(b"\0 ")


def _inflated(data: bytes, encoding: str) -> bytes:
    content = bytearray()
    at = 0
    while True:
        at = _unpack_one(data, at, encoding, content)
        # The rest is padding, unless another gzip member follows.
        if encoding == "deflate" or data[at : at + 1] in (b"", b"\0"):
            return bytes(content)


def _unpack_one(data: bytes, at: int, encoding: str, content: bytearray) -> int:
    """Decompress the stream that begins at `at` into `content`. Returns the end of the stream."""
    inflater = zlib.decompressobj(_WINDOW_BITS[encoding])
    while not inflater.eof:
        piece = data[at : at + _PIECE_BYTES]
        if at >= MAX_ENCODED_BYTES:
            raise BodyRefusedError(413, f"more than {MAX_ENCODED_BYTES} encoded bytes")
        if not piece:
            raise BodyRefusedError(400, f"broken {encoding}: it ends too early")
        try:
            content += inflater.decompress(piece, LIMIT_BYTES + 1 - len(content))
        except zlib.error as error:
            raise BodyRefusedError(400, f"broken {encoding}: {error}") from None
        _check_length(content)
        at += len(piece) - len(inflater.unused_data)
    return at


def _json_fields(text: str) -> dict[str, Json]:
    if not text:
        return {}
    if text.lstrip(" \t\n\r")[:1] not in ("{", "["):
        raise BodyRefusedError(400, "JSON whose top level is neither an object nor an array")
    try:
        value = json_grammar.decode(text)
    except json_grammar.NotJsonError as error:
        raise BodyRefusedError(400, str(error)) from None
    return value if isinstance(value, dict) else {}


def _form_fields(text: str) -> dict[str, Json]:
    if text.count("&") >= MAX_PARAMETERS:
        raise BodyRefusedError(413, f"more than {MAX_PARAMETERS} form parameters")
    try:
        return form.body(text)
    except form.TooDeepError as error:
        raise BodyRefusedError(400, str(error)) from None
