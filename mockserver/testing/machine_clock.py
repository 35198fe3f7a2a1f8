"""The wall clock of the machine, where test libraries replace Python's clocks."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable

from mockserver.state.clock import SystemClock

# Both are wall clocks: 100 ns since 1601 on Windows, nanoseconds since 1970 elsewhere.
_SINCE_1601_MS = 11_644_473_600_000


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class MachineClock:
    """The clock of the machine, read from the system's own library.

    freezegun replaces Python's functions, time_machine also what they call. Neither reaches this.
    Where the library cannot be called, it is the clock of Python, which they replace.
    """

    def __init__(self) -> None:
        self.now_ms: Callable[[], int] = _reader() or SystemClock().now_ms


def _reader() -> Callable[[], int] | None:
    try:
        return _windows() if sys.platform == "win32" else _posix()
    except (AttributeError, OSError):
        return None


def _posix() -> Callable[[], int]:
    read = ctypes.CDLL(None).clock_gettime
    read.argtypes = (ctypes.c_int, ctypes.POINTER(_Timespec))
    number = time.CLOCK_REALTIME

    def now_ms() -> int:
        at = _Timespec()
        read(number, ctypes.byref(at))
        return int(at.seconds) * 1000 + int(at.nanoseconds) // 1_000_000

    now_ms()
    return now_ms


def _windows() -> Callable[[], int]:
    read = ctypes.WinDLL("kernel32").GetSystemTimeAsFileTime  # type: ignore[attr-defined,unused-ignore]
    read.argtypes = (ctypes.POINTER(ctypes.c_ulonglong),)
    read.restype = None

    def now_ms() -> int:
        at = ctypes.c_ulonglong()
        read(ctypes.byref(at))
        return int(at.value) // 10_000 - _SINCE_1601_MS

    now_ms()
    return now_ms
