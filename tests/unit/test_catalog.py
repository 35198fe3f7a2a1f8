from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.catalog import Bulk, Catalog, Template


@given(st.integers(1, 10**9))
def test_a_name_made_by_a_template_tells_its_number(n: int) -> None:
    for text in ("load-{n}", "{n:06}-x", "a{n}b{n:03}"):
        template = Template(text)
        assert template.number_of(template.format(n)) == n


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
