"""Checks the session of a run before anything changes, and restores the token of its user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from mockserver.api.catalog import EVERY_CODE
from mockserver.api.common import SESSION_INVALID, SESSION_MISSING
from mockserver.api.token.page import (
    GET_TOKEN,
    NEW_TOKEN,
    NO_TOKEN,
    REVOKE_TOKEN,
    TOKEN_FOUND,
    TOKEN_REVOKED,
)
from mockserver.credentials import cookies
from mockserver.errors import MockError, UsageError
from mockserver.verify.control import SandboxUsers
from mockserver.verify.examiner import SentCookie
from mockserver.verify.judge import code_of
from mockserver.verify.target import HttpReply, RemoteApi
from mockserver.verify.terms import Terms

_KNOWN: Final = {code.number for code in EVERY_CODE}
_REFUSED: Final = {SESSION_INVALID.number, SESSION_MISSING.number}
_ENDPOINTS: Final = (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN)
Warn: TypeAlias = Callable[[str], None]


def sandbox_member(target: RemoteApi, users: SandboxUsers, terms: Terms) -> SentCookie:
    """Create a user in the sandbox.

    Raises UsageError if the target does not know its session, or not the path of the sandbox.
    """
    member = users.create("verify", 7)
    if _REFUSED.issuperset(_answers(target, member, terms)):
        raise UsageError(
            f"--admin: {target.url} does not know the sessions created there; "
            "expected the control plane of the same mock, and its plain URL as --target"
        )
    if not any(code in _KNOWN for code in _answers(target.under(users.prefix), member, terms)):
        raise UsageError(
            f"--admin: {target.url} does not answer under {users.prefix}; "
            "expected the control plane of the same mock, and its plain URL as --target"
        )
    return member


def _answers(target: RemoteApi, cookie: SentCookie, terms: Terms) -> list[int | None]:
    methods = (terms.token_method, NEW_TOKEN.method, REVOKE_TOKEN.method)
    asked = zip(methods, _ENDPOINTS, strict=True)
    return [code_of(target.ask(method, one.path, cookie.cookie)) for method, one in asked]


def had_token(target: RemoteApi, cookie: SentCookie, flag: str) -> bool:
    """Return whether the user has a token. Raises UsageError if the session does not work."""
    reply = target.ask("POST", GET_TOKEN.path, cookie.cookie)
    return _working(target, reply, flag) == TOKEN_FOUND.number


def _working(target: RemoteApi, reply: HttpReply, flag: str) -> int:
    """Return the code of a reply. Raises UsageError if its session does not work."""
    code = code_of(reply)
    if code in _REFUSED:
        raise UsageError(
            f"{flag}: {target.url} refuses it (code {code}); log in again, and copy the value of "
            f"the cookie {cookies.COOKIE_NAME}"
        )
    if code not in (TOKEN_FOUND.number, NO_TOKEN.number):
        raise UsageError(
            f"{flag}: expected a session that works, got code {code} (HTTP {reply.status})"
        )
    return code


@contextmanager
def kept_list(target: RemoteApi, cookie: SentCookie, flag: str, warn: Warn) -> Iterator[None]:
    """Remove the tokens that a run has added to the list of the user of this cookie."""
    reply = target.ask("GET", GET_TOKEN.path, cookie.cookie)
    _working(target, reply, flag)
    before = token_ids(reply)
    try:
        yield
    finally:
        try:
            added = token_ids(target.ask("GET", GET_TOKEN.path, cookie.cookie)) - before
            codes = {
                code_of(target.ask("POST", REVOKE_TOKEN.path, cookie.cookie, {"id": str(one)}))
                for one in added
            }
        except MockError:
            codes = {None}
        if codes - {TOKEN_REVOKED.number}:
            warn(f"warning: the user of {flag} may have been left with new tokens")


def token_ids(reply: HttpReply) -> set[int]:
    """Return the ids in a list of tokens."""
    data = reply.document.get("data") if isinstance(reply.document, dict) else None
    rows = data if isinstance(data, list) else []
    return {one["_id"] for one in rows if isinstance(one, dict) and type(one.get("_id")) is int}


@contextmanager
def kept_token(
    target: RemoteApi, cookie: SentCookie, flag: str, warn: Warn, had: bool
) -> Iterator[None]:
    """Leave the user with a token at the end only if there was one at the start.

    `flag` is the flag that named the user.
    """
    try:
        yield
    finally:
        endpoint = NEW_TOKEN if had else REVOKE_TOKEN
        try:
            done = code_of(target.ask("POST", endpoint.path, cookie.cookie))
        except MockError:
            done = None
        if done != endpoint.success.number:
            state = "without a token" if had else "with a token that it did not have"
            warn(f"warning: the user of {flag} may have been left {state}")
