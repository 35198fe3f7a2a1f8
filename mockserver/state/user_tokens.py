"""What issues, adds and removes tokens of users. Every backend follows these rules."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from msgspec.structs import replace

from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import ConflictError
from mockserver.state.model import User, UserToken
from mockserver.state.times import iso

# A token that is put without an id.
NEW_ID: Final = -1


def awaits_token(user: User) -> bool:
    """Whether a token of the user is to be issued."""
    return user.issue_at_load or any(one.token is None for one in user.tokens)


def awaited(user: User) -> int:
    """Return how many tokens of the user are to be issued."""
    return user.issue_at_load + sum(one.token is None for one in user.tokens)


def issued(user: User, issuer: TokenIssuer, date: Callable[[], int]) -> User:
    """Return the user with the tokens that are to be issued.

    `date` returns their dates, in milliseconds since 1970. Those of the list come last, so that
    they change no other token.
    """

    def token() -> str:
        return issuer.issue(user.uid, user.username, iso(date()))

    if user.issue_at_load:
        user = with_token(user, token())
    if any(one.token is None for one in user.tokens):
        tokens = tuple(
            one if one.token is not None else UserToken(one.id, token(), one.name)
            for one in user.tokens
        )
        user = replace(user, tokens=tokens)
    return user


def with_token(user: User, token: str | None) -> User:
    """Return a copy of the user with another token."""
    return User(
        user.username, user.uid, user.email, token, False, user.scenario, user.password,
        user.verified, user.admin, user.avatar, user.tokens,
    )  # fmt: skip


def numbered(user: User, take: Callable[[], int]) -> User:
    """Return the user with an id from `take` for each token of the list that has none."""
    if all(one.id != NEW_ID for one in user.tokens):
        return user
    tokens = tuple(
        one if one.id != NEW_ID else UserToken(take(), one.token, one.name) for one in user.tokens
    )
    return replace(user, tokens=tokens)


def has_listed(user: User, token_id: int) -> bool:
    """Whether a token of this id is in the list of the user."""
    return any(one.id == token_id for one in user.tokens)


def with_listed(user: User, token: UserToken) -> User:
    """Return the user with a token in the list: at its end, or where one of this id was."""
    if not has_listed(user, token.id):
        return replace(user, tokens=(*user.tokens, token))
    return replace(user, tokens=tuple(token if one.id == token.id else one for one in user.tokens))


def without_listed(user: User, ids: Collection[int]) -> User:
    """Return the user without the tokens of these ids."""
    return replace(user, tokens=tuple(one for one in user.tokens if one.id not in ids))


def refuse_taken(username: str, token_id: int, owner: str | None) -> None:
    """Raise ConflictError if a token that the user shall get belongs to another one."""
    if owner not in (None, username):
        raise ConflictError(f"token {token_id} belongs to user {owner!r}")
