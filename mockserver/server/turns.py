"""Which threads of a pool run: one, beside those that wait.

Threads that take turns at Python's lock for each request are half as fast as one that keeps it. But
a request that waits, for a delay or for its body, must not hold up the others. So a thread that
begins to wait lets another one run, and one too many rests until it is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext


class Turns:
    """The turns of one pool, whose threads end only with it; each begins and ends requests here.

    `here` remembers which turns the thread takes, for whatever waits in it.
    """

    def __init__(self, here: threading.local) -> None:
        self._here = here
        self._lock = threading.Lock()
        self._running = 0
        self._resting: list[threading.Lock] = []
        self._closed = False

    def begin(self) -> None:
        """A thread takes part from its first request on."""
        if getattr(self._here, "turns", None) is not self:
            self._here.turns = self
            with self._lock:
                self._running += 1

    def end(self) -> None:
        """Rest, if another thread is there to take the next request."""
        with self._lock:
            if self._running == 1 or self._closed:
                return
            self._running -= 1
            bed = threading.Lock()
            bed.acquire()
            self._resting.append(bed)
        bed.acquire()

    def close(self) -> None:
        """Let all go: the pool ends, and they with it."""
        with self._lock:
            self._closed = True
            for bed in self._resting:
                bed.release()
            self._resting.clear()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While a thread waits another one may run."""
        with self._lock:
            self._running -= 1
            if not self._running and self._resting:
                self._running += 1
                self._resting.pop().release()
        try:
            yield
        finally:
            with self._lock:
                self._running += 1


def sleeper(here: threading.local, stopping: threading.Event) -> Callable[[float], bool]:
    """Waits that many seconds, or until the server stops, and lets another thread run meanwhile."""

    def sleep(seconds: float) -> bool:
        turns: Turns | None = getattr(here, "turns", None)
        with nullcontext() if turns is None else turns.waiting():
            return stopping.wait(seconds)

    return sleep
