"""The time that connections are measured by."""

from __future__ import annotations

import time
from typing import Final

# Tests that set or freeze Python's clocks in this process leave the kernel's alone.
_CLOCK: Final = getattr(time, "CLOCK_MONOTONIC", None)


def monotonic() -> float:
    """Seconds on a clock that nobody sets back and that no test library freezes."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
