"""Tests whether a text is JSON (RFC 8259), at any depth."""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_SCALAR: Final = re.compile(
    r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|true|false|null"
)
_KEY: Final = re.compile(r'("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*")[ \t\n\r]*:')
_CLOSES: Final = {"[": "]", "{": "}"}


def is_json(text: str) -> bool:
    """Whether `JSON.parse` accepts the text.

    Python's own parser also accepts NaN and a leading BOM. Unlike the real server's parser it is
    recursive, so that 100 kB of `[` overflow its stack.
    """
    opened: list[str] = []
    at = 0
    while True:
        at = _skip(text, at)
        first = text[at : at + 1]
        if first in _CLOSES:
            opened.append(first)
            at = _skip(text, at + 1)
            if text[at : at + 1] != _CLOSES[first]:
                at = _past_key(text, at, opened)
                if at < 0:
                    return False
                continue
        else:
            scalar = _SCALAR.match(text, at)
            if scalar is None:
                return False
            at = scalar.end()
        at = _past_value(text, at, opened)
        if at < 0 or not opened:
            return at == len(text)


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


def _past_key(text: str, at: int, opened: list[str]) -> int:
    """Return the start of the next value, after its key in an object. -1 if the key is missing."""
    if opened[-1] == "[":
        return at
    key = _KEY.match(text, at)
    return -1 if key is None else key.end()


def _past_value(text: str, at: int, opened: list[str]) -> int:
    """Skip the brackets and the comma after a value. Returns -1 if something else follows."""
    at = _skip(text, at)
    while opened:
        mark = text[at : at + 1]
        if mark == ",":
            return _past_key(text, _skip(text, at + 1), opened)
        if mark != _CLOSES[opened[-1]]:
            return -1
        opened.pop()
        at = _skip(text, at + 1)
    return at
