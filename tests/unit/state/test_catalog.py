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
