"""Bounds the waiting calls of the control plane."""

from __future__ import annotations

import threading

from mockserver.errors import LimitError
from mockserver.state.waits import Wait


class WaitingPlaces:
    """Bounds the number of waiting calls, for servers with an unknown number of threads."""

    def __init__(self, places: int) -> None:
        self._number = places
        self._places = threading.BoundedSemaphore(places)

    def pause(self, wait: Wait, seconds: float) -> None:
        """Wait, at most so many seconds. Raises LimitError if too many calls wait already."""
        if not self._places.acquire(blocking=False):
            raise LimitError(f"{self._number} calls wait already; retry without wait")
        try:
            wait.sleep(seconds)
        finally:
            self._places.release()
