"""Checks the session of a run before anything changes, and restores the token of its user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from mockserver.api.catalog import CODES
from mockserver.api.common import SESSION_INVALID, SESSION_MISSING
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, NO_TOKEN, REVOKE_TOKEN, TOKEN_FOUND
from mockserver.credentials import cookies
from mockserver.errors import MockError, UsageError
from mockserver.verify.control import SandboxUsers
from mockserver.verify.examiner import SentCookie
from mockserver.verify.judge import code_of
from mockserver.verify.target import RemoteApi

_KNOWN: Final = {code.number for code in CODES}
_REFUSED: Final = {SESSION_INVALID.number, SESSION_MISSING.number}
_ENDPOINTS: Final = (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN)
Warn: TypeAlias = Callable[[str], None]


def sandbox_member(target: RemoteApi, users: SandboxUsers) -> SentCookie:
    """Create a user in the sandbox.

    Raises UsageError if the target does not know its session, or not the path of the sandbox.
    """
    member = users.create("verify", 7)
    if _REFUSED.issuperset(_answers(target, member)):
        raise UsageError(
            f"--admin: {target.url} does not know the sessions created there; "
            "expected the control plane of the same mock, and its plain URL as --target"
        )
    if not any(code in _KNOWN for code in _answers(target.under(users.prefix), member)):
        raise UsageError(
            f"--admin: {target.url} does not answer under {users.prefix}; "
            "expected the control plane of the same mock, and its plain URL as --target"
        )
    return member


def _answers(target: RemoteApi, cookie: SentCookie) -> list[int | None]:
    return [code_of(target.ask("POST", e.path, cookie.cookie)) for e in _ENDPOINTS]


def had_token(target: RemoteApi, cookie: SentCookie, flag: str) -> bool:
    """Return whether the user has a token. Raises UsageError if the session does not work."""
    reply = target.ask("POST", GET_TOKEN.path, cookie.cookie)
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
    return code == TOKEN_FOUND.number


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
