"""Bulk entries that make one name: found from their templates, exactly."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.fixtures.overlaps import first_shared
from mockserver.state.catalog import Bulk, Template

PIECES = st.sampled_from(["{n}", "{n:02}", "{n:03}", "1", "0", "u", "-", "²"])
TEMPLATES = st.lists(PIECES, min_size=1, max_size=5).map("".join).filter(lambda text: "{" in text)
REPEATS = st.integers(1, 300)


def bulk(text: str, repeat: int) -> Bulk[Any]:
    return Bulk(Template(text), repeat, lambda n: n)


@given(TEMPLATES, REPEATS, TEMPLATES, REPEATS)
@example("u{n}", 300, "u1{n}", 300)
@example("u{n:03}", 300, "u{n}", 99)
@example("u1{n}", 9, "u{n}", 10)
@example("u{n}", 10, "u1{n}", 9)
@example("{n}{n}", 300, "{n}", 300)
@example("{n}-{n}", 300, "{n}-1", 300)
@example("0{n}", 9, "{n:02}", 300)
@example("u{n}²", 9, "u1{n}", 300)
def test_the_first_shared_name_is_the_one_that_counting_finds(
    one: str, repeat: int, other: str, other_repeat: int
) -> None:
    left, right = bulk(one, repeat), bulk(other, other_repeat)
    names = set(right.names())
    assert first_shared(left, right) == next((name for name in left.names() if name in names), None)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("load-{n}", "load-{n}-b", None),
        ("load-{n}", "load-x{n}", None),
        ("load-{n:07}", "load-{n}", "load-1000000"),
        ("load-{n}", "load-9{n:05}", "load-900001"),
    ],
)
def test_a_million_names_cost_no_more_than_their_templates(
    one: str, other: str, shared: str | None
) -> None:
    start = time.perf_counter()
    for _ in range(10):
        assert first_shared(bulk(one, 10**6), bulk(other, 10**6)) == shared
    assert time.perf_counter() - start < 2, "counting takes more than 10 s"
