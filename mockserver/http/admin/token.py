"""The admin token: which text can be one, and whether a request carries it."""

from __future__ import annotations

import hmac


class SecretError(ValueError):
    """A value is wrong; messages say how, and do not repeat it."""


def usable_token(text: str) -> str:
    """The token as it is; raises ValueError where no header could carry it.

    Blanks at an end are not part of a header's value (RFC 9110, 5.5), and clients differ in how
    they send what is not ASCII.
    """
    if not text:
        raise ValueError("expected a token that is not empty")
    if not (text.isascii() and text.isprintable() and text == text.strip()):
        raise SecretError(
            "expected a token of printable ASCII characters, without blanks at an end; "
            "a line break from a file counts as one"
        )
    return text


def carries(authorization: str, token: str) -> bool:
    """Whether an `Authorization` header has this Bearer token (RFC 6750); in constant time."""
    scheme, _, given = authorization.partition(" ")
    given = given.strip(" \t")
    # `compare_digest` takes text only where it is ASCII.
    return scheme.lower() == "bearer" and given.isascii() and hmac.compare_digest(given, token)
