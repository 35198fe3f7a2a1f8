"""Decodes JSON as JavaScript's `JSON.parse` does, at any depth."""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import Final

import msgspec

from mockserver.api.values import Json

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD: Final = re.compile(r"true|false|null")
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}
_STRINGS: Final = JSONDecoder()
_SURROGATE: Final = "[\ud800-\udfff]"
# Longer integers are beyond 2**53. They are read as doubles, which takes linear time.
_MAX_DIGITS: Final = 16


class NotJsonError(ValueError):
    """The text is not JSON (RFC 8259)."""


def decode(text: str) -> Json:
    """Return the value of a JSON text. Accepts exactly what `JSON.parse` accepts.

    Of equal keys the last one counts. Numbers out of range become infinite. Surrogates without a
    partner become U+FFFD, as they would when Node sends or hashes the text. Raises NotJsonError.
    """
    try:
        value: Json = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return _Reader(text).read()
    return value


class _Reader:
    """An iterative decoder, for what msgspec refuses: deep values, lone surrogates, 1e400."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._opened: list[dict[str, Json] | list[Json]] = []

    def read(self) -> Json:
        self._skip()
        top = self._value()
        is_first = self._open(top)
        self._skip()
        while self._opened:
            inner = self._opened[-1]
            if self._is_at("]" if isinstance(inner, list) else "}"):
                self._opened.pop()
                self._at += 1
                is_first = False
            else:
                is_first = self._open(self._item(inner, is_first))
            self._skip()
        if self._at < len(self._text):
            raise self._error()
        return top

    def _open(self, value: Json) -> bool:
        """Go into a new array or object. Returns whether the value is one."""
        if not isinstance(value, (list, dict)):
            return False
        self._opened.append(value)
        return True

    def _item(self, inner: dict[str, Json] | list[Json], is_first: bool) -> Json:
        """Read the next value of a container, with the comma and the key before it."""
        if not is_first:
            self._pass(",")
        if isinstance(inner, list):
            inner.append(value := self._value())
            return value
        key = self._string()
        self._skip()
        self._pass(":")
        inner[key] = value = self._value()
        return value

    def _value(self) -> Json:
        """Read a value. Of an array or an object only the opening bracket."""
        if self._is_at('"'):
            return self._string()
        for bracket, new in (("[", list), ("{", dict)):
            if self._is_at(bracket):
                self._at += 1
                opened: Json = new()
                return opened
        word = _WORD.match(self._text, self._at)
        if word:
            self._at = word.end()
            return _WORDS[word[0]]
        return self._number()

    def _number(self) -> int | float:
        found = _NUMBER.match(self._text, self._at)
        if found is None:
            raise self._error()
        self._at = found.end()
        is_short = found.end() - found.start() <= _MAX_DIGITS
        return int(found[0]) if is_short and not (found[2] or found[3]) else float(found[0])

    def _string(self) -> str:
        if not self._is_at('"'):
            raise self._error()
        try:
            value: str
            value, self._at = _STRINGS.raw_decode(self._text, self._at)
        except ValueError:
            raise self._error() from None
        if not value.isascii() and re.search(_SURROGATE, value):
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return value

    def _is_at(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _pass(self, mark: str) -> None:
        if not self._is_at(mark):
            raise self._error()
        self._at += 1
        self._skip()

    def _skip(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = self._at if blank is None else blank.end()

    def _error(self) -> NotJsonError:
        return NotJsonError(f"JSON that does not parse at character {self._at}")
