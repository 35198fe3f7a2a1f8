"""The checker itself: histories by hand, and against the definition on small random ones."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soak.linearizability import Call, unexplained


def write(invoked: int, returned: int, token: str | None) -> Call:
    return Call(invoked, returned, True, token)


def read(invoked: int, returned: int, token: str | None) -> Call:
    return Call(invoked, returned, False, token)


LINEARIZABLE = {
    "nothing": [],
    "one after the other": [read(0, 1, None), write(2, 3, "a"), read(4, 5, "a")],
    "a read that overlaps a write sees the old": [write(0, 9, "a"), read(1, 2, None)],
    "a read that overlaps a write sees the new": [write(0, 9, "a"), read(1, 2, "a")],
    "old, then new, while the write lasts": [
        write(0, 9, "a"), read(1, 2, None), read(3, 4, "a")],
    "overlapping writes in either order": [
        write(0, 9, "a"), write(0, 9, "b"), read(10, 11, "a"), read(12, 13, "a")],
    "two revokes that overlap a write": [
        write(0, 9, None), write(0, 9, "a"), write(0, 9, None), read(1, 2, None), read(3, 4, "a"),
        read(5, 6, None)],
    "a call that lasts over many others": [
        write(0, 99, "z"), write(1, 2, "a"), read(3, 4, "a"), write(5, 6, "b"), read(7, 8, "b"),
        read(100, 101, "z")],
    "a response at the time of an invocation overlaps it": [write(0, 5, "a"), read(5, 6, None)],
}  # fmt: skip

NOT_LINEARIZABLE = {
    "a lost update": [write(0, 1, "a"), write(2, 3, "b"), read(4, 5, "a")],
    "an update lost to an overlapping one, then back": [
        write(0, 9, "a"), write(0, 9, "b"), read(10, 11, "a"), read(12, 13, "b")],
    "a stale read": [write(0, 1, "a"), read(2, 3, None)],
    "a read of a token that was never written": [write(0, 1, "a"), read(0, 1, "b")],
    "a read of a token before it was written": [read(0, 1, "a"), write(2, 3, "a")],
    "new, then old, while the write lasts": [
        write(0, 9, "a"), read(1, 2, "a"), read(3, 4, None)],
    "a revoked token that comes back": [
        write(0, 1, "a"), write(2, 3, None), read(4, 5, None), read(6, 7, "a")],
    "readers that disagree on the order of two writes": [
        write(0, 99, "a"), write(0, 99, "b"), read(1, 2, "a"), read(3, 4, "b"), read(5, 6, "a")],
}  # fmt: skip


@pytest.mark.parametrize("name", LINEARIZABLE)
def test_what_some_order_explains_is_accepted(name: str) -> None:
    assert unexplained(LINEARIZABLE[name]) == []


@pytest.mark.parametrize("name", NOT_LINEARIZABLE)
def test_what_no_order_explains_is_refused(name: str) -> None:
    assert unexplained(NOT_LINEARIZABLE[name])


def test_the_call_that_cannot_be_is_named_with_those_open_beside_it() -> None:
    wrong, beside = read(4, 5, "z"), write(3, 9, "b")
    assert unexplained([write(0, 1, "a"), read(2, 3, "a"), beside, wrong]) == [wrong, beside]


def test_the_first_token_is_the_one_that_was_there() -> None:
    assert unexplained([read(0, 1, "a")], initial="a") == []
    assert unexplained([read(0, 1, None)], initial="a")


def by_definition(calls: list[Call]) -> bool:
    """Whether any order that keeps to real time explains all reads."""
    return any(
        all(
            not later.returned < one.invoked for at, one in enumerate(order) for later in order[at:]
        )
        and explains(order)
        for order in permutations(calls)
    )


def explains(order: tuple[Call, ...]) -> bool:
    token = None
    for call in order:
        if call.writes:
            token = call.token
        elif call.token != token:
            return False
    return True


@st.composite
def histories(draw: st.DrawFn) -> list[Call]:
    calls = []
    for _ in range(draw(st.integers(0, 5))):
        invoked = draw(st.integers(0, 9))
        returned = invoked + draw(st.integers(1, 5))
        calls.append(
            Call(invoked, returned, draw(st.booleans()), draw(st.sampled_from("ab") | st.none()))
        )
    return calls


@given(histories())
def test_it_agrees_with_the_definition(calls: list[Call]) -> None:
    assert (unexplained(calls) == []) == by_definition(calls)
