"""Parses and formats durations and times. Internally all of them are milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
DURATION_PATTERN: Final = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$"
TIME_PATTERN: Final = (
    r"^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(:([0-9]{2})([.,]([0-9]{1,9}))?)?"
    r"([Zz]|([+-])([0-9]{2})(:?([0-9]{2}))?)$"
)
# The end of the year 9999, the last one with four digits in ISO 8601.
MAX_TIME_MS: Final = 253_402_300_799_999
MAX_CLOCK_MS: Final = 221_845_392_000_000
MAX_DURATION_MS: Final = 100 * 366 * _UNITS["d"]

_DURATION: Final = re.compile(DURATION_PATTERN)
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_TIME: Final = re.compile(TIME_PATTERN)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def parse_duration(text: str) -> int:
    """Parse a duration such as `250ms`, `2s`, `1h30m` or `1.5h`. Returns milliseconds.

    Raises ValueError with a hint if `text` is not a duration or is over 100 years.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError("expected a duration such as 250ms, 2s, 10m, 30h or 7d")
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if total > MAX_DURATION_MS:
        raise ValueError("expected a duration of at most 100 years")
    return round(total)


def format_duration(ms: int) -> str:
    """Format a duration for `parse_duration`, in the largest whole unit: `2s`, `1500ms`."""
    for unit in ("d", "h", "m", "s"):
        if ms and ms % _UNITS[unit] == 0:
            return f"{ms // _UNITS[unit]}{unit}"
    return f"{ms}ms"


def parse_time(text: str) -> int:
    """Parse an ISO 8601 time with an offset or `Z`. Returns milliseconds since 1970.

    The fraction of a second may have up to 9 digits, after a point or a comma. It is truncated to
    milliseconds. The offset may be `+01:00`, `+0100` or `+01`. Raises ValueError with a hint if
    `text` is not a time, or is a time that does not exist.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("expected a time such as 2026-01-01T00:00:00Z, with Z or an offset")
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in (1, 2, 3, 4, 5, 7))
    hours, minutes = int(found[12] or 0), int(found[14] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found[11] == "-" else 1)
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - offset
    except (ValueError, OverflowError):
        time = None
    if time is None or hours > 23 or minutes > 59:
        raise ValueError("expected a time that exists, such as 2026-01-01T00:00:00Z")
    return (time - _EPOCH) // _SECOND * 1000 + int((found[9] or "")[:3].ljust(3, "0"))


def parse_clock_time(text: str) -> int:
    """Parse a time that a clock can be set to, from 1970 to 8999. Returns milliseconds since 1970.

    The years after that are reserved for expiry times. Raises ValueError with a hint.
    """
    ms = parse_time(text)
    if not 0 <= ms <= MAX_CLOCK_MS:
        raise ValueError("expected a time from 1970 to 8999")
    return ms


def iso(ms: int) -> str:
    """Format a time as JavaScript's `toISOString` does: UTC, milliseconds, `Z`."""
    return f"{_iso_second(ms // 1000)}.{ms % 1000:03}Z"


@lru_cache(16)
def _iso_second(seconds: int) -> str:
    """Format without fraction and offset. Cached, because most formatted times share a second."""
    return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


def human(ms: int) -> str:
    """Format a duration for people, rounded down to its largest unit: `3 h`, `250 ms`."""
    for unit in ("d", "h", "m", "s"):
        if ms >= _UNITS[unit]:
            return f"{ms // _UNITS[unit]} {unit}"
    return f"{ms} ms"
