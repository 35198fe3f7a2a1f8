"""The sources of time: clocks for the time that clients see, and `monotonic` for durations."""

from __future__ import annotations

import threading
import time
from typing import Final, Protocol

# Test libraries that freeze Python's clocks do not patch `clock_gettime`.
_MONOTONIC: Final = getattr(time, "CLOCK_MONOTONIC", None)


def monotonic() -> float:
    """Return seconds on a monotonic clock that test libraries do not freeze.

    All deadlines, timeouts and ttls in real time use it.
    """
    return time.monotonic() if _MONOTONIC is None else time.clock_gettime(_MONOTONIC)


class Clock(Protocol):
    """Tells the time, in milliseconds since 1970."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The clock of the machine."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class FrozenClock:
    """A clock that stands still, for runs that are reproducible byte by byte."""

    def __init__(self, at_ms: int) -> None:
        self._at_ms = at_ms

    def now_ms(self) -> int:
        return self._at_ms


class SandboxClock:
    """A clock that can be frozen and advanced. Initially it follows its `base`.

    Thread-safe: its state is one tuple, which is replaced as a whole.
    """

    __slots__ = ("_base", "_lock", "_state")

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._state: tuple[int | None, int] = (None, 0)

    @property
    def frozen(self) -> bool:
        return self._state[0] is not None or isinstance(self._base, FrozenClock)

    @property
    def changed(self) -> bool:
        """Whether it was frozen or advanced. Then it no longer tells the time of its base."""
        return self._state != (None, 0)

    def now_ms(self) -> int:
        frozen_ms, offset_ms = self._state
        return self._base.now_ms() + offset_ms if frozen_ms is None else frozen_ms

    def freeze(self, at_ms: int) -> None:
        """Stop the clock at this time, in milliseconds since 1970."""
        self._state = (at_ms, 0)

    def advance(self, ms: int) -> None:
        """Move the clock forward by so many milliseconds, frozen or running."""
        with self._lock:
            frozen_ms, offset_ms = self._state
            moved = (None, offset_ms + ms) if frozen_ms is None else (frozen_ms + ms, offset_ms)
            self._state = moved

    def reset(self) -> None:
        """Follow the base clock again."""
        self._state = (None, 0)
