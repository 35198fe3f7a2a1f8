"""Which threads of a pool run: one, beside those that wait.

Threads that take turns at Python's lock for each request are half as fast as one that keeps it. But
a request that waits, for a delay or for its body, must not hold up the others. So a thread that
begins to wait lets another one run, and one too many rests until it is needed.

`OneRuns` is what waits see of it. `Turns` is for a pool of which others say who gets a request.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from queue import Empty, SimpleQueue


class OneRuns(ABC):
    """A pool of threads of which one runs at a time, beside those that wait.

    Who comes back from a wait finishes its request beside it. `here` remembers whose thread it is
    that something waits in.
    """

    def __init__(self, here: threading.local) -> None:
        self._here = here

    @property
    def is_waiting(self) -> bool:
        """Whether this thread is in a wait."""
        return getattr(self._here, "waits", False)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While a thread waits another one may run; within a wait it waits already."""
        if self.is_waiting:
            yield
            return
        self._begin_wait()
        self._here.waits = True
        try:
            yield
        finally:
            self._here.waits = False
            self._end_wait()

    @abstractmethod
    def _begin_wait(self) -> None: ...

    @abstractmethod
    def _end_wait(self) -> None: ...


class _Mark:
    """What a thread has of its own until it ends."""

    def __init__(self, gone: SimpleQueue[None]) -> None:
        self._gone = gone

    def __del__(self) -> None:
        self._gone.put(None)


class Turns(OneRuns):
    """The turns of one pool, whose threads end only with it; each begins and ends requests here."""

    def __init__(self, here: threading.local) -> None:
        super().__init__(here)
        self._lock = threading.Lock()
        self._running = 0
        self._resting: list[threading.Lock] = []
        self._closed = False
        self._members = 0
        self._gone: SimpleQueue[None] = SimpleQueue()

    def begin(self) -> None:
        """A thread takes part from its first request on."""
        if getattr(self._here, "turns", None) is not self:
            self._here.turns, self._here.mark = self, _Mark(self._gone)
            with self._lock:
                self._running += 1
                self._members += 1

    def end(self) -> None:
        """Rest, if another thread is there to take the next request."""
        if self._running <= 1:  # as nearly always; who misses another thread rests the next time
            return
        with self._lock:
            if self._running <= 1 or self._closed:
                return
            self._running -= 1
            bed = threading.Lock()
            bed.acquire()
            self._resting.append(bed)
        bed.acquire()

    def close(self, timeout_s: float) -> None:
        """Let all go, because the pool ends, and wait for them so long.

        They are not Python's own threads: one that comes back while Python ends breaks the process.
        """
        with self._lock:
            self._closed = True
            for bed in self._resting:
                bed.release()
            self._resting.clear()
        deadline = time.monotonic() + timeout_s
        with suppress(Empty):
            for _ in range(self._members):
                self._gone.get(timeout=max(0.0, deadline - time.monotonic()))

    def _begin_wait(self) -> None:
        with self._lock:
            self._running -= 1
            if not self._running and self._resting:
                self._running += 1
                self._resting.pop().release()

    def _end_wait(self) -> None:
        with self._lock:
            self._running += 1


def sleeper(here: threading.local, stopping: threading.Event) -> Callable[[float], bool]:
    """Waits that many seconds, or until the server stops, and lets another thread run meanwhile."""

    def sleep(seconds: float) -> bool:
        turns: OneRuns | None = getattr(here, "turns", None)
        with nullcontext() if turns is None else turns.waiting():
            return stopping.wait(seconds)

    return sleep
