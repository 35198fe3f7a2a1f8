"""The admin token: validates it, and checks requests for it."""

from __future__ import annotations

import hmac


class SecretError(ValueError):
    """A secret value is invalid. The message does not repeat the value."""


def usable_token(text: str) -> str:
    """Return the token unchanged. Raises ValueError if no header can carry it.

    Leading and trailing whitespace is not part of a header's value (RFC 9110, 5.5). Clients differ
    in how they encode non-ASCII characters.
    """
    if not text:
        raise ValueError("expected a token that is not empty")
    if not (text.isascii() and text.isprintable() and text == text.strip()):
        raise SecretError(
            "expected a token of printable ASCII characters, without whitespace at either end, "
            "such as the line break of a file"
        )
    return text


def carries(authorization: str, token: str) -> bool:
    """Whether an `Authorization` header has this Bearer token (RFC 6750). Takes constant time."""
    scheme, _, given = authorization.partition(" ")
    given = given.strip(" \t")
    # `compare_digest` accepts only ASCII text.
    return scheme.lower() == "bearer" and given.isascii() and hmac.compare_digest(given, token)
