"""A page of the names, and one user's names, without a look at all the others."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import NotFoundError
from mockserver.state.catalog import Bulk, Catalog, Template
from mockserver.state.listing import Listing

# An entry is its owner's name.
OWNERS = st.sampled_from(["a", "b", "u2", "u3"])
NAMES = st.sampled_from(["x", "y", "s1", "s2", "s3", "t1", "t2", "new", "newer", "~s1"])
BASE = Catalog(
    {"x": "a", "y": "b"},
    [
        Bulk(Template("s{n}"), 3, lambda n: f"u{n}", Template("u{n}")),
        Bulk(Template("t{n}"), 2, lambda _n: "a", Template("a")),
    ],
)


def owner_of(entry: str) -> str:
    return entry


def all_of(changes: dict[str, str | None], prefix: str) -> list[tuple[str, str]]:
    """All names with their owners, the slow way."""
    base = [
        (prefix + name, entry) for name, entry in zip(BASE.names(), BASE.entries(), strict=True)
    ]
    current = [(name, changes.get(name, entry)) for name, entry in base]
    added = [(name, entry) for name, entry in changes.items() if name not in dict(base)]
    return [(name, entry) for name, entry in [*current, *added] if entry is not None]


@pytest.mark.parametrize("prefix", ["", "p~"])
@given(
    st.dictionaries(NAMES, OWNERS | st.none(), max_size=8),
    st.none() | NAMES,
    st.none() | OWNERS | st.just("u1") | st.just("nobody"),
)
def test_names_are_those_that_a_look_at_all_would_find(
    prefix: str, changes: dict[str, str | None], after: str | None, owner: str | None
) -> None:
    changes = {prefix + name: entry for name, entry in changes.items()}
    after = None if after is None else prefix + after
    # Of entries that were added and deleted nothing stays.
    for name in [name for name, entry in changes.items() if entry is None]:
        if BASE.find(name.removeprefix(prefix)) is None:
            del changes[name]
    listing = Listing(BASE, changes, prefix, owner_of)
    expected = all_of(changes, prefix)
    names = [name for name, _ in expected]
    if after is not None and after not in names:
        with pytest.raises(NotFoundError, match=f"there is no {after!r}"):
            listing.names(after, owner)
        return
    behind = expected if after is None else expected[names.index(after) + 1 :]
    wanted = [name for name, entry in behind if owner in (None, entry)]
    assert list(listing.names(after, owner)) == wanted


class Counting(Template):
    """A template that counts the names it makes."""

    made = 0

    def format(self, n: int) -> str:
        self.made += 1
        return super().format(n)


def test_a_page_and_one_users_names_cost_no_look_at_all() -> None:
    name = Counting("s{n}")
    bulk = Bulk(name, 1_000_000, lambda n: f"u{n}", Template("u{n}"))
    listing = Listing(Catalog({}, [bulk]), {"s7": "u900000"}, "", owner_of)
    assert list(islice(listing.names("s999990"), 3)) == ["s999991", "s999992", "s999993"]
    assert list(listing.names(owner="u900000")) == ["s7", "s900000"]
    assert list(listing.names(owner="u7")) == []
    assert list(listing.names("s1000000")) == []
    assert name.made < 30


def test_what_is_added_or_deleted_meanwhile_does_no_harm() -> None:
    changes: dict[str, str | None] = {"x": "a", "new": "a"}
    names = Listing(BASE, changes, "", owner_of).names(owner="a")
    assert next(names) == "x"
    changes.update({"newer": "a", "t1": None})
    assert list(names) == ["t2", "new", "newer"]
