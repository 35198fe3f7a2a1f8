"""Texts that many tests need: paths, endpoints, secrets, cookies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mockserver.credentials import cookies
from mockserver.state.times import parse_time

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ROOT / "fixtures"
WIRE: Final = ROOT / "tests" / "wire"
SECRET: Final = "mock-session-secret"
NOON_MS: Final = parse_time("2026-01-01T12:00:00Z")

GET: Final = "/auth/token"
NEW: Final = "/auth/token/new"
REVOKE: Final = "/auth/token/revoke"

DOCUMENTED_COOKIE: Final = (
    "s%3A4VtJUXAabKIew3Wib8scACX1lDZK6Z3d.7Hqy%2F8Nk8d0rFr4ygSCoEnwg5GD%2BVMfghQieThqQ2dU"
)
DOCUMENTED_TOKEN: Final = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6InNoaW5jdXJyeTIifQ."
    "VMZHgDvyqeUHqN6Wg92CvlphdiwNynuOY5ELdFQTY3w"
)

# The characters that turn the direction of a text around.
TURNING: Final = [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]


def cookie(sid: str, secret: str = SECRET) -> str:
    """A whole `Cookie` header with a valid session cookie in it."""
    return cookies.header(cookies.encode(sid, cookies.sign(sid, secret)))
