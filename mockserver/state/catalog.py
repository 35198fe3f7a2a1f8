"""Named entries, cheap in bulk: `repeat: 100000` costs one template, not 100,000 objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MAX_DIGITS: Final = 12
_PLACEHOLDER: Final = re.compile(r"\{n(?::0([1-9][0-9]?)d?)?\}")


class Template:
    """Text with `{n}` or `{n:06}` in it, which stands for a run of names counted from 1.

    Raises ValueError where the text has any other use of braces.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = _PLACEHOLDER.split(text)
        self.literals: Final = tuple(pieces[::2])  # what stands before, between and behind numbers
        self.widths: Final = tuple(int(width or 0) for width in pieces[1::2])
        if any("{" in literal or "}" in literal for literal in self.literals):
            raise ValueError("expected no braces but those of {n} or {n:06}")
        self._format = _PLACEHOLDER.sub(
            lambda found: f"{{0:0{found[1]}d}}" if found[1] else "{0}", text
        )
        self.varies = bool(self.widths)
        self.prefix: Final = self.literals[0]  # what all its names begin with
        self._first = self._first_numbers()

    def length(self, digits: int) -> int:
        """How long a name is whose n has that many digits."""
        numbers = sum(max(width, digits) for width in self.widths)
        return sum(map(len, self.literals)) + numbers

    def _first_numbers(self) -> dict[int, set[int]]:
        """For each length that a name may have, how long its first number can be.

        The number of digits of n settles where each literal stands, so that no name of whatever
        length costs more than a few comparisons.
        """
        found: dict[int, set[int]] = {}
        for digits in range(1, MAX_DIGITS + 1) if self.varies else ():
            found.setdefault(self.length(digits), set()).add(max(self.widths[0], digits))
        return found

    def format(self, n: int) -> str:
        return self._format.format(n)

    def number_of(self, name: str) -> int | None:
        """The n whose name this is, or None."""
        if not name.startswith(self.prefix):
            return None
        begin = len(self.prefix)
        for length in self._first.get(len(name), ()):
            text = name[begin : begin + length]
            if text.isascii() and text.isdigit() and self.format(int(text)) == name:
                return int(text)
        return None


class Bulk(Generic[T]):
    """`repeat` entries made on demand: the n-th is `make(n)`, found by its name."""

    def __init__(self, name: Template, repeat: int, make: Callable[[int], T]) -> None:
        self.name = name
        self.repeat = repeat
        self.make = make

    def find(self, name: str) -> T | None:
        n = self.name.number_of(name)
        return self.make(n) if n is not None and 1 <= n <= self.repeat else None

    def names(self) -> Iterator[str]:
        return (self.name.format(n) for n in range(1, self.repeat + 1))


class Catalog(Generic[T]):
    """Entries found by name: some held as they are, some made in bulk. Never changes."""

    def __init__(self, single: Mapping[str, T], bulks: Sequence[Bulk[T]] = ()) -> None:
        self._single = single
        self.bulks = tuple(bulks)

    def find(self, name: str) -> T | None:
        entry = self._single.get(name)
        if entry is None:
            for bulk in self.bulks:
                entry = bulk.find(name)
                if entry is not None:
                    break
        return entry

    def find_single(self, name: str) -> T | None:
        """The entry of that name, unless it is made in bulk."""
        return self._single.get(name)

    def __len__(self) -> int:
        return len(self._single) + sum(bulk.repeat for bulk in self.bulks)

    def single_names(self) -> Iterator[str]:
        """The names of the entries that were not made in bulk."""
        return iter(self._single)

    def names(self) -> Iterator[str]:
        """Every name, in the order of the fixtures, those made in bulk last."""
        yield from self._single
        for bulk in self.bulks:
            yield from bulk.names()

    def entries(self) -> Iterator[T]:
        """Every entry, in the order of `names`."""
        yield from self._single.values()
        for bulk in self.bulks:
            yield from map(bulk.make, range(1, bulk.repeat + 1))

    def samples(self) -> Iterator[T]:
        """Every single entry and the first of each bulk."""
        yield from self._single.values()
        for bulk in self.bulks:
            yield bulk.make(1)
