"""The journal: what was asked of a sandbox, what was answered, and why.

It is bounded, and it never hides that: a query that an entry which had to go could have matched
is answered with `complete` false.
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
# An entry and its place, beside the exchange.
_ENTRY_BYTES: Final = 80
# Of the bytes that there are, this part is freed at once.
_ROOM: Final = 64


class Entry(Struct, frozen=True, gc=False):
    """One exchange; ids grow over the whole server, `size` is in bytes."""

    id: int
    time_ms: int
    exchange: Exchange
    size: int


class JournalQuery(Struct, frozen=True):
    """Which entries are asked for; None means any."""

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
    """Bounds the memory of all journals of a server together, and numbers their entries."""

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
        """Take account of memory, less than nothing where some became free; make room at need."""
        with self._lock:
            self._bytes += size
            if size <= 0 or self._bytes <= self._max_bytes:
                return
            journals = sorted(self._journals.values(), key=_size, reverse=True)
        # To a good deal less at once: it is not to be done again for the next few requests.
        for journal in journals:
            if self._bytes <= self._max_bytes - self._max_bytes // _ROOM:
                break
            journal.halve()


def _size(journal: Journal) -> int:
    return journal.size


class Journal:
    """The latest exchanges of one sandbox."""

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
        # For each endpoint and code the last entry that had to go.
        self._gone: dict[tuple[Endpoint | None, int | None], int] = {}
        budget.admit(self)

    def record(self, exchange: Exchange) -> None:
        """Append; to be called before the reply leaves."""
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
        """Let the oldest entries go, and remember what; the bytes that become free."""
        freed = 0
        for _ in range(number):
            entry = self._entries.popleft()
            self._gone[entry.exchange.endpoint, entry.exchange.code] = entry.id
            freed += entry.size
        self.size -= freed
        return freed

    def halve(self) -> None:
        """Let the older half go."""
        with self._lock:
            freed = self._drop((len(self._entries) + 1) // 2)
        self._budget.spend(-freed)

    def clear(self) -> None:
        """Forget everything, as asked; what comes after is complete again."""
        with self._lock:
            freed, self.size = self.size, 0
            self._entries.clear()
            self._gone.clear()
        self._budget.spend(-freed)

    def close(self) -> None:
        """Forget everything for good."""
        with self._lock:
            self.closed = True
        self.clear()

    def find(self, query: JournalQuery, limit: int | None = None) -> tuple[list[Entry], int, bool]:
        """The matching entries, oldest first and at most `limit`; how many match; whether none
        that could have matched has been let go.
        """
        with self._lock:
            entries = [entry for entry in self._entries if query.matches(entry)]
            complete = self._is_complete(query)
        return list(islice(entries, limit)), len(entries), complete

    def entry(self, number: int) -> Entry | None:
        with self._lock:
            return next((entry for entry in self._entries if entry.id == number), None)

    def count(self, query: JournalQuery) -> tuple[int, bool]:
        """How many entries match, and whether none that could have matched has been let go."""
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
