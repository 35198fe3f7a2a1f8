"""What the mocks of this process's tests have answered, for the coverage gate of the plugin."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

# Returns the (endpoint, code) pairs that a mock has answered.
Answered: TypeAlias = Callable[[], set[tuple[str, int]]]

_lock = threading.Lock()
_running: list[Answered] = []
_answered: set[tuple[str, int]] = set()


def begin(answered: Answered) -> None:
    """Note a mock that starts."""
    with _lock:
        _running.append(answered)


def end(answered: Answered) -> None:
    """Keep what a mock that stops has answered."""
    pairs = answered()
    with _lock:
        _answered.update(pairs)
        _running.remove(answered)


def covered() -> set[tuple[str, int]]:
    """Return the (endpoint, code) pairs that were answered, by mocks that still run too."""
    with _lock:
        return _answered.union(*(answered() for answered in _running))
