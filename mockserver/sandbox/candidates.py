"""The requests that the search for reachable pairs tries: their fields, and how it words them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.api.behaviours import EXAMPLES
from mockserver.api.example import NO_FIELDS, Earlier, Example, ExampleFacts, ExampleMaker
from mockserver.api.page import Endpoint
from mockserver.api.profiles import Profile
from mockserver.credentials.jwt import issuer_of
from mockserver.fixtures import Fixtures
from mockserver.fixtures.progress import Progress, counted
from mockserver.record.outbox import refusal_of
from mockserver.state.model import User

_CAPTCHA: Final = "ok"

OwnFaults: TypeAlias = Callable[[str | None, User | None], str | None]
"""Returns a username, of this user if there is one, if a fault is for it alone, else None."""


class Way(Struct, frozen=True):
    """A way to reach a pair: a cookie value, fields, and a description without secrets.

    `cookie` is None for a request without a cookie. `scenario` is that of the request's user, or
    None. `fields` are the fields of the body or the query. `earlier` is a request to send first, or
    None; the request then carries the cookie that its reply sets, if any.
    """

    cookie: str | None
    description: str
    scenario: str | None = None
    fields: Mapping[str, str] = {}
    earlier: Earlier | None = None


class Examples:
    """The examples of all pages, for these fixtures."""

    def __init__(self, fixtures: Fixtures, profile: Profile, now_ms: int) -> None:
        names = (f"kyon{number}" for number in count(777))
        self._fixtures = fixtures
        self._profile = profile
        self._facts = ExampleFacts(
            profile,
            next(name for name in names if fixtures.users.find(name) is None),
            next(filter(None, fixtures.recaptcha or ()), _CAPTCHA),
            issuer_of(fixtures.jwt_secret),
            now_ms,
        )
        self._makers: dict[Endpoint, ExampleMaker] = {
            endpoint: maker for page in EXAMPLES for endpoint, maker in page.requests.items()
        }

    def of(self, endpoint: Endpoint, user: User | None = None) -> Iterator[Example]:
        """Yield the examples that name this user. None: those that name no user of the fixtures."""
        maker = self._makers.get(endpoint)
        if maker is not None:
            yield from maker(self._facts, user)
        elif user is None:
            yield NO_FIELDS

    def log_in(self, user: User) -> Earlier | None:
        """Return the request that logs a user in, or None if none does."""
        made = (page.log_in(self._facts, user) for page in EXAMPLES)
        return next((earlier for earlier in made if earlier is not None), None)

    def name_users(self, endpoint: Endpoint) -> bool:
        """Whether examples of this endpoint name users."""
        return endpoint in self._makers

    def users(self, own_faults: OwnFaults, limit: int | None, progress: Progress) -> Iterator[User]:
        """Yield the first user of each kind: of those whose examples get the same replies.

        Tries the first `limit` users, counting each bulk as one.
        """
        samples: Sequence[User] = list(islice(self._fixtures.users.samples(), limit))
        tried: set[tuple[object, ...]] = set()
        for user in counted(samples, len(samples), "trying the users", progress):
            kind = (
                *(part for page in EXAMPLES for part in page.user_kind(user, self._profile)),
                user.verified,
                bool(user.token),
                user.issue_at_load,
                refusal_of(user.email) is None,
                user.scenario,
                own_faults(user.username, user),
            )
            if kind not in tried:
                tried.add(kind)
                yield user
