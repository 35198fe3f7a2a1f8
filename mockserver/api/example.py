"""The interface of a page's examples: requests that provoke its codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.profiles import Profile
from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.model import User


class Earlier(Struct, frozen=True):
    """A request that a client sends before another. It must succeed, and its mails must arrive."""

    endpoint: Endpoint
    fields: Mapping[str, str]


class Example(Struct, frozen=True):
    """A request: the fields of its body or query, and what they are in words.

    `words` never quote a secret. `earlier` is a request whose cookie or mail it needs, or None.
    """

    fields: Mapping[str, str]
    words: str
    earlier: Earlier | None = None


class ExampleFacts(Struct, frozen=True):
    """What the examples for one set of fixtures are made from.

    `free_name` is a username that nobody has. `captcha` is a reCAPTCHA value that passes, if any
    does. `issuer` signs codes.
    """

    profile: Profile
    free_name: str
    captcha: str
    issuer: TokenIssuer
    now_ms: int


ExampleMaker: TypeAlias = Callable[[ExampleFacts, User | None], Iterable[Example]]
"""Returns the examples that name this user. None: those that name no user of the fixtures."""

NO_FIELDS: Final = Example({}, "")


def never(_facts: ExampleFacts, _user: User) -> Earlier | None:
    """The default of PageExamples.log_in: no endpoint of the page logs users in."""
    return None


class PageExamples(Struct, frozen=True):
    """The examples of one page.

    `requests` has an entry for each endpoint that takes fields. `user_kind` returns what of a
    user's name and password determines the replies to the examples that name the user. `log_in`
    returns the request that logs a user in, or None if none does.
    """

    requests: Mapping[Endpoint, ExampleMaker]
    user_kind: Callable[[User, Profile], tuple[object, ...]]
    log_in: Callable[[ExampleFacts, User], Earlier | None] = never


class SentReplies(Struct, frozen=True):
    """Where a profile answers a page otherwise than the documentation says.

    `replies` are examples of its replies, by code. `error_pages` are the endpoints that can answer
    with ERROR_PAGE. `forced` returns the `data` of a forced success for the user of the request.
    """

    replies: Mapping[Code, Reply]
    error_pages: frozenset[Endpoint]
    forced: Mapping[Code, Callable[[User | None], Struct]] = {}
