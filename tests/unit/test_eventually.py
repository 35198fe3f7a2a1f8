"""The helper that other tests wait with."""

from __future__ import annotations

import pytest

from tests.helpers.eventually import eventually


def test_it_returns_once_the_predicate_holds() -> None:
    answers = iter((False, 0, "yes"))
    eventually(lambda: next(answers), "the third answer")
    assert next(answers, None) is None


def test_it_says_what_never_came() -> None:
    with pytest.raises(AssertionError, match=r"not within 0 s: rain"):
        eventually(lambda: False, "rain", patience_s=0)
