"""Requests that wait: for the delay of a fault, or for something to happen.

A request waits on a thread of its own. Whoever learns that the wait has lost its point ends it: the
server when it stops or when the client has gone, the sandbox when the fault has.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from mockserver.errors import LimitError
from mockserver.state.clock import monotonic

# The main thread interrupts its waits so often, because it runs the signal handlers. A signal does
# not interrupt a wait if another thread receives it, or if it arrives right before the system call.
LOOK_S: Final = 1.0


class Wait:
    """One request that waits. Any thread may end it; `ended` then says why."""

    __slots__ = ("_event", "ended")

    def __init__(self) -> None:
        self._event = threading.Event()
        self.ended: str | None = None

    def end(self, why: str) -> None:
        """End it for good. The first reason counts."""
        if self.ended is None:
            self.ended = why
        self._event.set()

    def nudge(self) -> None:
        """Wake the request, so that it looks again at what it waits for."""
        self._event.set()

    def sleep(self, seconds: float) -> None:
        """Block this thread until the time is up, a nudge comes, or the wait is ended."""
        if self.ended is None:
            if threading.current_thread() is threading.main_thread():
                while seconds > LOOK_S and not self._event.wait(LOOK_S):
                    seconds -= LOOK_S
            self._event.wait(seconds)
            self._event.clear()


Pause: TypeAlias = Callable[[Wait, float], None]
"""How a server lets a request sleep; raises LimitError where no more requests can wait."""


class Bell:
    """Lets calls wait until something is recorded in a sandbox.

    `pause` is how a server lets them sleep.
    """

    __slots__ = ("_lock", "_pause", "_waits")

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._waits: dict[str, list[Wait]] = {}

    def ring(self, sandbox_id: str) -> None:
        """Wake the calls that wait for this sandbox; call it after each change of the sandbox."""
        for wait in list(self._waits.get(sandbox_id, ())):
            wait.nudge()

    def wait(self, met: Callable[[], bool], seconds: float, sandbox_id: str) -> None:
        """Wait until `met`, until the time is up, or until the server or the client ends it.

        `met` is evaluated again at each ring for this sandbox. Raises LimitError where no more
        requests can wait.
        """
        wait = Wait()
        deadline = monotonic() + seconds
        with self._lock:
            self._waits.setdefault(sandbox_id, []).append(wait)
        try:
            while not met() and wait.ended is None and (left := deadline - monotonic()) > 0:
                self._pause(wait, left)
        finally:
            with self._lock:
                waits = self._waits[sandbox_id]
                waits.remove(wait)
                if not waits:
                    del self._waits[sandbox_id]


class Delays:
    """The delayed requests of one server.

    `reviews` says whether a delay is interrupted where time alone can end its cause.
    """

    __slots__ = ("_current", "_pause", "_reviews")

    def __init__(self, pause: Pause, *, reviews: bool = True) -> None:
        self._pause = pause
        self._reviews = reviews
        self._current: dict[Wait, Callable[[], str | None]] = {}

    def delay(
        self, seconds: float, gone: Callable[[], str | None], review_s: float | None = None
    ) -> str | None:
        """Wait so long; returns why it ended early, or None.

        `gone` tells why the delay has lost its cause, or None while it has not. It is asked again
        after each change (`review`), and every `review_s` seconds where time alone can change it.
        """
        wait = Wait()
        self._current[wait] = gone
        deadline = monotonic() + seconds
        left = seconds
        if not self._reviews:
            review_s = None
        try:
            while left > 0 and wait.ended is None:
                why = gone()
                if why is not None:
                    return why
                self._pause(wait, left if review_s is None else min(left, review_s))
                left = deadline - monotonic()
        except LimitError as error:
            return str(error)
        finally:
            del self._current[wait]
        return wait.ended or None

    @property
    def current(self) -> int:
        """How many requests are delayed now."""
        return len(self._current)

    def review(self) -> None:
        """End the delays that have lost their cause; to be called after each change of a cause."""
        for wait, gone in list(self._current.items()):
            why = gone()
            if why is not None:
                wait.end(why)
