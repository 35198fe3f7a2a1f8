"""The handlers of the token page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from mockserver.api.behaviour import AuthenticatedRequest, Handler, fail
from mockserver.api.page import Code, Endpoint
from mockserver.api.profiles import Failure
from mockserver.api.token.page import (
    EXAMPLE_TOKEN,
    GET_TOKEN,
    NEW_TOKEN,
    REVOKE_TOKEN,
    TOKEN_FOUND,
    TOKEN_ISSUED,
    TokenData,
)
from mockserver.api.trace import Step
from mockserver.state.model import User
from mockserver.state.times import iso


def get(request: AuthenticatedRequest) -> TokenData:
    """Return the user's token."""
    token = request.user.token
    if not token:
        fail(request.trace, Failure.NO_TOKEN, Step.TOKEN_ABSENT, request.user.username)
    request.trace.add(Step.TOKEN_RETURNED)
    return TokenData(token)


def issue(request: AuthenticatedRequest) -> TokenData:
    """Issue a token that replaces the old one."""
    token = request.issuer.issue(
        request.user.uid, request.user.username, iso(request.store.token_date())
    )
    request.store.save_token(token)
    request.trace.add(Step.TOKEN_ISSUED)
    return TokenData(token)


def revoke(request: AuthenticatedRequest) -> None:
    """Remove the user's token, if there is one."""
    request.store.save_token(None)
    request.trace.add(Step.TOKEN_REVOKED if request.user.token else Step.NOTHING_TO_REVOKE)


def current(user: User | None) -> TokenData:
    """Return the data of a forced success: the user's token, or the documentation's example."""
    return TokenData((user.token if user is not None else None) or EXAMPLE_TOKEN)


HANDLERS: Final[Mapping[Endpoint, Handler]] = {
    GET_TOKEN: get,
    NEW_TOKEN: issue,
    REVOKE_TOKEN: revoke,
}
FORCED: Final[Mapping[Code, Callable[[User | None], Struct]]] = {
    TOKEN_FOUND: current,
    TOKEN_ISSUED: current,
}
