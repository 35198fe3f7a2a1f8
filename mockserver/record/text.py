"""Text of others, made fit to be shown."""

from __future__ import annotations

import re
from typing import Final

_MOST: Final = 100
_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


# A JSON Web Token, and base64 of 32 bytes without padding: what a cookie is signed with.
_JWT: Final = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")
_SIGNATURE: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])")


def redacted(text: str) -> str:
    """The text without what looks like a token or a signature."""
    return _SIGNATURE.sub("[signature]", _JWT.sub("[token]", text))


def one_line(text: str) -> str:
    """The text with control characters escaped: it can neither begin a line nor move a cursor."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def printable(text: str) -> str:
    """The same for text of several lines, which stay."""
    return "\n".join(map(one_line, text.split("\n")))


def shortened(text: str) -> str:
    """Quoted, and cut where it is long."""
    return repr(text if len(text) <= _MOST else text[:_MOST] + "…")
