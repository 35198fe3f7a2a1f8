"""The `Set-Cookie` header of a login."""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache
from typing import Final

from mockserver.credentials import cookies
from mockserver.record.exchange import Outcome
from mockserver.state.clock import SystemClock
from mockserver.state.model import SESSION_TTL_MS

# The server's session library renews it when it sets the cookie.
COOKIE_LIFETIME_S: Final = SESSION_TTL_MS // 1000
# Browsers compare expiry times with their own clocks.
_WALL_CLOCK: Final = SystemClock()


def set_cookie(outcome: Outcome, secret: str) -> str | None:
    """Return the value of `Set-Cookie`, or None if the reply sets no cookie.

    `secret` signs the session id, unless the session has a signature of its own.
    """
    session = None if outcome.reply is None else outcome.reply.session
    if session is None:
        return None
    signature = session.signature or cookies.sign(session.sid, secret)
    expires = http_date(_WALL_CLOCK.now_ms() // 1000 + COOKIE_LIFETIME_S)
    value = cookies.header(cookies.encode(session.sid, signature))
    return f"{value}; Path=/; Expires={expires}; HttpOnly"


@lru_cache(4)
def http_date(seconds: int) -> str:
    """Format a time in seconds since 1970 as HTTP does (RFC 9110, 5.6.7)."""
    return formatdate(seconds, usegmt=True)
