"""Finds whose token an id is, and hands out ids, for the lists of tokens of profile `dashboard`."""

from __future__ import annotations

from functools import cached_property

from mockserver.state.catalog import Catalog
from mockserver.state.model import User


class TokenIndex:
    """The ids of all tokens in the lists of a store's users. Not thread-safe.

    `base` are the users of the fixtures. Nothing is computed before somebody asks.
    """

    def __init__(self, base: Catalog[User]) -> None:
        self._base = base
        self._changed: dict[int, str] = {}
        self._used = 0

    def replaced(self, before: User | None, after: User | None) -> None:
        """Note that a record of a user has replaced another. None: there is no record."""
        for one in () if before is None else before.tokens:
            self._changed.pop(one.id, None)
        for one in () if after is None else after.tokens:
            if after is not None:
                self._changed[one.id] = after.username
                self.skip(one.id)

    def probable_owner(self, token_id: int) -> str | None:
        """Return who has this token, or had it in the fixtures. None: nobody had it."""
        return self._changed.get(token_id) or self._owner_in_fixtures(token_id)

    def skip(self, token_id: int) -> None:
        """Hand out neither this id nor a lower one."""
        self._used = max(self._used, token_id + 1)

    def take(self) -> int:
        """Return an id that nobody has had. The fixtures' ids come first."""
        token_id = max(self._used, self._first_free)
        self._used = token_id + 1
        return token_id

    @cached_property
    def _of_singles(self) -> dict[int, str]:
        return {one.id: user.username for user in self._base.singles() for one in user.tokens}

    @cached_property
    def _of_bulks(self) -> list[tuple[range, int]]:
        """The ids of each bulk entry, and how many each of its users has."""
        found = []
        for bulk in self._base.bulks:
            first = bulk.make(1).tokens
            begin = first[0].id if first else 0
            found.append((range(begin, begin + bulk.repeat * len(first)), len(first)))
        return found

    @cached_property
    def _first_free(self) -> int:
        ends = [ids.stop for ids, _ in self._of_bulks]
        return max([*ends, max(self._of_singles, default=-1) + 1])

    def _owner_in_fixtures(self, token_id: int) -> str | None:
        owner = self._of_singles.get(token_id)
        if owner is not None:
            return owner
        for bulk, (ids, each) in zip(self._base.bulks, self._of_bulks, strict=True):
            if token_id in ids:
                return bulk.name.format((token_id - ids.start) // each + 1)
        return None
