"""The performance targets, and whether a run met them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from benchmarks import mock, shared
from benchmarks.peers import measure as peers
from benchmarks.results import CPU, LOADED, P50, P99, RATE, SECONDS, Table
from benchmarks.servers import BARE, BASE, LOGGED, MOCK


class Target(Struct, frozen=True):
    """A limit for one figure, or, with `of`, for its ratio to the same figure of another row."""

    table: str
    row: str
    column: str
    limit: float
    of: str = ""
    at_least: bool = False

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{' ×' if self.of else ''}"

    def judge(self, tables: Mapping[str, Table]) -> tuple[str, bool | None]:
        """Return the figure, and whether it meets the target, or None if not measured."""
        table = tables.get(self.table, {})
        values = table.get(self.row, {}).get(self.column)
        if values is None or (self.of and self.of not in table):
            return "not measured", None
        if self.of:
            values = ratios(values, table[self.of][self.column])
        found = statistics.median(values)
        return spread(values), found >= self.limit if self.at_least else found <= self.limit


def ratios(tops: Sequence[float], bottoms: Sequence[float]) -> list[float]:
    """Return the ratio of each round. Drift between rounds cancels out."""
    return [top / bottom for top, bottom in zip(tops, bottoms, strict=True)]


def spread(values: Sequence[float]) -> str:
    """Format the median, with the lowest and highest value if there are several."""
    found = f"{statistics.median(values):.2f}"
    return found if len(values) == 1 else f"{found} ({min(values):.2f} to {max(values):.2f})"


_AT_16: Final = mock.load_title(16)
_USERS: Final = list(mock.USERS)
_SANDBOXES: Final = list(mock.SANDBOXES)

OF_MOCK: Final = [
    Target(_AT_16, MOCK, RATE, 1.6, BARE, at_least=True),
    Target(mock.load_title(1), MOCK, RATE, 1.0, BARE, at_least=True),
    *(
        Target(mock.load_title(number), MOCK, RATE, 1.0, BASE, at_least=True)
        for number in mock.CONNECTIONS
    ),
    Target(_AT_16, LOGGED, RATE, 0.85, MOCK, at_least=True),
    Target(shared.TITLE, shared.ONE, CPU, 4.0, MOCK),
    Target(shared.TITLE, shared.PACED, P50, 1.0),
    Target(shared.TITLE, shared.TWO, RATE, 1.6, shared.ONE, at_least=True),
    Target(shared.TITLE, shared.USERS, CPU, 1.1, shared.ONE),
    Target(shared.TITLE, shared.SANDBOXES, CPU, 1.1, shared.ONE),
    Target(mock.START, MOCK, SECONDS, 1.3, mock.IMPORTS),
    Target(mock.START, MOCK, SECONDS, 1.0, BASE),
    Target(mock.MEMORY_USE, MOCK, LOADED, 40),
    Target(mock.GROWTH, _USERS[-1], CPU, 1.1, _USERS[0]),
    Target(mock.GROWTH, _SANDBOXES[-1], CPU, 1.1, _SANDBOXES[0]),
    Target(mock.FIXTURES, mock.WRITTEN, SECONDS, 6),
    Target(mock.FIXTURES, mock.CHECK, SECONDS, 10),
]
OF_PEERS: Final = [
    Target(peers.LOAD, MOCK, RATE, 1.0, "WireMock", at_least=True),
    Target(peers.LOAD, MOCK, P99, 0.5, "WireMock"),
]
