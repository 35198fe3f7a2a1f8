from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.bodies.json_grammar import is_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MARKS = st.text(alphabet='[]{},:"\\u01eE+-. \n\t/bx\x1fntruefals')


def parses(text: str) -> bool:
    """What the standard library says, made as strict as `JSON.parse`."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse, parse_int=str)
    except ValueError:
        return False
    return True


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_whatever_is_dumped_is_json(value: object, indent: int | str | None) -> None:
    assert is_json(json.dumps(value, indent=indent))


@given(MARKS)
def test_it_agrees_with_the_standard_library_where_that_is_strict(text: str) -> None:
    assert is_json(text) == parses(text)


@given(VALUES, st.data())
def test_it_agrees_on_what_is_nearly_json(value: object, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(MARKS) + text[at + data.draw(st.integers(0, 2)) :]
    assert is_json(text) == parses(text)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "\ufeff{}", "", "[1] x", "[01]", '["\t"]'])
def test_what_json_parse_refuses_is_refused(text: str) -> None:
    assert not is_json(text)


@pytest.mark.parametrize("count", [1, 100_000])
def test_no_depth_is_too_deep(count: int) -> None:
    assert is_json("[" * count + "]" * count)
    assert is_json('{"a":' * count + "1" + "}" * count)
    assert not is_json("[" * count)
