"""Reads session cookies: those that a login sets, and those that a user pastes."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mockserver.credentials import cookies
from mockserver.errors import UsageError


class SetCookie(Struct, frozen=True):
    """The session cookie of a reply. `value` is decoded. `attributes` have small letters."""

    value: str
    attributes: frozenset[str]

    @property
    def sid(self) -> str:
        """The session id."""
        return cookies.split(self.value).sid

    @property
    def header(self) -> str:
        """The `Cookie` header that sends it back."""
        return cookies.header(cookies.encode_component(self.value))


def set_cookie(headers: Iterable[str]) -> SetCookie | None:
    """Return the session cookie in the `Set-Cookie` headers of a reply, or None."""
    for text in headers:
        pair, *attributes = text.split(";")
        value = cookies.find(pair)
        if value:
            lowered = frozenset(one.strip().lower() for one in attributes)
            return SetCookie(value, lowered)
    return None


def cookie_value(text: str) -> str:
    """Decode a pasted cookie: a value, percent-encoded or not, or NAME=VALUE.

    Raises UsageError if it is not a signed session cookie.
    """
    pasted = text.strip()
    named = f"{cookies.COOKIE_NAME}=" in pasted
    value = cookies.find(pasted if named else cookies.header(pasted)) or ""
    taken = cookies.split(value)
    expected = f"--cookie: expected the value of the cookie {cookies.COOKIE_NAME}"
    if isinstance(taken, cookies.Malformed):
        raise UsageError(f"{expected}, such as s%3A…; {taken.defect.value}")
    if not value.isprintable():
        raise UsageError(f"{expected}; it contains control characters")
    return value
