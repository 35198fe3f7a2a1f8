"""Logs of a sandbox that are bounded in number and, over the whole server, in bytes.

If an evicted entry could have matched a query, the result is not complete.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Final, Generic, Protocol, TypeVar

from mockserver.state.clock import Clock

MAX_BYTES: Final = 64 * 1024 * 1024
# Eviction frees 1/64 of the budget at once, to amortize its cost.
_ROOM: Final = 64


class LogEntry(Protocol):
    """An entry of a log. Ids increase over the whole server. `size` is in bytes."""

    @property
    def id(self) -> int: ...
    @property
    def size(self) -> int: ...


E = TypeVar("E", bound=LogEntry)


Asked_contra = TypeVar("Asked_contra", bound=LogEntry, contravariant=True)


class Query(Protocol[Asked_contra]):
    """Selects entries of a log. All of them have a greater id than `after`."""

    @property
    def after(self) -> int: ...

    def matches(self, entry: Asked_contra, /) -> bool:
        """Whether the query selects this entry."""

    def may_match(self, kind: object, last_id: int, /) -> bool:
        """Whether an evicted entry of this kind could have matched. `last_id` is its last id."""


class LogBudget:
    """Bounds the total memory of a server's logs of one type, and numbers their entries."""

    def __init__(self, max_entries: int, max_bytes: int = MAX_BYTES) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._bytes = 0
        self.next_id: Final = count(1).__next__
        self._logs: dict[int, BoundedLog[LogEntry]] = {}

    def admit(self, log: BoundedLog[E]) -> None:
        with self._lock:
            self._logs[id(log)] = log  # type: ignore[assignment]  # of whichever entries

    def dismiss(self, log: BoundedLog[E]) -> None:
        with self._lock:
            self._logs.pop(id(log), None)
        log.close()

    def spend(self, size: int) -> None:
        """Add `size` bytes, negative if freed. Evicts entries if the budget is exceeded."""
        with self._lock:
            self._bytes += size
            if size <= 0 or self._bytes <= self.max_bytes:
                return
            logs = sorted(self._logs.values(), key=lambda log: log.size, reverse=True)
        # Evict more than needed, so that the next few requests need not evict again.
        for log in logs:
            if self._bytes <= self.max_bytes - self.max_bytes // _ROOM:
                break
            log.halve()


class BoundedLog(Generic[E]):
    """The latest entries of one sandbox. Thread-safe."""

    __slots__ = ("_budget", "_clock", "_entries", "_gone", "_kind_of", "_lock", "closed", "size")

    def __init__(self, clock: Clock, budget: LogBudget, kind_of: Callable[[E], object]) -> None:
        self._clock = clock
        self._budget = budget
        self._kind_of = kind_of
        self._lock = threading.Lock()
        self._entries: deque[E] = deque()
        self.size = 0
        self.closed = False
        # The id of the last evicted entry of each kind.
        self._gone: dict[object, int] = {}
        budget.admit(self)

    def _append(self, make: Callable[[int, int], E]) -> None:
        """Append the entry that `make` makes of an id and the time in milliseconds since 1970."""
        with self._lock:
            if self.closed:
                return
            entry = make(self._budget.next_id(), self._clock.now_ms())
            self._entries.append(entry)
            spent = entry.size
            self.size += spent
            if len(self._entries) > self._budget.max_entries:
                spent -= self._drop(1)
        if spent:
            self._budget.spend(spent)

    def _drop(self, number: int) -> int:
        """Evict the oldest entries and remember their ids. Returns the freed bytes."""
        freed = 0
        for _ in range(number):
            entry = self._entries.popleft()
            self._gone[self._kind_of(entry)] = entry.id
            freed += entry.size
        self.size -= freed
        return freed

    def halve(self) -> None:
        """Evict the older half of the entries."""
        with self._lock:
            freed = self._drop((len(self._entries) + 1) // 2)
        self._budget.spend(-freed)

    def clear(self) -> None:
        """Delete all entries. Later queries are complete again."""
        with self._lock:
            freed, self.size = self.size, 0
            self._entries.clear()
            self._gone.clear()
        self._budget.spend(-freed)

    def close(self) -> None:
        """Delete all entries and ignore later ones."""
        with self._lock:
            self.closed = True
        self.clear()

    def find(
        self, query: Query[E], limit: int | None = None, newest_first: bool = False
    ) -> tuple[list[E], int, bool]:
        """Return the matching entries, their total number, and whether the result is complete.

        Returns at most `limit` entries, oldest first unless `newest_first`. The result is complete
        if no evicted entry could have matched.
        """
        with self._lock:
            entries = [entry for entry in self._entries if query.matches(entry)]
            complete = self._is_complete(query)
        ordered = reversed(entries) if newest_first else iter(entries)
        return list(islice(ordered, limit)), len(entries), complete

    def entry(self, number: int) -> E | None:
        with self._lock:
            return next((entry for entry in self._entries if entry.id == number), None)

    def count(self, query: Query[E]) -> tuple[int, bool]:
        """Return the number of matching entries, and whether it is complete (see `find`)."""
        with self._lock:
            matching = sum(map(query.matches, self._entries))
            return matching, self._is_complete(query)

    def counter(self, query: Query[E]) -> Callable[[], int]:
        """Return what counts the matching entries each time that it is called."""
        return lambda: self.count(query)[0]

    def _is_complete(self, query: Query[E]) -> bool:
        return not any(query.may_match(kind, last) for kind, last in self._gone.items())

    def __iter__(self) -> Iterator[E]:
        with self._lock:
            return iter(list(self._entries))
