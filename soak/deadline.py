"""A time limit."""

from __future__ import annotations

import time


class Deadline:
    """A deadline `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    def left_s(self) -> float:
        """Return the remaining seconds, at least 0."""
        return max(0.0, self._at - time.monotonic())

    def check(self) -> None:
        """Raise TimeoutError if the time is up."""
        if not self.left_s():
            raise TimeoutError(f"not done after {self._seconds:.0f} s")
