"""Timeouts that hold even if the other side misbehaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, action: Callable[[], T]) -> T:
    """Run an action in a daemon thread, and return or raise what it does.

    Raises TimeoutError after `seconds`, and leaves the action running. A socket timeout is
    not enough: it restarts with every byte and does not cover DNS lookups.
    """
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(action())
        except BaseException as error:  # noqa: BLE001  it is raised in the thread that waits
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future.result(seconds)


class Deadline:
    """The end of a run, `seconds` from now."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._now = now
        self._end = now() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return self._now() >= self._end
