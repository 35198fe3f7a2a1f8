"""Verifies the signature of a session cookie."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from mockserver.credentials import cookies


class SignatureCheck(Enum):
    """The result of checking a cookie's signature."""

    PINNED = 1
    NOT_PINNED = 2
    BY_SECRET = 3
    WRONG = 4


class Proof(Struct, frozen=True, gc=False):
    """The result of verifying a request's cookie.

    `holds` says that the session id in it is authentic. `secret` is the number, from 1, of the
    secret that made the signature. `secrets` is the number of secrets.
    """

    signature: SignatureCheck | None = None
    holds: bool = False
    secret: int = 0
    secrets: int = 0


NO_PROOF: Final = Proof()
_PINNED: Final = Proof(SignatureCheck.PINNED, True)
_NOT_PINNED: Final = Proof(SignatureCheck.NOT_PINNED)


def prove(presented: cookies.Presented, pinned: str | None, secrets: tuple[str, ...]) -> Proof:
    """Verify the signature of a cookie. A `pinned` signature replaces the secrets."""
    if presented is None or isinstance(presented, cookies.Malformed):
        return NO_PROOF
    if pinned is not None:
        return _PINNED if presented.matches(pinned) else _NOT_PINNED
    number = presented.verified_by(secrets)
    return _by_secret(number, len(secrets))


@lru_cache(64)
def _by_secret(number: int | None, secrets: int) -> Proof:
    if number is None:
        return Proof(SignatureCheck.WRONG, False, 0, secrets)
    return Proof(SignatureCheck.BY_SECRET, True, number + 1, secrets)
