"""A bound in time."""

from __future__ import annotations

import time


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    def left_s(self) -> float:
        """Seconds that are left, 0 when there are none."""
        return max(0.0, self._at - time.monotonic())

    def check(self) -> None:
        """Raise TimeoutError where there is no time left."""
        if not self.left_s():
            raise TimeoutError(f"not done after {self._seconds:.0f} s")
