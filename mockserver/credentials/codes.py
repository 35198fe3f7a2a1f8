"""Reads the codes of verification mails, as the server's library does (jsonwebtoken).

It accepts HS256, HS384 and HS512, and compares the signature as text: padding makes it wrong. A
code without `exp` does not expire. Source: the recordings (`tests/wire/account.jsonl`, `verify.*`).
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode, urlsafe_b64decode
from contextlib import suppress
from typing import Any, Final

import msgspec

from mockserver.credentials.jwt import issuer_of

_FORM: Final = r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)"
VERIFY_ACTION: Final = "verify"
_DIGESTS: Final = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


class UnreadableCodeError(ValueError):
    """The code is not a valid token of this key. The text says why, without the code."""


def verification_code(username: str, date: str, key: str) -> str:
    """Return the code of a mail of this `date` (ISO 8601). It does not expire."""
    claims = {"action": VERIFY_ACTION, "username": username, "date": date}
    return issuer_of(key).sign(claims)


def read_code(code: object, key: str, now_ms: int) -> Any:
    """Return the claims of a code: any JSON value, or the text of a payload that is not JSON.

    `now_ms` is the time in milliseconds since 1970. Raises UnreadableCodeError.
    """
    parts = _parts(code)
    if parts is None:
        raise UnreadableCodeError("it is not a JSON Web Token")
    header, payload, signature = parts
    fields = _json(header)
    digest = _DIGESTS.get(str(fields.get("alg"))) if isinstance(fields, dict) else None
    if digest is None:
        raise UnreadableCodeError("its header names none of HS256, HS384 and HS512")
    made = hmac.digest(key.encode(), f"{header}.{payload}".encode(), digest)
    expected = b64encode(made, b"-_").rstrip(b"=")
    if not hmac.compare_digest(expected, signature.encode()):
        raise UnreadableCodeError("its signature is not that of the secret")
    claims = _claims(payload)
    if isinstance(claims, dict):
        _check_times(claims, now_ms)
    return claims


def unverified_claims(code: object) -> Any:
    """Return the claims of a code without verifying it, or None if it is malformed."""
    parts = _parts(code)
    return None if parts is None else _claims(parts[1])


def _parts(code: object) -> tuple[str, str, str] | None:
    found = re.fullmatch(_FORM, code) if isinstance(code, str) else None
    return None if found is None else (found[1], found[2], found[3])


def _claims(payload: str) -> Any:
    claims = _json(payload)
    return _text(payload) if claims is None and _text(payload) != "null" else claims


def _json(part: str) -> Any:
    with suppress(msgspec.DecodeError, RecursionError):
        return msgspec.json.decode(_text(part))
    return None


def _text(part: str) -> str:
    padded = part[: len(part) - (len(part) % 4 == 1)]
    return urlsafe_b64decode(padded + "=" * (-len(padded) % 4)).decode("utf-8", "replace")


def _check_times(claims: dict[str, object], now_ms: int) -> None:
    for name in ("nbf", "exp"):
        at = claims.get(name)
        if not at:
            continue
        if isinstance(at, bool) or not isinstance(at, int | float):
            raise UnreadableCodeError(f"its {name} is not a number")
        if name == "nbf" and at > now_ms // 1000:
            raise UnreadableCodeError("it is not valid yet (nbf)")
        if name == "exp" and now_ms // 1000 >= at:
            raise UnreadableCodeError("it has expired (exp)")
