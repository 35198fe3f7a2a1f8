"""The one source of time, for session expiry, token dates, fault windows and the journal."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in milliseconds since 1970."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class FrozenClock:
    """A clock that stands still, so that a run can be repeated byte by byte."""

    def __init__(self, at_ms: int) -> None:
        self._at_ms = at_ms

    def now_ms(self) -> int:
        return self._at_ms


class SandboxClock:
    """A clock that can be frozen, set and moved; at first it goes as its `base` does.

    Safe under threads: what it knows is one tuple, replaced as a whole.
    """

    __slots__ = ("_base", "_lock", "_state")

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._state: tuple[int | None, int] = (None, 0)

    @property
    def frozen(self) -> bool:
        return self._state[0] is not None or isinstance(self._base, FrozenClock)

    def now_ms(self) -> int:
        frozen_ms, offset_ms = self._state
        return self._base.now_ms() + offset_ms if frozen_ms is None else frozen_ms

    def freeze(self, at_ms: int) -> None:
        """Stand still at that moment."""
        self._state = (at_ms, 0)

    def advance(self, ms: int) -> None:
        """Move by so many milliseconds, frozen or running."""
        with self._lock:
            frozen_ms, offset_ms = self._state
            moved = (None, offset_ms + ms) if frozen_ms is None else (frozen_ms + ms, offset_ms)
            self._state = moved

    def reset(self) -> None:
        """Go as the base does again."""
        self._state = (None, 0)
