"""Counts how often each documented (endpoint, code) pair has been answered."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.page import Pair

TOTAL: Final = len(DOCUMENTED_PAIRS)


class Coverage:
    """Counts answered pairs. Forced codes count separately, because they prove nothing.

    `whole` is the coverage of the whole server, which survives resets and deleted sandboxes.
    Thread-safe.
    """

    __slots__ = ("_answered", "_forced", "_lock", "whole")

    def __init__(self, whole: Coverage | None = None) -> None:
        self.whole = whole or self
        self._lock = threading.Lock()
        self._answered: dict[Pair, int] = {}
        self._forced: dict[Pair, int] = {}

    def count(self, pair: Pair, forced: bool) -> None:
        counts = self._forced if forced else self._answered
        with self._lock:
            counts[pair] = counts.get(pair, 0) + 1

    def reset(self) -> None:
        with self._lock:
            self._answered.clear()
            self._forced.clear()

    @property
    def answered(self) -> Mapping[Pair, int]:
        """How often each pair was answered, without forced codes."""
        with self._lock:
            return dict(self._answered)

    @property
    def forced(self) -> Mapping[Pair, int]:
        """How often each pair was forced."""
        with self._lock:
            return dict(self._forced)

    @property
    def missing(self) -> list[Pair]:
        """The documented pairs that were never answered."""
        answered = self.answered
        return [pair for pair in DOCUMENTED_PAIRS if pair not in answered]

    @property
    def percent(self) -> float:
        """The percentage of the documented pairs that were answered."""
        return round(100 * (TOTAL - len(self.missing)) / TOTAL, 1)
