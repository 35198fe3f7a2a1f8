"""Waiting for what another thread or process does, where it offers nothing to wait on."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Final

from mockserver.state.clock import monotonic

# Long enough for the slowest machine; nothing waits so long unless it fails.
PATIENCE_S: Final = 60.0
_LOOK_S: Final = 0.002


def eventually(predicate: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Return once the predicate holds; AssertionError that names `what` if it never does."""
    deadline = monotonic() + patience_s
    while not predicate():
        assert monotonic() < deadline, f"not within {patience_s:g} s: {what}"
        sleep(_LOOK_S)
