"""The lists of tokens in Redis: whose a token is, and which id comes next.

Redis notes the owners of tokens that are not where the fixtures have them. Those of the fixtures'
own lists are known from the fixtures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.redis.link import Argument
from mockserver.sandbox.redis.records import Raw
from mockserver.sandbox.redis.view import AccountsView
from mockserver.state.model import User
from mockserver.state.token_index import fixture_tokens
from mockserver.state.user_tokens import has_listed


class Holder(Struct, frozen=True, gc=False):
    """Who may have a token, as Redis and the fixtures say.

    `noted` is whom Redis has noted. `stored` is what Redis has of the user.
    """

    token_id: int
    noted: Raw
    username: str
    stored: Raw

    def user(self, view: AccountsView) -> User | None:
        """Return the user who has the token, or None."""
        user = view.user(self.username, self.stored) if self.username else None
        return user if user is not None and has_listed(user, self.token_id) else None


def hints(ids: Iterable[int], fixtures: Fixtures) -> list[Argument]:
    """Return each id and the user who has it in the fixtures, as the script `begin` takes them."""
    tokens = fixture_tokens(fixtures.users)
    return [part for one in ids for part in (one, tokens.owner(one) or "")]


def holders(ids: Iterable[int], answers: Sequence[Any]) -> list[Holder]:
    """Read what the script `begin` returns for these ids: each user once."""
    users: dict[bytes, Raw] = {}
    for _, username, stored in answers:
        users.setdefault(username, stored)
    return [
        Holder(token_id, noted, name.decode("utf-8", "surrogatepass"), users[name])
        for token_id, (noted, name, _) in zip(ids, answers, strict=True)
    ]


def still_held(found: Iterable[Holder]) -> list[Argument]:
    """Return the operations that refuse the others unless the holders are the same."""
    made: list[Argument] = []
    users = {}
    for one in found:
        made += ["expect", "tokens", one.token_id, one.noted or b""]
        if one.username:
            users[one.username] = one.stored
    for username, stored in users.items():
        made += ["expect", "users", username, stored or b""]
    return made


def moved(before: User | None, after: User, view: AccountsView) -> list[Argument]:
    """Return the operations that note whose the tokens are after a change of a user."""
    made: list[Argument] = []
    had = {one.id for one in before.tokens} if before is not None and before.tokens else set()
    for token_id in sorted(had.difference(one.id for one in after.tokens)):
        made += ["disown_token", token_id]
    for one in after.tokens:
        if one.id not in had and view.tokens.owner(one.id) != after.username:
            made += ["own_token", one.id, after.username]
    return made


def next_id(view: AccountsView) -> int:
    """Return an id that no token has had. Those of the fixtures come first."""
    return max(view.record.next_token_id, view.tokens.first_free)


def used(token_id: int, view: AccountsView) -> list[Argument]:
    """Return the operations that note an id as used, unless a greater one was."""
    if token_id < next_id(view):
        return []
    before = view.record.next_token_id
    return ["expect_state", "next_token_id", before, "set", "next_token_id", token_id + 1]
