"""Collections of named entries. Bulk entries are cheap: `repeat: 100000` costs one template."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MAX_DIGITS: Final = 12
_PLACEHOLDER: Final = re.compile(r"\{n(?::0([1-9][0-9]?)d?)?\}")


class Template:
    """A text with `{n}` or `{n:06}` in it, which stands for a series of names numbered from 1.

    Raises ValueError if the text has any other braces.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = _PLACEHOLDER.split(text)
        self.literals: Final = tuple(pieces[::2])  # the text before, between and after the numbers
        self.widths: Final = tuple(int(width or 0) for width in pieces[1::2])
        if any("{" in literal or "}" in literal for literal in self.literals):
            raise ValueError("expected no braces except {n} or {n:06}")
        self._format = _PLACEHOLDER.sub(
            lambda found: f"{{0:0{found[1]}d}}" if found[1] else "{0}", text
        )
        self.varies = bool(self.widths)
        self.prefix: Final = self.literals[0]  # the start of all its names
        self._first = self._first_numbers()

    def length(self, digits: int) -> int:
        """Return the length of a name whose n has this many digits."""
        numbers = sum(max(width, digits) for width in self.widths)
        return sum(map(len, self.literals)) + numbers

    def _first_numbers(self) -> dict[int, set[int]]:
        """Map each possible length of a name to the possible lengths of its first number.

        The number of digits of n determines where each literal stands. A lookup therefore costs a
        few comparisons, however long the name is.
        """
        found: dict[int, set[int]] = {}
        for digits in range(1, MAX_DIGITS + 1) if self.varies else ():
            found.setdefault(self.length(digits), set()).add(max(self.widths[0], digits))
        return found

    def format(self, n: int) -> str:
        return self._format.format(n)

    def number_of(self, name: str) -> int | None:
        """Return the n of this name, or None if the name does not match."""
        if not name.startswith(self.prefix):
            return None
        begin = len(self.prefix)
        for length in self._first.get(len(name), ()):
            text = name[begin : begin + length]
            if text.isascii() and text.isdigit() and self.format(int(text)) == name:
                return int(text)
        return None


class Bulk(Generic[T]):
    """Up to `repeat` entries that are made on demand: `make(n)` makes the n-th one.

    `owner` is the template of their owners' names, or None if they have no owner. There are no
    entries of the numbers `without`. `written` is the entry as the fixtures have it.
    """

    def __init__(  # noqa: PLR0917  what an entry of the fixtures consists of
        self,
        name: Template,
        repeat: int,
        make: Callable[[int], T],
        owner: Template | None = None,
        without: Iterable[int] = (),
        written: object = None,
    ) -> None:
        self.name = name
        self.repeat = repeat
        self.make = make
        self.owner = owner
        self.written = written
        self._without: Final = frozenset(without)
        self.without: Final = sorted(self._without)
        # For each number that is left out, how many numbers before it are not.
        self._before = [n - index for index, n in enumerate(self.without)]

    def __len__(self) -> int:
        return self.repeat - len(self.without)

    def find(self, name: str) -> T | None:
        n = self.number_of(name)
        return None if n is None else self.make(n)

    def number_of(self, name: str) -> int | None:
        """Return the n of the entry with this name, or None."""
        return self._own(self.name.number_of(name))

    def _own(self, n: int | None) -> int | None:
        is_own = n is not None and 1 <= n <= self.repeat and n not in self._without
        return n if is_own else None

    def index_of(self, n: int) -> int:
        """Return how many entries come before the n-th one."""
        return n - 1 - bisect_left(self.without, n)

    def number_at(self, index: int) -> int:
        """Return the n of the entry that has so many entries before it."""
        return index + 1 + bisect_right(self._before, index + 1)

    def owned(self, owner: str) -> range:
        """Return the indices of all entries of this owner."""
        if self.owner is None:
            return range(0)
        if not self.owner.varies:
            return range(len(self)) if self.owner.text == owner else range(0)
        n = self._own(self.owner.number_of(owner))
        return range(0) if n is None else range(self.index_of(n), self.index_of(n) + 1)

    def numbers(self) -> Iterator[int]:
        """Yield the n of all entries."""
        every = range(1, self.repeat + 1)
        return (n for n in every if n not in self._without) if self.without else iter(every)

    def names(self) -> Iterator[str]:
        return map(self.name.format, self.numbers())

    def entries(self) -> Iterator[T]:
        return map(self.make, self.numbers())


class Catalog(Generic[T]):
    """An immutable collection of named entries: single ones, and bulk ones made on demand."""

    def __init__(self, single: Mapping[str, T], bulks: Sequence[Bulk[T]] = ()) -> None:
        self._single = single
        self.bulks = tuple(bulks)
        # The position of each bulk's first entry. Single entries come before all bulks.
        self._begins = list(accumulate(map(len, self.bulks), initial=len(self._single)))

    def find(self, name: str) -> T | None:
        entry = self._single.get(name)
        if entry is None:
            for bulk in self.bulks:
                entry = bulk.find(name)
                if entry is not None:
                    break
        return entry

    def __len__(self) -> int:
        return self._begins[-1]

    @cached_property
    def _single_positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self._single)}

    @cached_property
    def _single_names(self) -> list[str]:
        return list(self._single)

    def position(self, name: str) -> int | None:
        """Return the index of a name in the order of `names`, or None if there is no such name."""
        if name in self._single:
            return self._single_positions[name]
        for begin, bulk in zip(self._begins, self.bulks, strict=False):
            n = bulk.number_of(name)
            if n is not None:
                return begin + bulk.index_of(n)
        return None

    def name_at(self, position: int) -> str:
        """Return the name at this position."""
        if position < len(self._single):
            return self._single_names[position]
        which = bisect_right(self._begins, position) - 1
        bulk = self.bulks[which]
        return bulk.name.format(bulk.number_at(position - self._begins[which]))

    def owned(
        self, owner: str, owner_of: Callable[[T], str | None], start: int = 0
    ) -> Iterator[int]:
        """Yield the positions of this owner's entries, from `start` on.

        `owner_of` returns the owner of a single entry.
        """
        for position, entry in enumerate(self._single.values()):
            if position >= start and owner_of(entry) == owner:
                yield position
        for begin, bulk in zip(self._begins, self.bulks, strict=False):
            indices = bulk.owned(owner)
            skipped = max(0, start - (begin + indices.start))
            yield from (begin + index for index in indices[skipped:])

    def single_names(self) -> Iterator[str]:
        """Iterate over the names of the single entries."""
        return iter(self._single)

    def singles(self) -> Iterator[T]:
        """Iterate over the single entries."""
        return iter(self._single.values())

    def names(self) -> Iterator[str]:
        """Yield all names in the order of the fixtures, bulk entries last."""
        yield from self._single
        for bulk in self.bulks:
            yield from bulk.names()

    def entries(self) -> Iterator[T]:
        """Yield all entries in the order of `names`."""
        yield from self._single.values()
        for bulk in self.bulks:
            yield from bulk.entries()

    def samples(self) -> Iterator[T]:
        """Yield all single entries and the first entry of each bulk."""
        yield from self._single.values()
        for bulk in self.bulks:
            yield bulk.make(bulk.number_at(0))
