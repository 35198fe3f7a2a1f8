"""Journal and outbox of one sandbox in Redis, for the control plane."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from mockserver.record.bounded_log import LogEntry, Query
from mockserver.sandbox.redis.access import Access
from mockserver.sandbox.redis.records import hash_of
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.clock import monotonic

E = TypeVar("E", bound=LogEntry)

# How many entries one step reads. A script stops Redis longer than a command.
_IN_SCRIPT: Final = 50
_IN_COMMAND: Final = 250
# A call that waits looks no more often than this, however much is recorded.
_PAUSE_S: Final = 0.02


class RedisLog(Generic[E]):
    """The latest entries of one sandbox, which are a stream.

    `part` is `journal` or `outbox`. `read` reads an entry from its id, its time in milliseconds
    since 1970 and its text. `kind_of` reads the kind of evicted entries.
    """

    def __init__(
        self,
        access: Access,
        sandbox_id: str,
        part: str,
        read: Callable[[int, int, bytes], E],
        kind_of: Callable[[str], object],
    ) -> None:
        self._access = access
        self._id = sandbox_id
        self._part = part
        self._read = read
        self._kind_of = kind_of

    @property
    def closed(self) -> bool:
        """Whether the sandbox is gone. The default one never is."""
        if self._id == DEFAULT_ID:
            return False
        state = self._access.link.key(self._id, "state")
        return not self._access.link.command("EXISTS", state)

    def find(
        self, query: Query[E], limit: int | None = None, newest_first: bool = False
    ) -> tuple[list[E], int, bool]:
        """Return the matching entries, their number and whether they are all, see BoundedLog."""
        reading = _Reading(self, query)
        complete = reading.read_on()
        entries = reading.found
        ordered = reversed(entries) if newest_first else iter(entries)
        return list(islice(ordered, limit)), len(entries), complete

    def entry(self, number: int) -> E | None:
        """Return the entry with this id, or None."""
        key, name = self._access.link.key(self._id, self._part), f"{number}-0"
        found = self._access.link.command("XRANGE", key, name, name)
        return self.read_entry(found[0]) if found else None

    def count(self, query: Query[E]) -> tuple[int, bool]:
        """Return the number of matching entries, and whether it is complete."""
        reading = _Reading(self, query)
        complete = reading.read_on()
        return len(reading.found), complete

    def counter(self, query: Query[E]) -> Callable[[], int]:
        """Return what counts the matching entries again and again, and reads only new ones."""
        reading = _Reading(self, query)
        looked_s: float | None = None

        def count() -> int:
            nonlocal looked_s
            now_s = monotonic()
            if looked_s is not None and now_s < looked_s + _PAUSE_S:
                time.sleep(looked_s + _PAUSE_S - now_s)
            looked_s = monotonic()
            reading.read_on()
            return len(reading.found)

        return count

    def clear(self) -> None:
        """Delete all entries. Later queries are complete again."""
        self._access.apply(self._id, ["clear", self._part])

    def read_part(self, after: int) -> tuple[int | None, Sequence[Any], Sequence[bytes]]:
        """Read the first entries after an id, in one step.

        Returns the id of the log's first entry, the stored entries, and the last evicted ids.
        """
        first, entries, evicted = self._access.run("log", self._id, self._part, after, _IN_SCRIPT)
        return (_number(first) if first else None), entries, evicted

    def read_more(self, after: int) -> Sequence[Any]:
        """Read entries after an id, in a step that stops Redis for less time."""
        key = self._access.link.key(self._id, self._part)
        call = ("XRANGE", key, f"({after}-0", "+", "COUNT", _IN_COMMAND)
        entries: Sequence[Any] = self._access.link.command(*call)
        return entries

    def read_entry(self, stored: tuple[bytes, list[bytes]]) -> E:
        """Read a stored entry."""
        name, fields = stored
        return self._read(_number(name), int(fields[3]), fields[5])

    def may_match(self, query: Query[E], kind: bytes, last: int) -> bool:
        """Whether an entry of this stored kind, with this id or a lower one, may match."""
        return query.may_match(self._kind_of(kind.decode()), last)


class _Reading(Generic[E]):
    """Reads the matching entries of a log, a few in each step. Later only the new ones.

    `found` is what the log had in the last step.
    """

    def __init__(self, log: RedisLog[E], query: Query[E]) -> None:
        self._log = log
        self._query = query
        self._after = query.after
        self.found: deque[E] = deque()

    def read_on(self) -> bool:
        """Read to the end of the log. Returns whether the result is complete, see BoundedLog."""
        while True:
            first, entries, evicted = self._log.read_part(self._after)
            self._take(entries)
            if len(entries) < _IN_SCRIPT:
                break
            while len(more := self._log.read_more(self._after)) == _IN_COMMAND:
                self._take(more)
            self._take(more)
        # Entries are evicted or cleared in their order, perhaps after they were read.
        while self.found and (first is None or self.found[0].id < first):
            self.found.popleft()
        gone = hash_of(evicted).items()
        return not any(self._log.may_match(self._query, kind, int(last)) for kind, last in gone)

    def _take(self, entries: Sequence[Any]) -> None:
        for stored in entries:
            number = _number(stored[0])
            if self._log.may_match(self._query, stored[1][1], number):
                entry = self._log.read_entry(stored)
                if self._query.matches(entry):
                    self.found.append(entry)
            self._after = number


def _number(name: bytes) -> int:
    return int(name.split(b"-")[0])
