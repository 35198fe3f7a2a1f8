"""Keeps sandboxes from expiring during requests that take longer than their ttl."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mockserver.errors import NotFoundError, StateUnavailableError
from mockserver.sandbox.redis.access import Access
from mockserver.sandbox.redis.link import RedisLink
from mockserver.state.clock import monotonic

# How often the thread looks for requests that take long.
_LOOK_S: Final = 0.1
# A ttl is renewed while a request is delayed or waits, when this part of it is over.
_PART: Final = 1 / 3
_log: Final = logging.getLogger("animeloop_mock")


class Leases:
    """The sandboxes that requests of this process are using. Thread-safe."""

    def __init__(self, link: RedisLink, access: Access) -> None:
        self._link = link
        self._access = access
        self._lock = threading.Lock()
        self._users: Counter[str] = Counter()
        self._thread: threading.Thread | None = None
        self._changed = threading.Event()
        self._has_failed = False
        self._ttl_ms: dict[str, int] = {}

    def forked(self) -> None:
        """Begin anew, because a server has forked: threads and requests are its parent's."""
        self._lock = threading.Lock()
        self._users.clear()
        self._thread = None

    @contextmanager
    def lease(self, sandbox_id: str) -> Iterator[None]:
        """Keep a sandbox alive as long as this is entered."""
        with self._lock:
            self._users[sandbox_id] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew, daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._users[sandbox_id] -= 1
                if not self._users[sandbox_id]:
                    del self._users[sandbox_id]

    def hold(self, sandbox_id: str) -> None:
        """Renew the ttl of a leased sandbox from now on, because a request begins to wait."""
        if sandbox_id not in self._ttl_ms:
            with self._lock:
                if sandbox_id not in self._users:
                    return
                self._ttl_ms[sandbox_id] = 0
            self._changed.set()

    def _renew(self) -> None:
        seen: set[str] = set()
        due_s: dict[str, float] = {}
        while True:
            self._changed.wait(self._pause_s())
            self._changed.clear()
            with self._lock:
                used = set(self._users)
                self._ttl_ms = {one: ttl for one, ttl in self._ttl_ms.items() if one in used}
                if not used and not seen:
                    self._thread = None
                    return
                held = used & (seen | self._ttl_ms.keys())
            due_s = {one: due_s.get(one, 0.0) for one in held}
            # Most requests are over before the next look.
            for sandbox_id in [one for one in held if monotonic() >= due_s[one]]:
                ttl_ms = self._renewed(sandbox_id)
                due_s[sandbox_id] = monotonic() + ttl_ms / 1000 * _PART
            seen = used

    def _pause_s(self) -> float:
        with self._lock:
            shortest_ms = min((ttl for ttl in self._ttl_ms.values() if ttl), default=0)
        return min(_LOOK_S, shortest_ms / 1000 * _PART) if shortest_ms else _LOOK_S

    def _renewed(self, sandbox_id: str) -> int:
        """Renew the ttl of a sandbox. Returns it in milliseconds, or 0 to try again soon."""
        ttl_ms = 0
        try:
            ttl_ms = self._access.load(sandbox_id).record.ttl_ms or 0
        except (NotFoundError, StateUnavailableError):
            pass
        except Exception:  # noqa: BLE001  the others must not expire
            if not self._has_failed:
                self._has_failed = True
                _log.exception("a sandbox in use was not kept from expiring")
        with self._lock:
            if sandbox_id in self._users:
                self._ttl_ms[sandbox_id] = ttl_ms
        return ttl_ms
