"""Finds, signs and verifies the session cookie.

The format is that of express-session and cookie-signature: `s:` + sid + `.` + signature, percent-
encoded. The rules for reading a header come from recordings of the real server
(`tests/wire/server.jsonl`, cases `cookie.*`).
"""

from __future__ import annotations

import hmac
import re
from binascii import b2a_base64
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import quote

from msgspec import Struct

from mockserver.credentials.mac import mac_of

COOKIE_NAME: Final = "animeloop.auth.sid"
# Base64 of 32 bytes, without padding.
SIGNATURE_LENGTH: Final = 43
# Clients send the same cookie again and again, so parsed headers are cached. The cache holds only
# short headers, because a header may have 16 KiB.
_REMEMBERED: Final = 4096
_USUAL_LENGTH: Final = 512

# The Latin-1 characters that JavaScript's trim() removes.
_BLANKS: Final = "\t\n\v\f\r \xa0"
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_USUAL: Final = re.compile(r"[A-Za-z0-9\-_.!~*'():/+]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def sign(sid: str, secret: str) -> str:
    """Return the signature of a session id: base64 of HMAC-SHA256, without the `=` padding."""
    signature = b2a_base64(mac_of(secret).sign(sid.encode()), newline=False)
    return signature[:-1].decode("ascii")  # 32 bytes have one character of padding


def encode(sid: str, signature: str) -> str:
    """Return the cookie value as a browser stores it: `encodeURIComponent` of `s:sid.signature`."""
    return encode_component(f"s:{sid}.{signature}")


def encode_component(text: str) -> str:
    """Percent-encode as JavaScript's `encodeURIComponent` does."""
    if _USUAL.fullmatch(text):  # several times as fast
        return text.replace(":", "%3A").replace("/", "%2F").replace("+", "%2B")
    return quote(text, safe="-_.!~*'()")


def decode_component(value: str) -> str:
    """Decode as JavaScript's `decodeURIComponent` does. Returns `value` if that would throw."""
    usual = value.replace("%3A", ":").replace("%2F", "/").replace("%2B", "+").replace("%40", "@")
    if "%" not in usual:
        return usual
    if _BAD_ESCAPE.search(value):
        return value
    try:
        return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode(), value)
    except UnicodeDecodeError:
        return value


def header(value: str) -> str:
    """Return `animeloop.auth.sid=` and the value, for a `Cookie` header or `curl --cookie`."""
    return f"{COOKIE_NAME}={value}"


def find(cookie_header: str | None) -> str | None:
    """Return the decoded value of the session cookie, or None if the header has none.

    The first of several cookies of that name counts. If the value begins with a double quote, its
    first and last characters are dropped. If percent-decoding fails, the raw value is returned.
    """
    if cookie_header is None:
        return None
    for pair in cookie_header.split(";"):
        name, equals, value = pair.partition("=")
        if equals and name.strip(_BLANKS) == COOKIE_NAME:
            value = value.strip(_BLANKS)
            return decode_component(value[1:-1] if value.startswith('"') else value)
    return None


class Defect(Enum):
    """Why a cookie value is malformed."""

    UNSIGNED = "the value does not begin with 's:'"
    ENCODED_TWICE = "the value begins with 's%3A': it has been percent-encoded twice"
    NO_SIGNATURE = "no '.' separates a session id from a signature"


class SignedValue(Struct):
    """A cookie value split into session id and signature, not yet verified."""

    sid: str
    signature: str
    _verdict: tuple[tuple[str, ...], int | None] | None = None

    def verified_by(self, secrets: tuple[str, ...]) -> int | None:
        """Return the index of the first secret that made the signature, or None.

        Comparisons take constant time. The result is cached for the next request with this cookie.
        """
        known = self._verdict
        if known is not None and known[0] is secrets:
            return known[1]
        signatures = (sign(self.sid, secret) for secret in secrets)
        found = next((i for i, made in enumerate(signatures) if self.matches(made)), None)
        self._verdict = (secrets, found)
        return found

    def matches(self, signature: str) -> bool:
        """Whether the signature equals this one. The comparison takes constant time."""
        return hmac.compare_digest(self.signature.encode(), signature.encode())


class Malformed(Struct, frozen=True):
    """A cookie value without a signature. `sid` is the likely session id in it."""

    sid: str
    defect: Defect


Presented: TypeAlias = SignedValue | Malformed | None
"""The unverified session cookie of a request. None if the request has none."""


def presented(cookie_header: str | None) -> Presented:
    """Read the session cookie from a `Cookie` header, without verifying it."""
    if cookie_header is None:
        return None
    is_usual = len(cookie_header) <= _USUAL_LENGTH
    return (_presented if is_usual else _presented.__wrapped__)(cookie_header)


@lru_cache(_REMEMBERED)
def _presented(cookie_header: str) -> Presented:
    value = find(cookie_header)
    return None if value is None else split(value)


def split(value: str) -> SignedValue | Malformed:
    """Split a decoded cookie value at its last dot. Returns Malformed if that is impossible."""
    if not value.startswith("s:"):
        twice = value[:4].lower() == "s%3a"
        return Malformed(value, Defect.ENCODED_TWICE if twice else Defect.UNSIGNED)
    sid, dot, signature = value[2:].rpartition(".")
    if not dot:
        return Malformed(value[2:], Defect.NO_SIGNATURE)
    return SignedValue(sid, signature)
