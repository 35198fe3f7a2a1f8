"""Counts how often each documented (endpoint, code) pair has been answered."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from msgspec import Struct

from mockserver.api.catalog import pairs_of
from mockserver.api.page import Pair


class PageCoverage(Struct, frozen=True):
    """Which pairs of a page, or of all pages, were answered, and which never."""

    documented: Sequence[Pair]
    missing: Sequence[Pair]

    @property
    def percent(self) -> float:
        """The percentage of the pairs that were answered."""
        total = len(self.documented)
        return 100 * (total - len(self.missing)) / total


class Coverage:
    """Counts answered pairs. Forced codes count separately, because they prove nothing.

    `whole` is the coverage of the whole server, which survives resets and deleted sandboxes.
    `profile` is the name of the profile, which decides the pairs. Thread-safe.
    """

    __slots__ = ("_answered", "_forced", "_lock", "pairs", "whole")

    def __init__(self, whole: Coverage | None = None, profile: str = "documented") -> None:
        self.pairs: Mapping[str, tuple[Pair, ...]] = (
            pairs_of(profile) if whole is None else whole.pairs
        )
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

    def of_page(self, name: str) -> PageCoverage:
        """Return the coverage of the page with this name, or of ALL_PAGES."""
        documented, answered = self.pairs[name], self.answered
        return PageCoverage(documented, [pair for pair in documented if pair not in answered])
