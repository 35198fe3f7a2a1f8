"""Parsed values, read as JavaScript reads them."""

from __future__ import annotations

from typing import Final, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""A parsed value. An `int` stands for the double that JavaScript would make of it."""

# Doubles hold every integer up to this one.
_MAX_EXACT: Final = 2**53
# `String` writes numbers between these powers of ten without an exponent.
_MIN_POINT: Final = -5
_MAX_POINT: Final = 21


def text(value: Json) -> str:
    """Return what JavaScript's `String(value)` returns, for arrays of any depth.

    JavaScript itself raises a RangeError for arrays that are nested several thousand deep, and a
    TypeError for an object with a member `toString`.
    """
    if isinstance(value, list):
        return _joined(value)
    return "null" if value is None else _scalar(value)


def kind(value: Json) -> str:
    """Return what the value is, in words: `a number`."""
    if isinstance(value, list):
        return "a list, as of a field that is given twice"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, bool):
        return "true or false"
    return "null" if value is None else "text" if isinstance(value, str) else "a number"


def is_truthy(value: Json) -> bool:
    """Whether JavaScript takes the value for true. Empty arrays and objects are."""
    return isinstance(value, (list, dict)) or bool(value)


def _joined(array: list[Json]) -> str:
    """Join with commas, like `Array.prototype.join`. Null is empty in an array."""
    pieces: list[str] = []
    waiting: list[Json] = [array]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            for item in reversed(value):
                waiting += (item, ",")
            if value:
                waiting.pop()
        elif value is not None:
            pieces.append(_scalar(value))
    return "".join(pieces)


def _scalar(value: dict[str, Json] | str | float | bool) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value)


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) <= _MAX_EXACT:
            return str(value)
        try:
            value = float(value)
        except OverflowError:
            return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    if abs(value) == float("inf"):
        return f"{sign}Infinity"
    return sign + _written(*_digits(abs(value)))


def _digits(value: float) -> tuple[str, int]:
    """Return the shortest digits d1 d2 … and n, so that the value is 0.d1 d2 … times 10 ** n."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    zeros = len(whole) + len(fraction) - len(digits)
    return digits.rstrip("0"), len(whole) - zeros + int(exponent or 0)


def _written(digits: str, point: int) -> str:
    """Write digits as `Number.prototype.toString` does (ECMA-262, Number::toString)."""
    if not _MIN_POINT <= point <= _MAX_POINT:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{point - 1:+d}"
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"
