"""Journal and outbox of one sandbox in Redis, for the control plane."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Generic, TypeVar

from mockserver.record.bounded_log import LogEntry, Query
from mockserver.sandbox.redis.access import Access
from mockserver.sandbox.redis.records import hash_of
from mockserver.sandbox.rules import DEFAULT_ID

E = TypeVar("E", bound=LogEntry)


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
        entries, complete = self._matching(query)
        ordered = reversed(entries) if newest_first else iter(entries)
        return list(islice(ordered, limit)), len(entries), complete

    def entry(self, number: int) -> E | None:
        """Return the entry with this id, or None."""
        key, name = self._access.link.key(self._id, self._part), f"{number}-0"
        found = self._access.link.command("XRANGE", key, name, name)
        return self._entry(found[0]) if found else None

    def count(self, query: Query[E]) -> tuple[int, bool]:
        """Return the number of matching entries, and whether it is complete."""
        entries, complete = self._matching(query)
        return len(entries), complete

    def clear(self) -> None:
        """Delete all entries. Later queries are complete again."""
        self._access.apply(self._id, ["clear", self._part])

    def _matching(self, query: Query[E]) -> tuple[list[E], bool]:
        _, _, entries, evicted = self._access.run("log", self._id, self._part, query.after)
        found = [one for one in map(self._entry, entries) if query.matches(one)]
        gone = hash_of(evicted).items()
        is_short = any(
            query.may_match(self._kind_of(kind.decode()), int(last)) for kind, last in gone
        )
        return found, not is_short

    def _entry(self, stored: tuple[bytes, list[bytes]]) -> E:
        name, fields = stored
        return self._read(int(name.split(b"-")[0]), int(fields[3]), fields[5])
