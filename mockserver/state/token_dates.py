"""The dates of tokens: no user of a sandbox gets one twice."""

from __future__ import annotations

import threading
from collections.abc import Callable


class TokenDates:
    """Gives out dates for tokens; no user gets one twice, whatever the clock does.

    Of users who are gone it keeps only the latest date of them all: who comes back under any of
    their names gets a later one. Safe under threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms: dict[str, int] = {}
        self.latest_gone_ms = -1

    def next(self, username: str, now_ms: int, after_ms: int | None = None) -> int:
        """`now_ms`, or a millisecond after the user's last date where that is later.

        A user without one gets a date after `after_ms`, by default after those of all who are gone.
        """
        with self._lock:
            if after_ms is None:
                after_ms = self.latest_gone_ms
            date_ms = max(now_ms, self._last_ms.get(username, after_ms) + 1)
            self._last_ms[username] = date_ms
            return date_ms

    def next_of_nobody(self, now_ms: int) -> int:
        """The same for a user who has gone meanwhile."""
        with self._lock:
            self.latest_gone_ms = max(now_ms, self.latest_gone_ms + 1)
            return self.latest_gone_ms

    def forget(self, username: str) -> None:
        """The user is gone."""
        with self._lock:
            self._forget(username)

    def keep(self, is_known: Callable[[str], bool]) -> None:
        """Forget all users but those who are still known."""
        with self._lock:
            for username in [name for name in self._last_ms if not is_known(name)]:
                self._forget(username)

    def _forget(self, username: str) -> None:
        self.latest_gone_ms = max(self.latest_gone_ms, self._last_ms.pop(username, -1))
