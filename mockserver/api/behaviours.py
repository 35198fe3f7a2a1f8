"""The handlers and the examples of all pages. To add a page, add it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mockserver.api.account import behaviour as account
from mockserver.api.account import examples as account_examples
from mockserver.api.account import naming as account_naming
from mockserver.api.behaviour import Handler
from mockserver.api.dashboard import behaviour as dashboard
from mockserver.api.dashboard import examples as dashboard_examples
from mockserver.api.example import PageExamples, SentReplies
from mockserver.api.page import Code, Data, Endpoint
from mockserver.api.profiles import PROFILES
from mockserver.api.token import behaviour as token
from mockserver.api.values import Json
from mockserver.state.model import User

HANDLERS: dict[Endpoint, Handler] = {
    **token.HANDLERS, **account.HANDLERS, **dashboard.HANDLERS,
}  # fmt: skip

# The `data` of forced successes. All other codes use the documentation's example.
FORCED: dict[Code, Callable[[User | None], Data]] = {**token.FORCED, **dashboard.FORCED}

# How a request names its user, with the name of the profile. At other endpoints its session does.
NAMED_USERS: Final[dict[Endpoint, Callable[[Mapping[str, Json], str], tuple[str, ...]]]] = {
    **account_naming.NAMED_USERS
}

# Requests that provoke codes, for endpoints that take fields.
EXAMPLES: Final[tuple[PageExamples, ...]] = (account_examples.EXAMPLES, dashboard_examples.EXAMPLES)

_WITH_SENT: Final = (account_examples, dashboard_examples)
# By the name of a profile: where it answers otherwise than the documentation says.
SENT: Final[Mapping[str, Sequence[SentReplies]]] = {
    name: tuple(page.SENT[name] for page in _WITH_SENT if name in page.SENT) for name in PROFILES
}

# Whether a request adds a token to a list, and therefore needs an id for it.
ADDS_TOKEN: Final[Mapping[Endpoint, Callable[[Mapping[str, Json]], bool]]] = {
    **dashboard.ADDS_TOKEN
}

# The ids of the tokens that a request removes from lists.
REMOVES_TOKENS: Final[Mapping[Endpoint, Callable[[Mapping[str, Json]], tuple[int, ...]]]] = {
    **dashboard.REMOVES_TOKENS
}
