"""The journal: the exchanges of a sandbox, with the reasons for the replies."""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.api.page import Endpoint
from mockserver.record.bounded_log import BoundedLog, LogBudget
from mockserver.record.exchange import Exchange
from mockserver.state.clock import Clock

# An entry and its place in the deque, without the exchange.
_ENTRY_BYTES: Final = 80
_Kind: TypeAlias = tuple[Endpoint | None, int | None]


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

    def may_match(self, kind: object, last_id: int) -> bool:
        """Whether an evicted entry of this endpoint and code could have matched."""
        wanted = (self.endpoint, self.code)
        return last_id > self.after and (
            isinstance(kind, tuple)
            and all(want in (None, one) for want, one in zip(wanted, kind, strict=True))
        )


def _kind_of(entry: Entry) -> _Kind:
    return entry.exchange.endpoint, entry.exchange.code


class Journal(BoundedLog[Entry]):
    """The latest exchanges of one sandbox. Thread-safe."""

    __slots__ = ()

    def __init__(self, clock: Clock, budget: LogBudget) -> None:
        super().__init__(clock, budget, _kind_of)

    def record(self, exchange: Exchange) -> None:
        """Append an entry. Call it before the reply is sent."""
        size = _ENTRY_BYTES + exchange.size
        self._append(lambda number, now_ms: Entry(number, now_ms, exchange, size))
