"""The terms of a profile: the border values that `verify` sends are on the border."""

from __future__ import annotations

import re

import pytest

from mockserver.verify.terms import DOCUMENTED, SERVER, TERMS, Terms


@pytest.mark.parametrize("terms", TERMS.values(), ids=lambda terms: terms.name)
def test_usernames_are_accepted_and_refused_by_their_own_form(terms: Terms) -> None:
    accepted, refused = terms.usernames
    assert all(map(terms.accepts_username, accepted))
    assert not any(map(terms.accepts_username, refused))
    assert [len(name) for name in accepted] == [5, 15]
    assert [len(name) for name in refused][:2] == [4, 16]


def test_passwords_stand_on_the_borders() -> None:
    assert [[len(one) for one in some] for some in DOCUMENTED.passwords] == [[6, 17], [5, 18]]
    accepted, refused = SERVER.passwords
    assert [len(one) for one in accepted] == [8, 32]
    assert [len(one) for one in refused][:2] == [7, 33]
    assert all(re.fullmatch(r"\w+", one) for one in accepted)
    assert not re.fullmatch(r"\w+", refused[2])


def test_a_username_may_have_any_character_by_the_documentation() -> None:
    assert DOCUMENTED.accepts_username("ハルヒさん")
    assert not SERVER.accepts_username("ハルヒさん")
