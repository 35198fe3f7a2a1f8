from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.values import Json
from mockserver.http.bodies import json_grammar
from mockserver.http.bodies.json_grammar import NotJsonError, decode

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers()
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip
MARKS = st.text(alphabet='[]{},:"\\u01eE+-. \n\t/bx\x1fntruefals')


def exact(text: str) -> Json:
    return json_grammar._Reader(text).read()


both = pytest.mark.parametrize("decoder", [decode, exact])


def value_of(decoder: Any, text: str) -> object:
    """The value, or the exception's class; with integers as the doubles that they stand for."""
    try:
        return json.loads(json.dumps(decoder(text)), parse_int=float)
    except NotJsonError:
        return NotJsonError


def expected_of(text: str) -> object:
    """What the standard library says, as strict and as mending as `decode`."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        value = json.loads(text, parse_constant=refuse, parse_int=float)
    except ValueError:
        return NotJsonError
    written = json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
    return json.loads(written.decode("utf-16-le", "replace"))  # no surrogates without a partner


@both
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_whatever_is_dumped_is_decoded(
    decoder: Any, value: object, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert value_of(decoder, text) == expected_of(text)


@both
@given(MARKS)
def test_it_agrees_with_the_standard_library_where_that_is_strict(decoder: Any, text: str) -> None:
    assert value_of(decoder, text) == expected_of(text)


@both
@given(VALUES, st.data())
def test_it_agrees_on_what_is_nearly_json(decoder: Any, value: object, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(MARKS) + text[at + data.draw(st.integers(0, 2)) :]
    assert value_of(decoder, text) == expected_of(text)


@both
@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", "\ufeff{}", "", "[1] x", "[01]", '["\t"]', "[1,]", '{"a":1,}', "{1:2}",
     "[1 2]", '{"a" 1}', "[}", '{"a":1]', "\xa0[]", "[", '{"a":', '"\\ud8"'],
)  # fmt: skip
def test_what_json_parse_refuses_is_refused(decoder: Any, text: str) -> None:
    with pytest.raises(NotJsonError):
        decoder(text)


@both
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1,"b":2,"a":[]}', {"a": [], "b": 2}),
        ('"\\ud800x"', "\ufffdx"), ('"\\ude00\\ud83d"', "\ufffd\ufffd"),
        ('"\\ud83d\\ude00"', "\U0001f600"), ('"\ud83d\\ude00"', "\U0001f600"),
        ('{"\\ud800":"\ud800"}', {"\ufffd": "\ufffd"}), ('"\\u0000\x7f"', "\0\x7f"),
        ("[1e400,-1e400,1e-400]", [math.inf, -math.inf, 0]), ("1" * 5000, math.inf),
        ("9" * 100_000, math.inf), (" [ 1 , { } ] ", [1, {}]),
        ("[true,false,null]", [True, False, None]),
    ],
)  # fmt: skip
def test_what_javascript_makes_of_it(decoder: Any, text: str, expected: object) -> None:
    assert decoder(text) == expected


def depth(value: Json) -> int:
    count = 0
    while value:
        count += 1
        value = (
            value[0] if isinstance(value, list) else value["a"] if isinstance(value, dict) else 0
        )
    return count


@pytest.mark.parametrize("count", [1, 100_000])
def test_no_depth_is_too_deep(count: int) -> None:
    assert depth(decode("[" * count + "]" * count)) == count - 1
    assert depth(decode('{"a":' * count + "0" + "}" * count)) == count
    with pytest.raises(NotJsonError):
        decode("[" * count)
