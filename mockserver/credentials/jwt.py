"""Issues the API's JSON Web Tokens (RFC 7519), byte for byte as the real server does.

The header is `{"typ":"JWT","alg":"HS256"}`. The claims are `uid`, `username` and `date`, in this
order. Source: the recordings (`tests/wire/server.jsonl`, key `jwt`). This module encodes the
claims itself, because PyJWT escapes non-ASCII names and the real server does not.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec
from jwt import PyJWS
from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidKeyError

from mockserver.credentials.mac import mac_of

_ALGORITHM: Final = "HS256"


class _AnyLengthHmac(HMACAlgorithm):
    """HS256 without PyJWT's minimum key length: short keys are realistic in a mock."""

    def check_key_length(self, key: object) -> None:  # noqa: ARG002
        return None


class TokenIssuer:
    """Signs tokens with one key.

    PyJWT checks the key and makes the header. Signing itself is two lines, several times as fast
    here. Raises ValueError for a PEM or SSH key, which PyJWT refuses.
    """

    __slots__ = ("_head", "_mac", "key")

    def __init__(self, key: str) -> None:
        self.key = key
        self._mac = mac_of(key)
        jws = PyJWS(algorithms=[])
        jws.register_algorithm(_ALGORITHM, _AnyLengthHmac(HMACAlgorithm.SHA256))
        try:
            made = jws.encode(b"{}", key, _ALGORITHM, sort_headers=False)
        except InvalidKeyError:
            raise ValueError("expected a plain text secret, got a PEM or SSH key") from None
        self._head = made.partition(".")[0].encode() + b"."

    def issue(self, uid: int | None, username: str, date: str) -> str:
        """Return a token with this `date` (ISO 8601). Without a `uid`, it has no `uid` claim."""
        claims: dict[str, object] = {} if uid is None else {"uid": uid}
        claims["username"] = username
        claims["date"] = date
        return self.sign(claims)

    def sign(self, claims: Mapping[str, object]) -> str:
        """Return a token with these claims, in their order."""
        signed = self._head + _base64(msgspec.json.encode(claims))
        signature = _base64(self._mac.sign(signed))
        return f"{signed.decode()}.{signature.decode()}"


def _base64(data: bytes) -> bytes:
    return b64encode(data, b"-_").rstrip(b"=")


@lru_cache(16)
def issuer_of(key: str) -> TokenIssuer:
    """Return a cached issuer for this key. Raises ValueError as TokenIssuer does."""
    return TokenIssuer(key)
