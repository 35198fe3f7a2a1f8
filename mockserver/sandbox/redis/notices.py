"""News from other processes: something was recorded, or a cause of delays has changed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis.exceptions import RedisError

from mockserver.errors import StateUnavailableError
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.rules import STATE_TIMEOUT_S

Ring = Callable[[str], None]

_LOOK_S: Final = 1.0
_RETRY_S: Final = 0.2
_log: Final = logging.getLogger("animeloop_mock")


class Notices:
    """Listens to Redis in a thread, which the first waiting request starts.

    `on_change` is called when a cause of delays has changed in some process.
    """

    def __init__(self, link: RedisLink, on_change: Callable[[], None]) -> None:
        self._link = link
        self._on_change = on_change
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_listening = threading.Event()
        self._rings: dict[str, list[Ring]] = {}
        self._has_failed = False
        self._process = os.getpid()
        self._bell = link.key("bell").encode()
        self._changes = link.key("changes").encode()

    def start(self) -> None:
        """Begin to listen, and do not wait until Redis answers."""
        with self._lock:
            if self._process != os.getpid():  # a server has forked: the thread is its parent's
                self._process, self._thread = os.getpid(), None
                self._is_listening = threading.Event()
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True)
                self._thread.start()

    def ensure(self) -> None:
        """Listen from now on. Raises StateUnavailableError if Redis cannot be reached."""
        if self._is_listening.is_set() and self._process == os.getpid():
            return
        self.start()
        if not self._is_listening.wait(2 * STATE_TIMEOUT_S):
            raise StateUnavailableError("Redis cannot be used: it does not send messages")

    @contextmanager
    def hearing(self, sandbox_id: str, ring: Ring) -> Iterator[None]:
        """Call `ring` whenever something is recorded in this sandbox."""
        with self._lock:
            self._rings.setdefault(sandbox_id, []).append(ring)
        try:
            self.ensure()
            yield
        finally:
            with self._lock:
                self._rings[sandbox_id].remove(ring)
                if not self._rings[sandbox_id]:
                    del self._rings[sandbox_id]

    def missed_some(self) -> None:
        """Let all who wait look again, because messages may have been lost."""
        for sandbox_id in list(self._rings):
            self._ring(sandbox_id)
        self._on_change()

    def _listen(self) -> None:
        pause = threading.Event()
        while True:
            subscriber = self._link.subscriber()
            try:
                subscriber.subscribe(self._bell, self._changes)
                self._take(subscriber)
            except Exception as error:  # noqa: BLE001  whatever it is, listen again
                self._is_listening.clear()
                is_expected = isinstance(error, RedisError | OSError | ValueError)
                if not is_expected and not self._has_failed:
                    self._has_failed = True
                    _log.exception("a message from another process was not understood")
                pause.wait(_RETRY_S)
            finally:
                subscriber.close()

    def _take(self, subscriber: Any) -> None:
        """Pass messages on. Raises RedisError once the connection no longer answers."""
        subscribed, was_asked = 0, False
        while True:
            message = subscriber.get_message(timeout=_LOOK_S)
            if message is None:
                # A network may drop a connection silently: only an answer shows that it lives.
                if was_asked:
                    raise ConnectionError("no answer to PING")
                subscriber.ping()
                was_asked = True
                continue
            was_asked = False
            if message["type"] == "subscribe":
                subscribed += 1
                if subscribed == 2:
                    self._is_listening.set()
                    self.missed_some()
            elif message["channel"] == self._changes:
                self._on_change()
            elif message["channel"] == self._bell:
                self._ring(message["data"].decode())

    def _ring(self, sandbox_id: str) -> None:
        for ring in list(self._rings.get(sandbox_id, ())):
            ring(sandbox_id)
