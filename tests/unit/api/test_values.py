from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.values import Json, is_truthy, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""), ("a,b", "a,b"), (None, "null"), (True, "true"), (False, "false"),
        (0, "0"), (-0.0, "0"), (12345, "12345"), (12345.0, "12345"), (-1.5, "-1.5"),
        (0.1, "0.1"), (0.000001, "0.000001"), (0.0000015, "0.0000015"), (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"), (5e-324, "5e-324"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
        (-1e21, "-1e+21"), (1.25e300, "1.25e+300"), (123456.789, "123456.789"),
        (2**53, "9007199254740992"), (2**53 + 1, "9007199254740992"),
        (-(2**53) - 1, "-9007199254740992"), (123456789012345678901, "123456789012345680000"),
        (10**30, "1e+30"), (10**400, "Infinity"), (-(10**400), "-Infinity"),
        (math.inf, "Infinity"), (-math.inf, "-Infinity"),
        ([], ""), (["a"], "a"), (["a", "b"], "a,b"), ([None], ""), ([None, None], ","),
        ([[], []], ","), ([[1, 2], [[3.0], None], True], "1,2,3,,true"), ([{}], "[object Object]"),
        ({}, "[object Object]"), ({"a": 1}, "[object Object]"),
    ],
)  # fmt: skip
def test_text(value: Json, expected: str) -> None:
    assert text(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_that_number(value: float) -> None:
    assert float(text(value)) == value


@pytest.mark.parametrize("depth", [10, 100_000])
def test_no_array_is_too_deep(depth: int) -> None:
    value: Json = ["x", 1]
    for _ in range(depth):
        value = [value]
    assert text(value) == "x,1"


@pytest.mark.parametrize("value", ["", None, False, 0, 0.0, -0.0])
def test_what_is_false(value: Json) -> None:
    assert not is_truthy(value)


@pytest.mark.parametrize("value", ["0", " ", True, 1, 0.1, [], {}, [0], {"a": None}])
def test_what_is_true(value: Json) -> None:
    assert is_truthy(value)
