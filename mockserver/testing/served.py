"""What the servers in this process have answered, for the coverage gate of the pytest plugin."""

from __future__ import annotations

import threading

from mockserver.sandbox.control import PairCounts

_lock = threading.Lock()
_running: list[PairCounts] = []
_answered: set[tuple[str, int]] = set()


def begin(coverage: PairCounts) -> None:
    """Note a server that starts."""
    with _lock:
        _running.append(coverage)


def end(coverage: PairCounts) -> None:
    """Keep what a server that has stopped has answered."""
    with _lock:
        _answered.update(_pairs(coverage))
        _running.remove(coverage)


def covered() -> set[tuple[str, int]]:
    """Return the (endpoint, code) pairs that were answered, by servers that still run too."""
    with _lock:
        return _answered.union(*map(_pairs, _running))


def _pairs(coverage: PairCounts) -> set[tuple[str, int]]:
    return {(endpoint.path, code.number) for endpoint, code in coverage.answered}
