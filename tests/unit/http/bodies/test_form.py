"""How qs 2.4.2 reads bodies and qs 6.5.1 reads queries; as both were observed to do."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.values import Json
from mockserver.http.bodies import form

NAMES = st.text(min_size=1).filter(lambda name: not set(name) & {"[", "]"})
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KNOWN = form._NO_FIELDS

both = pytest.mark.parametrize("parse", [form.body, form.query])


@both
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}), ("&&=x&", {}), ("a", {"a": ""}), ("a=", {"a": ""}), ("a=b=c", {"a": "b=c"}),
        ("a=1&b=2", {"a": "1", "b": "2"}), ("a;b=1", {"a;b": "1"}),
        # decoding
        ("a+b=c+d", {"a b": "c d"}), ("a%20b=%2B", {"a b": "+"}), ("a=%C3%A4", {"a": "\u00e4"}),
        ("a=%c3%a4\u00e4", {"a": "\u00e4\u00e4"}), ("a=%zz", {"a": "%zz"}), ("a=x+%", {"a": "x+%"}),
        ("a=%E4+%41", {"a": "%E4+%41"}), ("a=%ED%A0%80", {"a": "%ED%A0%80"}), ("%=1", {"%": "1"}),
        ("%5f=1&a=%5F", {"_": "1", "a": "_"}), ("a=%26%3D", {"a": "&="}),
        # repeated names
        ("a=1&a=2&b=3&a=", {"a": ["1", "2", ""], "b": "3"}), ("a&a=1", {"a": ["", "1"]}),
        ("a=1&%61=2", {"a": ["1", "2"]}),
        # arrays
        ("a[]=1", {"a": ["1"]}), ("a[]=1&a[]=2", {"a": ["1", "2"]}), ("a%5B%5D=1", {"a": ["1"]}),
        ("a[1]=x&a[0]=y", {"a": ["y", "x"]}), ("a[5]=x&a[3]=y", {"a": ["y", "x"]}),
        ("a[20]=x", {"a": ["x"]}), ("a[101]=x", {"a": {"101": "x"}}),
        ("a[01]=x", {"a": {"01": "x"}}),
        ("a[-1]=x", {"a": {"-1": "x"}}), ("a[0][0]=x", {"a": [["x"]]}), ("a[][]=x", {"a": ["x"]}),
        ("a[3]=x&a=y", {"a": ["x", "y"]}), ("a[0]=1&a[0]=2", {"a": [["1", "2"]]}),
        ("a[" + "9" * 5000 + "]=x", {"a": {"9" * 5000: "x"}}),
        # objects
        ("a[b]=c", {"a": {"b": "c"}}), ("a[b]=c&a[d]=e", {"a": {"b": "c", "d": "e"}}),
        ("a[b][c]=d&a[b][e]=f", {"a": {"b": {"c": "d", "e": "f"}}}), ("a[b]", {"a": {"b": ""}}),
        ("a[b]=1&a[b]=2", {"a": {"b": ["1", "2"]}}),
        ("a[][b]=1&a[][c]=2", {"a": [{"b": "1", "c": "2"}]}),
        ("a[b]c[d]=1", {"a": {"b": {"d": "1"}}}), ("a[b]==c", {"a": {"b": "=c"}}),
        ("a[b=c]=d", {"a": {"b=c": "d"}}), ("[a]=1", {"a": "1"}),
        ("[]=1&[]=2", {"0": "1", "1": "2"}),
        # mixed kinds
        ("a=x&a[b]=y", {"a": ["x", {"b": "y"}]}), ("a=x&a[]=y", {"a": ["x", "y"]}),
        ("a[b]=y&a=x", {"a": {"b": "y", "x": True}}), ("a[b]=y&a=", {"a": {"b": "y"}}),
        ("a[]=x&a[b]=y", {"a": {"0": "x", "b": "y"}}),
        ("a[b]=1&a=2&a=3", {"a": {"b": "1", "0": "2", "1": "3"}}),
        ("a[b]=y&a=__proto__", {"a": {"b": "y"}}), ("a=x&a[2]=y", {"a": ["x", "y"]}),
        ("__proto__=1&__proto__[a]=2", {}),
    ],
)  # fmt: skip
def test_bodies_and_queries(
    parse: Callable[[str], dict[str, Json]], text: str, expected: dict[str, Json]
) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "in_body", "in_query"),
    [
        ("a=1&a", {"a": ""}, {"a": ["1", ""]}),
        ("a=1&[a]=2", {"a": "1"}, {"a": ["1", "2"]}),
        ("a=&a[b]=1", {"a": {"b": "1"}}, {"a": ["", {"b": "1"}]}),
        ("a[0]=1&a[]=2", {"a": ["1"]}, {"a": ["1", "2"]}),
        ("a[0]=&a[]=2", {"a": ["2"]}, {"a": ["", "2"]}),
        ("a[0]=1&a[0][b]=2", {"a": [["1", {"b": "2"}]]}, {"a": ["1", {"b": "2"}]}),
        ("a[b]=1&a=x&a[x]=y", {"a": {"b": "1", "x": True}}, {"a": {"b": "1", "x": [True, "y"]}}),
        ("a]b=1", {"a": "1"}, {"a]b": "1"}), ("a[b=c", {"a": "c"}, {"a[b": "c"}),
        ("]=a", {"a": True}, {"]": "a"}), ("]=__proto__", {}, {"]": "__proto__"}),
        ("toString=1", {}, {"toString": "1"}), ("valueOf[a]=1", {}, {"valueOf": {"a": "1"}}),
        ("a[constructor][b]=1", {"a": {"b": "1"}}, {"a": {"constructor": {"b": "1"}}}),
        ("a[__proto__]=1", {"a": "1"}, {"a": {}}),
        ("a[__proto__][b]=1", {"a": {"b": "1"}}, {"a": {}}),
        ("a[21]=x", {"a": ["x"]}, {"a": {"21": "x"}}),
        ("a[b][c][d][e][f][g]h[i]=1", {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"i": "1"}}}}}}}},
         {"a": {"b": {"c": {"d": {"e": {"f": {"[g]h[i]": "1"}}}}}}}),
    ],
)  # fmt: skip
def test_where_bodies_and_queries_differ(
    text: str, in_body: dict[str, Json], in_query: dict[str, Json]
) -> None:
    assert form.body(text) == in_body
    assert form.query(text) == in_query


def test_arrays_of_bodies_are_as_long_as_the_body_has_parameters() -> None:
    assert form.body("a[100]=x") == {"a": ["x"]}
    assert form.body("a[500]=x" + "&b" * 500)["a"] == ["x"]
    assert form.body("a[500]=x" + "&b" * 499)["a"] == {"500": "x"}


def test_parameters_after_the_first_thousand_are_ignored() -> None:
    assert form.query("&" * 999 + "code=x") == {"code": "x"}
    assert form.query("&" * 1000 + "code=x") == {}


def test_a_name_may_have_many_brackets_but_not_too_many() -> None:
    value: Json = form.body("a" + "[b]" * form.MAX_DEPTH + "=1")["a"]
    for _ in range(form.MAX_DEPTH):
        assert isinstance(value, dict)
        value = value["b"]
    assert value == "1"
    with pytest.raises(form.TooDeepError):
        form.body("a" + "[b]" * (form.MAX_DEPTH + 1) + "=1")


@both
@pytest.mark.parametrize(
    "text",
    ["[" * 102_400, "]=" * 51_200, "a=x&" * 10_000, "a[]=x&" * 10_000, "%zz+" * 25_600,
     "&".join(f"a[{index}]=x" for index in range(10_000)),
     "&".join(f"a[][b{index}]=x" for index in range(5_000)),
     "&".join(["a" + "[b]" * 1_700 + "=x"] * 20)],
)  # fmt: skip
def test_hostile_input_is_parsed(parse: Callable[[str], dict[str, Json]], text: str) -> None:
    parse(text)


@both
@given(st.text(st.sampled_from("ab[]=&%015+")))
def test_nothing_is_raised(parse: Callable[[str], dict[str, Json]], text: str) -> None:
    parse(text)


@both
@given(st.dictionaries(NAMES.filter(lambda name: name not in KNOWN), TEXTS))
def test_what_urlencode_writes_is_read(
    parse: Callable[[str], dict[str, Json]], fields: dict[str, str]
) -> None:
    assert parse(urlencode(fields)) == fields


@both
@given(st.lists(TEXTS, min_size=2, max_size=15))
def test_repeated_fields_are_read_in_order(
    parse: Callable[[str], dict[str, Json]], values: list[str]
) -> None:
    assert parse(urlencode({"a": values}, doseq=True)) == {"a": values}
    assert parse(urlencode({"a[]": values}, doseq=True)) == {"a": values}
