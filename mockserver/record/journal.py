"""The journal: the exchanges of a sandbox, with the reasons for the replies.

The journal is bounded. If an evicted entry could have matched a query, `complete` is false.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from itertools import count, islice
from typing import Final

from msgspec import Struct

from mockserver.api.page import Endpoint
from mockserver.record.exchange import Exchange
from mockserver.state.clock import Clock

MAX_BYTES: Final = 64 * 1024 * 1024
# An entry and its place in the deque, without the exchange.
_ENTRY_BYTES: Final = 80
# Eviction frees 1/64 of the budget at once, to amortize its cost.
_ROOM: Final = 64


class Entry(Struct, frozen=True, gc=False):
    """One exchange. Ids increase over the whole server. `size` is in bytes."""

    id: int
    time_ms: int
    exchange: Exchange
    size: int


class JournalQuery(Struct, frozen=True):
    """A filter for entries. None matches any value."""

    endpoint: Endpoint | None = None
    code: int | None = None
    username: str | None = None
    after: int = 0

    def matches(self, entry: Entry) -> bool:
        exchange = entry.exchange
        return (
            entry.id > self.after
            and self.endpoint in (None, exchange.endpoint)
            and self.code in (None, exchange.code)
            and self.username in (None, exchange.username)
        )


class JournalBudget:
    """Bounds the total memory of a server's journals, and numbers their entries."""

    def __init__(self, max_entries: int, max_bytes: int = MAX_BYTES) -> None:
        self.max_entries = max_entries
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._bytes = 0
        self.next_id: Final = count(1).__next__
        self._journals: dict[int, Journal] = {}

    def admit(self, journal: Journal) -> None:
        with self._lock:
            self._journals[id(journal)] = journal

    def dismiss(self, journal: Journal) -> None:
        with self._lock:
            self._journals.pop(id(journal), None)
        journal.close()

    def spend(self, size: int) -> None:
        """Add `size` bytes, negative if freed. Evicts entries if the budget is exceeded."""
        with self._lock:
            self._bytes += size
            if size <= 0 or self._bytes <= self._max_bytes:
                return
            journals = sorted(self._journals.values(), key=_size, reverse=True)
        # Evict more than needed, so that the next few requests need not evict again.
        for journal in journals:
            if self._bytes <= self._max_bytes - self._max_bytes // _ROOM:
                break
            journal.halve()


def _size(journal: Journal) -> int:
    return journal.size


class Journal:
    """The latest exchanges of one sandbox. Thread-safe."""

    __slots__ = (
        "_budget", "_clock", "_entries", "_gone", "_lock", "_next_id", "closed", "size",
    )  # fmt: skip

    def __init__(self, clock: Clock, budget: JournalBudget) -> None:
        self._clock = clock
        self._budget = budget
        self._next_id = budget.next_id
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque()
        self.size = 0
        self.closed = False
        # The id of the last evicted entry, by endpoint and code.
        self._gone: dict[tuple[Endpoint | None, int | None], int] = {}
        budget.admit(self)

    def record(self, exchange: Exchange) -> None:
        """Append an entry. Call it before the reply is sent."""
        with self._lock:
            if self.closed:
                return
            spent = _ENTRY_BYTES + exchange.size
            self._entries.append(Entry(self._next_id(), self._clock.now_ms(), exchange, spent))
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
            self._gone[entry.exchange.endpoint, entry.exchange.code] = entry.id
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

    def find(self, query: JournalQuery, limit: int | None = None) -> tuple[list[Entry], int, bool]:
        """Return the matching entries, their total number, and whether the result is complete.

        Entries are oldest first, at most `limit`. The result is complete if no evicted entry could
        have matched.
        """
        with self._lock:
            entries = [entry for entry in self._entries if query.matches(entry)]
            complete = self._is_complete(query)
        return list(islice(entries, limit)), len(entries), complete

    def entry(self, number: int) -> Entry | None:
        with self._lock:
            return next((entry for entry in self._entries if entry.id == number), None)

    def count(self, query: JournalQuery) -> tuple[int, bool]:
        """Return the number of matching entries, and whether it is complete (see `find`)."""
        with self._lock:
            matching = sum(map(query.matches, self._entries))
            return matching, self._is_complete(query)

    def _is_complete(self, query: JournalQuery) -> bool:
        return not any(
            last > query.after and query.endpoint in (None, endpoint) and query.code in (None, code)
            for (endpoint, code), last in self._gone.items()
        )

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(list(self._entries))
