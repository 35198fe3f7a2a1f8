from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.prefer import applied, parse
from mockserver.sandbox.backend import Preferences


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("code=1950301", {"code": "1950301"}),
        ("Code = 1950301", {"code": "1950301"}),
        ('scenario="db-down"', {"scenario": "db-down"}),
        ('scenario="a \\"b\\" \\\\ c"', {"scenario": 'a "b" \\ c'}),
        ("foo; code=1; bar, scenario=x", {"foo": "", "scenario": "x"}),
        ("code=1, code=2", {"code": "1"}),
        ('x="a, code=1", code=2', {"x": "a, code=1", "code": "2"}),
        ("scenario=f\xc3\xbcr", {"scenario": "für"}),
        ("scenario=f\xfcr", {"scenario": "für"}),
    ],
)
def test_preferences_are_read_as_rfc_7240_says(header: str, expected: dict[str, str]) -> None:
    assert parse(header) == expected


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_no_header_makes_the_parser_fail(header: str) -> None:
    assert isinstance(parse(header), dict)


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_what_was_applied_reads_back_as_the_same_scenario(name: str) -> None:
    header = applied(Preferences(scenario=name))
    assert header is not None
    assert parse(header) == {"scenario": name}
