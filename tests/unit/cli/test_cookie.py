"""`cookie`: a user's cookie, and cookies that must be refused."""

from __future__ import annotations

import pytest

from mockserver.api.common import SESSION_INVALID, SESSION_MISSING
from mockserver.cli.cookie import cookie_value
from mockserver.cli.flag_values import COOKIE_KINDS
from mockserver.errors import UnknownNameError, UsageError
from mockserver.sandbox.reachability import NEGATIVE_KINDS
from mockserver.state.store import HIDDEN_SESSIONS
from tests.helpers.app import Mock
from tests.helpers.text import GET, SHIPPED


def test_the_kinds_are_those_of_the_control_plane() -> None:
    assert ("valid", *NEGATIVE_KINDS) == COOKIE_KINDS


@pytest.mark.parametrize("kind", NEGATIVE_KINDS)
def test_each_kind_is_refused_as_it_says(kind: str, shipped: Mock) -> None:
    printed = cookie_value("alice", SHIPPED, kind, header=True)
    code = SESSION_INVALID if kind in NEGATIVE_KINDS[:3] else SESSION_MISSING
    assert shipped.call(GET, printed).code == code.number
    words = {"expired": "expired", "userless": "has no user in it", "unknown-session": "is unknown"}
    assert words.get(kind, "sign") in shipped.why


@pytest.mark.parametrize("kind", COOKIE_KINDS)
def test_a_user_needs_a_session_only_where_it_is_shown(kind: str) -> None:
    if kind in HIDDEN_SESSIONS:
        assert cookie_value("unverified", SHIPPED, kind)
    else:
        with pytest.raises(UsageError, match="'unverified' has no session"):
            cookie_value("unverified", SHIPPED, kind)
    with pytest.raises(UnknownNameError, match="did you mean 'alice'"):
        cookie_value("alise", SHIPPED, kind)
