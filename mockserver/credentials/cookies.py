"""The session cookie: finding it in a header, signing it, checking its signature.

The format is that of express-session and cookie-signature: `s:` + sid + `.` + signature, percent-
encoded. The rules for reading a header are those the real server shows in the recordings
(`tests/wire/server.jsonl`, cases `cookie.*`).
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import quote

from msgspec import Struct

COOKIE_NAME: Final = "animeloop.auth.sid"
# Clients send the same cookie again and again. What is remembered is bounded: so many times so
# many characters, of the 16 KiB that a header may have.
_REMEMBERED: Final = 4096
_USUAL_LENGTH: Final = 512

# What JavaScript's trim() removes, within Latin-1.
_BLANKS: Final = "\t\n\v\f\r \xa0"
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_USUAL: Final = re.compile(r"[A-Za-z0-9\-_.!~*'():/+]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def sign(sid: str, secret: str) -> str:
    """The signature of a session id: base64 of HMAC-SHA256, without the `=` padding."""
    digest = hmac.digest(secret.encode(), sid.encode(), "sha256")
    return b64encode(digest).rstrip(b"=").decode("ascii")


def encode(sid: str, signature: str) -> str:
    """The cookie value as a browser holds it: `encodeURIComponent` of `s:sid.signature`."""
    return encode_component(f"s:{sid}.{signature}")


def encode_component(text: str) -> str:
    """`encodeURIComponent`."""
    if _USUAL.fullmatch(text):  # several times as fast
        return text.replace(":", "%3A").replace("/", "%2F").replace("+", "%2B")
    return quote(text, safe="-_.!~*'()")


def header(value: str) -> str:
    """`animeloop.auth.sid=` and the value, ready for a `Cookie` header or `curl --cookie`."""
    return f"{COOKIE_NAME}={value}"


def find(cookie_header: str | None) -> str | None:
    """The decoded value of the session cookie, or None where the header has none.

    Of several cookies of that name the first counts. A value that begins with a double quote
    loses its first and last character. A value that does not percent-decode is taken as it is.
    """
    if cookie_header is None:
        return None
    for pair in cookie_header.split(";"):
        name, equals, value = pair.partition("=")
        if equals and name.strip(_BLANKS) == COOKIE_NAME:
            value = value.strip(_BLANKS)
            return _decode(value[1:-1] if value.startswith('"') else value)
    return None


def _decode(value: str) -> str:
    """`decodeURIComponent`, or the value itself where that would throw."""
    usual = value.replace("%3A", ":").replace("%2F", "/").replace("%2B", "+")
    if "%" not in usual:
        return usual
    if _BAD_ESCAPE.search(value):
        return value
    try:
        return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode(), value)
    except UnicodeDecodeError:
        return value


class Defect(Enum):
    """Why a cookie value was not believed."""

    UNSIGNED = "the value does not begin with 's:'"
    ENCODED_TWICE = "the value begins with 's%3A': it has been percent-encoded twice"
    NO_SIGNATURE = "no '.' separates a session id from a signature"


@dataclass(slots=True)
class SignedValue:
    """A cookie value taken apart, not yet verified."""

    sid: str
    signature: str
    _verdict: tuple[tuple[str, ...], int | None] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    def verified_by(self, secrets: tuple[str, ...]) -> int | None:
        """The index of the first secret that made the signature, or None.

        Every comparison takes a time that does not depend on where the two differ. The verdict is
        remembered, since clients send the same cookie again and again.
        """
        known = self._verdict
        if known is not None and known[0] is secrets:
            return known[1]
        signatures = (sign(self.sid, secret) for secret in secrets)
        found = next((i for i, made in enumerate(signatures) if self.matches(made)), None)
        self._verdict = (secrets, found)
        return found

    def matches(self, signature: str) -> bool:
        """Whether the signature is that one, compared in constant time."""
        return hmac.compare_digest(self.signature.encode(), signature.encode())


class Malformed(Struct, frozen=True):
    """A cookie value without a signature that could be checked; `sid` is what it may have meant."""

    sid: str
    defect: Defect


Presented: TypeAlias = SignedValue | Malformed | None
"""What a request claims by its cookie, unverified; None where it has none of that name."""


def presented(cookie_header: str | None) -> Presented:
    """What the session cookie of a header claims."""
    if cookie_header is None:
        return None
    is_usual = len(cookie_header) <= _USUAL_LENGTH
    return (_presented if is_usual else _presented.__wrapped__)(cookie_header)


@lru_cache(_REMEMBERED)
def _presented(cookie_header: str) -> Presented:
    value = find(cookie_header)
    return None if value is None else split(value)


def split(value: str) -> SignedValue | Malformed:
    """Take a cookie value apart at its last dot, or say what is wrong with its form."""
    if not value.startswith("s:"):
        twice = value[:4].lower() == "s%3a"
        return Malformed(value, Defect.ENCODED_TWICE if twice else Defect.UNSIGNED)
    sid, dot, signature = value[2:].rpartition(".")
    if not dot:
        return Malformed(value[2:], Defect.NO_SIGNATURE)
    return SignedValue(sid, signature)
