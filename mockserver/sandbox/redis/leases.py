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

# A ttl is renewed this often while a request is delayed or waits, at least.
_RENEWAL_S: Final = 0.1
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

    def _renew(self) -> None:
        seen: set[str] = set()
        while True:
            self._changed.wait(_RENEWAL_S)
            with self._lock:
                used = set(self._users)
                if not used and not seen:
                    self._thread = None
                    return
            # Most requests are over before the next look.
            for sandbox_id in used & seen:
                try:
                    self._access.load(sandbox_id)
                except (NotFoundError, StateUnavailableError):
                    continue
                except Exception:  # noqa: BLE001  the others must not expire
                    if not self._has_failed:
                        self._has_failed = True
                        _log.exception("a sandbox in use was not kept from expiring")
            seen = used
