from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.state.catalog import Bulk, Catalog, Template

PIECES = st.sampled_from(["{n}", "{n:06}", "{n:032}", "a", "1", "-", "ü", "\n"])


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(1, 10**9))
@example("{n}{n}{n}x", 11)
@example("s{n:032}", 1)
def test_a_name_made_by_a_template_tells_its_number(text: str, n: int) -> None:
    template = Template(text)
    assert template.number_of(template.format(n)) == (n if template.varies else None)


def test_a_hostile_name_costs_nothing() -> None:
    assert Template("{n}{n}{n}x").number_of("1" * 1_000_000) is None


@pytest.mark.parametrize(
    "name", ["load-7", "load-0000007", "load-", "load-00000x", "xload-000007", "load-000007\n"]
)
def test_other_names_have_no_number(name: str) -> None:
    assert Template("load-{n:06}").number_of(name) is None


def test_all_placeholders_must_agree() -> None:
    assert Template("{n}-{n}").number_of("1-2") is None


@pytest.mark.parametrize("text", ["{", "}", "{x}", "{n:6}", "{n:06x}", "{}", "{{n}}"])
def test_other_braces_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="braces"):
        Template(text)


def test_a_bulk_holds_one_to_repeat() -> None:
    bulk = Bulk(Template("u{n}"), 3, lambda n: n * 10)
    assert [bulk.find(f"u{n}") for n in range(5)] == [None, 10, 20, 30, None]
    assert list(bulk.names()) == ["u1", "u2", "u3"]


def test_a_catalog_finds_single_entries_and_bulks() -> None:
    catalog = Catalog({"a": 1}, [Bulk(Template("u{n}"), 100_000, lambda n: n)])
    assert len(catalog) == 100_001
    assert (catalog.find("a"), catalog.find("u99999"), catalog.find("u100001")) == (1, 99999, None)
    assert list(catalog.samples()) == [1, 1]


@given(st.integers(1, 12), st.sets(st.integers(1, 12)), st.integers(0, 5))
def test_a_bulk_counts_without_the_numbers_that_are_left_out(
    repeat: int, without: set[int], singles: int
) -> None:
    left = [n for n in range(1, repeat + 1) if n not in without]
    without = {n for n in without if n <= repeat}
    bulk = Bulk(Template("u{n}"), repeat, lambda n: n, Template("o{n}"), without)
    assert (len(bulk), list(bulk.numbers()), list(bulk.entries())) == (len(left), left, left)
    assert [bulk.number_at(index) for index in range(len(bulk))] == left
    assert [bulk.index_of(n) for n in left] == list(range(len(left)))
    assert [n for n in range(15) if bulk.find(f"u{n}") is not None] == left
    assert [n for n in range(15) if bulk.owned(f"o{n}")] == left
    catalog = Catalog({f"s{n}": n for n in range(singles)}, [bulk, bulk])
    names = list(catalog.names())
    assert [catalog.name_at(position) for position in range(len(catalog))] == names
    ours = [catalog.position(name) for name in names[: singles + len(left)]]
    assert ours == list(range(singles + len(left)))


def test_a_bulk_of_one_owner_has_no_entries_that_are_left_out() -> None:
    bulk = Bulk(Template("s{n}"), 5, lambda n: n, Template("anna"), (1, 4))
    catalog = Catalog({}, [bulk])
    names = [catalog.name_at(position) for position in catalog.owned("anna", lambda _: None)]
    assert names == ["s2", "s3", "s5"]
    assert list(catalog.samples()) == [2]
