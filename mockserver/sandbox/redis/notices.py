"""News from other processes: something was recorded, or a cause of delays has changed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from weakref import ref

from redis.exceptions import RedisError

from mockserver.errors import StateUnavailableError
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.rules import STATE_TIMEOUT_S

Ring = Callable[[str], None]

_LOOK_S: Final = 1.0
_RETRY_S: Final = 0.2
_CHANNELS: Final = 2
_log: Final = logging.getLogger("animeloop_mock")


class Notices:
    """Listens to Redis in a thread, which ends when nobody refers to this any more.

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
                self._thread = threading.Thread(target=_listen, args=(ref(self),), daemon=True)
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

    def subscriber(self) -> Any:
        """Return a connection that gets the messages. Raises RedisError if there is none."""
        subscriber = self._link.subscriber()
        subscriber.subscribe(self._bell, self._changes)
        return subscriber

    def heard(self, message: Mapping[str, Any], subscribed: int) -> None:
        """Pass a message on. `subscribed` says to how many channels the connection listens."""
        if message["type"] == "subscribe":
            if subscribed == _CHANNELS:
                self._is_listening.set()
                self.missed_some()
        elif message["channel"] == self._changes:
            self._on_change()
        elif message["channel"] == self._bell:
            self._ring(message["data"].decode())

    def failed(self, error: Exception) -> None:
        """Note that the connection is lost. Log, once, what should not happen."""
        self._is_listening.clear()
        is_expected = isinstance(error, RedisError | OSError | ValueError)
        if not is_expected and not self._has_failed:
            self._has_failed = True
            _log.error("a message from another process was not understood", exc_info=error)

    def _ring(self, sandbox_id: str) -> None:
        for ring in list(self._rings.get(sandbox_id, ())):
            ring(sandbox_id)


def _listen(of: ref[Notices]) -> None:
    """Listen for as long as somebody refers to the notices."""
    pause = threading.Event()
    while (notices := of()) is not None:
        subscriber = None
        try:
            subscriber = notices.subscriber()
            del notices
            _take(of, subscriber)
        except Exception as error:  # noqa: BLE001  whatever it is, listen again
            notices = of()
            if notices is not None:
                notices.failed(error)
            notices = None
            pause.wait(_RETRY_S)
        finally:
            if subscriber is not None:
                subscriber.close()


def _take(of: ref[Notices], subscriber: Any) -> None:
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
        else:
            was_asked = False
            subscribed += message["type"] == "subscribe"
        notices = of()
        if notices is None:
            return
        if message is not None:
            notices.heard(message, subscribed)
        del notices
