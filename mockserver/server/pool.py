"""The threads that requests of waitress run on.

Threads that want Python's lock at the same time pass it on at every system call, which takes longer
than the work between: several times as many switches as requests. So waitress' own thread, which
reads requests, and the one that answers them take turns: it reads what has come, and then the other
answers all of that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from waitress.task import ThreadedTaskDispatcher

from mockserver.server.turns import OneRuns


class ElasticPool(OneRuns, ThreadedTaskDispatcher):  # type: ignore[misc]
    """A pool that begins empty, because threads cost start-up time, and grows up to `most`.

    It must be large at need, since a delayed request keeps its thread as long as the delay lasts;
    but for what is queued a thread is started, or woken, only where none runs. `wake_reader` makes
    the thread that reads look again which connections it may read.
    """

    def __init__(self, most: int, here: threading.local, wake_reader: Callable[[], None]) -> None:
        ThreadedTaskDispatcher.__init__(self)
        OneRuns.__init__(self, here)
        self._most: Final = most
        self._wake_reader = wake_reader
        self._reader_asked = False
        # How many requests are left until the reader is woken, if it has been asked for.
        self._batch = 0
        # Threads at work that do not wait, and those that are about to be.
        self._running = 0

    def add_task(self, task: Any) -> None:
        """Queue a request, for when the reader calls `run_queued`."""
        with self.lock:
            self.queue.append(task)

    def run_queued(self) -> None:
        """Let a thread work off what is queued: a batch, after which the reader may look again."""
        if self.queue:
            with self.lock:
                self._batch = len(self.queue)
                self._let_one_run()

    def ask_reader(self) -> None:
        """Wake the reader once the batch is done or a thread waits; at once, if this one does.

        A connection's next request, if it has come already, is queued behind the batch.
        """
        if self.is_waiting:
            self._wake_reader()
        else:
            self._reader_asked = True

    def _tell_reader(self) -> None:
        if self._reader_asked:
            self._reader_asked = False
            self._wake_reader()

    def _let_one_run(self) -> None:
        """See to it that a thread runs; where all wait, the first that comes back does."""
        if self._running or self.stop_count or not self.queue:
            return
        size = len(self.threads)
        if size > self.active_count:
            self._running += 1
            self.queue_cv.notify()
        elif size < self._most:
            # Where the system has no more, those that there are go on, and the reader's next turn
            # tries again. It is not logged: that could block, and this holds the lock.
            with suppress(RuntimeError):
                self._start_one()

    def _start_one(self) -> None:
        number = next(n for n in range(len(self.threads) + 1) if n not in self.threads)
        self.start_new_thread(self.handler_thread, number)
        self.threads.add(number)
        self.active_count += 1
        self._running += 1

    def handler_thread(self, thread_no: int) -> None:
        self._here.turns = self
        while (task := self._next(thread_no)) is not None:
            try:
                task.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", task)

    def _next(self, thread_no: int) -> Any:
        """Sleep until there is something to do and nobody else runs; None where the pool ends."""
        with self.lock:
            while (not self.queue or self._running > 1) and not self.stop_count:
                self._running -= 1
                self.active_count -= 1
                self._tell_reader()
                self.queue_cv.wait()  # who wakes it has counted it as running
                self.active_count += 1
            if not self.stop_count:
                if not self._batch:
                    self._tell_reader()
                    self._batch = len(self.queue)
                self._batch -= 1
                return self.queue.popleft()
            self.active_count -= 1
            self.stop_count -= 1
            self.threads.discard(thread_no)
            self.thread_exit_cv.notify()
            return None

    def _begin_wait(self) -> None:
        with self.lock:
            self._running -= 1
            self._tell_reader()
            self._let_one_run()

    def _end_wait(self) -> None:
        with self.lock:
            self._running += 1
