"""Issuing the API's JSON Web Tokens (RFC 7519), byte for byte as the real server does.

Header `{"typ":"JWT","alg":"HS256"}`, claims in the order `uid`, `username`, `date`. Source: the
recordings (`tests/wire/cookie-cases.jsonl`, key `jwt`). The claims are encoded here, not by PyJWT,
because the real server does not escape names that are not ASCII.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec
from jwt import PyJWS
from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidKeyError

_ALGORITHM: Final = "HS256"


class _AnyLengthHmac(HMACAlgorithm):
    """HS256 that accepts short keys: they are weak, and realistic in a mock."""

    def check_key_length(self, key: object) -> None:  # noqa: ARG002
        return None


class TokenIssuer:
    """Signs tokens with one key.

    Raises ValueError where the key is one that PyJWT will not use (a PEM or SSH key).
    """

    __slots__ = ("_jws", "_key")

    def __init__(self, key: str) -> None:
        self._key = key
        self._jws = PyJWS(algorithms=[])
        self._jws.register_algorithm(_ALGORITHM, _AnyLengthHmac(HMACAlgorithm.SHA256))
        try:
            self._sign(b"{}")
        except InvalidKeyError:
            raise ValueError("expected a plain text secret, got a PEM or SSH key") from None

    def issue(self, uid: int | None, username: str, date: str) -> str:
        """A token dated `date` (ISO 8601); it has no `uid` claim where `uid` is None."""
        claims: dict[str, object] = {} if uid is None else {"uid": uid}
        claims["username"] = username
        claims["date"] = date
        return self._sign(msgspec.json.encode(claims))

    def _sign(self, payload: bytes) -> str:
        return self._jws.encode(payload, self._key, _ALGORITHM, sort_headers=False)


@lru_cache(16)
def issuer_of(key: str) -> TokenIssuer:
    """The issuer with this key; servers have a few keys at most. Raises as TokenIssuer does."""
    return TokenIssuer(key)
