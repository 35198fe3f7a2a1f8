"""Lists names: those of the fixtures, merged with the changes of one sandbox.

Listing is lazy. One page of a million names, or the few names of one owner, does not visit the
others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from heapq import merge
from typing import Final, Generic, TypeVar

from mockserver.errors import NotFoundError
from mockserver.state.catalog import Catalog

T = TypeVar("T")
_UNCHANGED: Final = object()


class Listing(Generic[T]):
    """The names of `base`, each behind `prefix`, merged with `changes`.

    In `changes`, None marks a deleted entry. `owner_of` returns the owner of an entry. Other
    threads may modify `changes` meanwhile.
    """

    def __init__(
        self,
        base: Catalog[T],
        changes: Mapping[str, T | None],
        prefix: str = "",
        owner_of: Callable[[T], str | None] = lambda _entry: None,
    ) -> None:
        self._base = base
        self._changes = changes
        self._prefix = prefix
        self._owner_of = owner_of

    def names(self, after: str | None = None, owner: str | None = None) -> Iterator[str]:
        """Iterate over the names after `after`: first those of the base, then added ones.

        `owner` limits them to the entries of one owner. Raises NotFoundError if there is no entry
        `after`.
        """
        if after is None:
            return self._behind(-1, None, owner)
        position = self._position(after)
        if self._changes.get(after, position) is None:
            raise NotFoundError(f"there is no {after!r}")
        return self._behind(position, after, owner)

    def _behind(self, position: int | None, after: str | None, owner: str | None) -> Iterator[str]:
        if position is not None:
            yield from self._base_names(position + 1, owner)
        names = iter(list(self._changes))
        if position is None:
            all(name != after for name in names)  # advances past it
        for name in names:
            if self._position(name) is None and self._is_owned(name, owner):
                yield name

    def _base_names(self, start: int, owner: str | None) -> Iterator[str]:
        for position in self._positions(start, owner):
            name = self._prefix + self._base.name_at(position)
            if self._changes.get(name, _UNCHANGED) is not None and self._is_owned(name, owner):
                yield name

    def _positions(self, start: int, owner: str | None) -> Iterator[int]:
        """Yield the positions of this owner's present and former entries in the base."""
        if owner is None:
            yield from range(start, len(self._base))
            return
        changed = (
            self._position(name)
            for name, entry in list(self._changes.items())
            if entry is not None and self._owner_of(entry) == owner
        )
        moved = sorted(one for one in changed if one is not None and one >= start)
        last = -1
        for position in merge(self._base.owned(owner, self._owner_of, start), moved):
            if position != last:
                yield position
            last = position

    def _is_owned(self, name: str, owner: str | None) -> bool:
        if owner is None:
            return True
        entry = self._changes.get(name)  # an unchanged one was selected by its owner
        return entry is None or self._owner_of(entry) == owner

    def _position(self, name: str) -> int | None:
        if not name.startswith(self._prefix):
            return None
        return self._base.position(name.removeprefix(self._prefix))
