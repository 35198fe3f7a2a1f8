"""Requests that provoke each code of the dashboard page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mockserver.api.dashboard.behaviour import AVATAR
from mockserver.api.dashboard.page import (
    CREATE_TOKEN,
    REMOVE_TOKEN,
    UPDATE_USERINFO,
    UPLOAD_AVATAR,
)
from mockserver.api.example import Example, ExampleFacts, ExampleMaker, PageExamples, SentReplies
from mockserver.api.page import Endpoint
from mockserver.api.profiles import DASHBOARD, Profile
from mockserver.state.model import User


def _always(fields: dict[str, str]) -> ExampleMaker:
    """Return a maker of one request, which the user of a session may send."""

    def examples(_facts: ExampleFacts, user: User | None) -> Iterator[Example]:
        if user is None:
            yield Example(fields, "")

    return examples


def _user_kind(_user: User, _profile: Profile) -> tuple[object, ...]:
    return ()


EXAMPLES: Final = PageExamples(
    {
        CREATE_TOKEN: _always({"name": "my app"}),
        REMOVE_TOKEN: _always({"id": "0"}),
        UPDATE_USERINFO: _always({"email": "kyon@sos-dan.jp", "newPassword": ""}),
        UPLOAD_AVATAR: _always({AVATAR: "avatar.png"}),
    },
    _user_kind,
)
_PAGES: Final[frozenset[Endpoint]] = frozenset({UPDATE_USERINFO})
SENT: Final = {DASHBOARD.name: SentReplies({}, _PAGES)}
