"""Leader and followers: the threads that serve connections.

One thread leads. It runs the server's loop and answers what it has read itself, so that a request
changes neither the thread nor the GIL's owner. A request that is about to wait, or that may take
long, hands the lead to another thread first. When it comes back, it is finished beside the new
leader, and its thread follows.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from mockserver.errors import LimitError
from mockserver.record.text import one_line
from mockserver.server.limits import MAX_WAITS
from mockserver.state.waits import LOOK_S, Wait

STOPPING: Final = "the mock stops"
_log: Final = logging.getLogger("animeloop_mock")


class Connection(Protocol):
    """What the crew needs of a connection with a request to be answered."""

    def service(self) -> None:
        """Answer the next request."""

    def begin_wait(self, wait: Wait) -> None:
        """The request that is answered waits from now on."""

    def end_wait(self) -> None:
        """It goes on."""


class LeaderFollowers:
    """The threads, of which up to `kept` idle ones are kept, and up to `max_waits` wait.

    The server sets `wake`, which makes the leader's loop look again; any thread may call it.
    """

    def __init__(
        self,
        kept: int,
        max_waits: int = MAX_WAITS,
        start_thread: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._kept: Final = kept
        self._max_waits: Final = max_waits
        self._start_thread = start_thread or _start_daemon
        self._tasks: deque[Connection] = deque()
        self._lead = threading.Lock()  # held by the thread that leads
        self._here = threading.local()
        self._lock = threading.Lock()  # guards what follows
        self._free = 0
        self._waits: set[Wait] = set()
        self._stopping = False
        self._turn: Callable[[bool], bool] = bool
        self._failure = ""

    @property
    def leads(self) -> bool:
        """Whether this thread leads."""
        return getattr(self._here, "leads", False)

    @property
    def has_tasks(self) -> bool:
        """Whether requests are about to be answered."""
        return bool(self._tasks)

    @property
    def waiting(self) -> int:
        """How many requests wait now."""
        return len(self._waits)

    def add_task(self, task: Connection) -> None:
        """Queue a connection with a request to be answered; waitress calls this."""
        self._tasks.append(task)
        if not self.leads:
            self.wake()

    def serve(self, turn: Callable[[bool], bool]) -> None:
        """Lead or follow until the server has ended.

        `turn` reads what has come, waiting for it if its argument is true, and returns False once
        the server has ended.
        """
        self._turn = turn
        with self._lock:
            self._free += 1
        self._follow(for_ever=True)

    def _serve_as_follower(self) -> None:
        self._follow(for_ever=False)

    def _follow(self, *, for_ever: bool) -> None:
        """Take the lead whenever it is free. This thread has been counted as free."""
        going = True
        while going:
            while not self._lead.acquire(timeout=LOOK_S):
                pass
            with self._lock:
                self._free -= 1
            self._here.leads = True
            try:
                while going and self.leads:
                    going = self._go_round()
            finally:
                if self.leads:
                    self._here.leads = False
                    self._lead.release()
            with self._lock:
                if not for_ever and self._free >= self._kept:
                    return
                self._free += 1

    def _go_round(self) -> bool:
        """Take a turn and answer what it has read; False once the server has ended.

        A bug costs one request or one turn, not the server. A failure that repeats at once is
        logged once.
        """
        try:
            going = self._turn(not self._tasks)
            self._answer()
            self._failure = ""
        except Exception as error:  # noqa: BLE001  whatever it is, others are to be served
            failure, before = one_line(repr(error)), self._failure
            self._failure = failure
            if failure != before:
                is_debug = _log.isEnabledFor(logging.DEBUG)
                _log.error("the server's loop failed and goes on: %s", failure, exc_info=is_debug)
            return True
        return going

    def _answer(self) -> None:
        """Answer what is queued by now; what a connection pipelines comes after the next turn."""
        for _ in range(len(self._tasks)):
            if not self.leads or not self._tasks:
                return
            task = self._tasks.popleft()
            self._here.task = task
            try:
                task.service()
            finally:
                self._here.task = None

    def pause(self, wait: Wait, seconds: float) -> None:
        """Sleep, while another thread leads.

        Raises LimitError where too many wait, or the system has no thread to lead meanwhile.
        """
        with self._lock:
            if len(self._waits) >= self._max_waits:
                raise LimitError(f"{self._max_waits} requests wait already, which is the limit")
            if self._stopping:
                wait.end(STOPPING)
            self._waits.add(wait)
        task: Connection | None = getattr(self._here, "task", None)
        try:
            if task is not None:
                task.begin_wait(wait)
            if self.leads:
                self._hand_over()
            wait.sleep(seconds)
        finally:
            if task is not None:
                task.end_wait()
            with self._lock:
                self._waits.discard(wait)

    def step_aside(self) -> None:
        """Let another thread lead, because the request that this one answers may take long.

        Where the system has no thread for that, this one goes on leading.
        """
        if self.leads:
            with suppress(LimitError):
                self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            needed = not self._free
            self._free += needed
        if needed:
            try:
                self._start_thread(self._serve_as_follower)
            except RuntimeError:
                with self._lock:
                    self._free -= 1
                raise LimitError("the system has no thread left for a request to wait on") from None
        self._here.leads = False
        self._lead.release()

    def end_waits(self) -> None:
        """Wake whoever waits, now and from now on, because the server stops."""
        with self._lock:
            self._stopping = True
            waits = list(self._waits)
        for wait in waits:
            wait.end(STOPPING)

    def set_thread_count(self, count: int) -> None:
        """Part of waitress' interface; threads are started when they are needed."""

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:  # noqa: ARG002
        """Part of waitress' interface."""
        return True


def _start_daemon(target: Callable[[], None]) -> None:
    threading.Thread(target=target, daemon=True).start()
