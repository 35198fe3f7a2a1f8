"""The dates of tokens, unique for each user of a sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from mockserver.credentials.codes import unverified_claims
from mockserver.state.times import parse_clock_time


class TokenDates:
    """Hands out dates for tokens. No user gets the same date twice, whatever the clock does.

    For deleted users it keeps only the latest date of all. A user who is created again under such a
    name gets a later date. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms: dict[str, int] = {}
        self.latest_gone_ms = -1

    def next(self, username: str, now_ms: int, after_ms: int | None = None) -> int:
        """Return `now_ms`, or one millisecond after the user's last date if that is later.

        A user without a last date gets one after `after_ms`. Its default is the latest date of all
        deleted users. Times are in milliseconds since 1970.
        """
        with self._lock:
            if after_ms is None:
                after_ms = self.latest_gone_ms
            date_ms = max(now_ms, self._last_ms.get(username, after_ms) + 1)
            self._last_ms[username] = date_ms
            return date_ms

    def next_of_nobody(self, now_ms: int) -> int:
        """Return a date for a user who was deleted meanwhile."""
        with self._lock:
            self.latest_gone_ms = max(now_ms, self.latest_gone_ms + 1)
            return self.latest_gone_ms

    def forget(self, username: str) -> None:
        """Forget a deleted user."""
        with self._lock:
            self._forget(username)

    def keep(self, is_known: Callable[[str], bool]) -> None:
        """Forget all users for whom `is_known` is false."""
        with self._lock:
            for username in [name for name in self._last_ms if not is_known(name)]:
                self._forget(username)

    def _forget(self, username: str) -> None:
        self.latest_gone_ms = max(self.latest_gone_ms, self._last_ms.pop(username, -1))


def date_of(token: str | None) -> int:
    """Return the date in a token, in milliseconds since 1970, or -1 if it has none."""
    claims = unverified_claims(token)
    date = claims.get("date") if isinstance(claims, dict) else None
    if isinstance(date, str):
        with suppress(ValueError):
            return parse_clock_time(date)
    return -1
