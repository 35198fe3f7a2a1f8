"""Finds whose token an id is, and hands out ids, for the lists of tokens of profile `dashboard`."""

from __future__ import annotations

from functools import cached_property, lru_cache

from mockserver.state.catalog import Catalog
from mockserver.state.model import User


class FixtureTokens:
    """The ids of all tokens in the lists of the fixtures' users.

    Nothing is computed before somebody asks.
    """

    def __init__(self, users: Catalog[User]) -> None:
        self._users = users

    def owner(self, token_id: int) -> str | None:
        """Return the user who has this token, or None. A bulk entry may leave the user out."""
        owner = self._of_singles.get(token_id)
        if owner is not None:
            return owner
        for bulk, (ids, each) in zip(self._users.bulks, self._of_bulks, strict=True):
            if token_id in ids:
                return bulk.name.format((token_id - ids.start) // each + 1)
        return None

    @cached_property
    def first_free(self) -> int:
        """The first id behind all of the fixtures."""
        ends = [ids.stop for ids, _ in self._of_bulks]
        return max([*ends, max(self._of_singles, default=-1) + 1])

    @cached_property
    def _of_singles(self) -> dict[int, str]:
        return {one.id: user.username for user in self._users.singles() for one in user.tokens}

    @cached_property
    def _of_bulks(self) -> list[tuple[range, int]]:
        """The ids of each bulk entry, and how many each of its users has."""
        found = []
        for bulk in self._users.bulks:
            first = bulk.make(1).tokens
            begin = first[0].id if first else 0
            found.append((range(begin, begin + bulk.repeat * len(first)), len(first)))
        return found


@lru_cache(16)
def fixture_tokens(users: Catalog[User]) -> FixtureTokens:
    """Return the tokens of these fixtures. They are computed once for all sandboxes."""
    return FixtureTokens(users)


class TokenIndex:
    """The ids of all tokens in the lists of a store's users. Not thread-safe.

    `base` are the users of the fixtures.
    """

    def __init__(self, base: Catalog[User]) -> None:
        self._base = fixture_tokens(base)
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
        return self._changed.get(token_id) or self._base.owner(token_id)

    def skip(self, token_id: int) -> None:
        """Hand out neither this id nor a lower one."""
        self._used = max(self._used, token_id + 1)

    def take(self) -> int:
        """Return an id that nobody has had. The fixtures' ids come first."""
        token_id = max(self._used, self._base.first_free)
        self._used = token_id + 1
        return token_id
