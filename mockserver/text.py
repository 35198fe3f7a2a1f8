"""Text of others, made fit to be shown."""

from __future__ import annotations

from typing import Final

_MOST: Final = 100
_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def one_line(text: str) -> str:
    """The text with control characters escaped: it can neither begin a line nor move a cursor."""
    return text.translate(_CONTROLS)


def printable(text: str) -> str:
    """The same for text of several lines, which stay."""
    return "\n".join(map(one_line, text.split("\n")))


def shortened(text: str) -> str:
    """Quoted, and cut where it is long."""
    return repr(text if len(text) <= _MOST else text[:_MOST] + "…")
