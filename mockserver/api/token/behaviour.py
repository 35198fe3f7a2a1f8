"""The handlers of the token page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from mockserver.api.behaviour import ApiCall, Handler, refuse
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.sessions import authenticate
from mockserver.api.token.page import (
    EXAMPLE_TOKEN,
    GET_TOKEN,
    NEW_TOKEN,
    NO_TOKEN,
    REVOKE_TOKEN,
    TOKEN_FOUND,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
    TokenData,
)
from mockserver.api.trace import Step
from mockserver.state.model import User
from mockserver.state.times import iso


def get(call: ApiCall) -> Reply:
    """Return the user's token."""
    user = authenticate(call)
    if not user.token:
        refuse(call.trace, NO_TOKEN, Step.TOKEN_ABSENT, user.username)
    call.trace.add(Step.TOKEN_RETURNED)
    return Reply(TOKEN_FOUND, TokenData(user.token))


def issue(call: ApiCall) -> Reply:
    """Issue a token that replaces the old one."""
    user = authenticate(call)
    token = call.issuer.issue(user.uid, user.username, iso(call.store.token_date()))
    call.store.save_token(token)
    call.trace.add(Step.TOKEN_ISSUED)
    return Reply(TOKEN_ISSUED, TokenData(token))


def revoke(call: ApiCall) -> Reply:
    """Remove the user's token, if there is one."""
    user = authenticate(call)
    call.store.save_token(None)
    call.trace.add(Step.TOKEN_REVOKED if user.token else Step.NOTHING_TO_REVOKE)
    return Reply(TOKEN_REVOKED)


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
