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
from mockserver.state.clock import monotonic

Ring = Callable[[str], None]

_LOOK_S: Final = 1.0
_RETRY_S: Final = 0.2
# So long the bell is listened to after the last wait.
_MOMENT_S: Final = 5.0
_log: Final = logging.getLogger("animeloop_mock")


class Rings:
    """Who waits for something to be recorded, by sandbox. Thread-safe."""

    def __init__(self) -> None:
        self._rings: dict[str, list[Ring]] = {}
        self._lock = threading.Lock()
        self._left_at = monotonic()

    def add(self, sandbox_id: str, ring: Ring) -> None:
        """Call `ring` whenever something is recorded in this sandbox."""
        with self._lock:
            self._rings.setdefault(sandbox_id, []).append(ring)

    def remove(self, sandbox_id: str, ring: Ring) -> None:
        """Call it no more."""
        with self._lock:
            self._rings[sandbox_id].remove(ring)
            if not self._rings[sandbox_id]:
                del self._rings[sandbox_id]
            self._left_at = monotonic()

    def ring(self, sandbox_id: str) -> None:
        """Wake who waits for this sandbox."""
        for ring in list(self._rings.get(sandbox_id, ())):
            ring(sandbox_id)

    def ring_all(self) -> None:
        """Wake all who wait."""
        for sandbox_id in list(self._rings):
            self.ring(sandbox_id)

    def are_wanted(self) -> bool:
        """Whether somebody waits, or did a moment ago and may again."""
        return bool(self._rings) or monotonic() - self._left_at < _MOMENT_S


class Notices:
    """Listens to Redis in threads, which end when nobody refers to this any more.

    `on_change` is called when a cause of delays has changed in some process. Each request rings the
    bell, in all processes that listen to it, so only those do where somebody waits.
    """

    def __init__(self, link: RedisLink, on_change: Callable[[], None]) -> None:
        self._rings = Rings()
        self._on_change = on_change
        self._changes = Listener(link, "changes", lambda _data: on_change(), on_change)
        self._bell = Listener(
            link, "bell", _decoded(self._rings.ring), self._rings.ring_all, self._rings.are_wanted
        )

    def start(self) -> None:
        """Begin to listen to changes, and do not wait until Redis answers."""
        self._changes.start()

    def ensure(self) -> None:
        """Listen to changes. Raises StateUnavailableError if Redis cannot be reached."""
        self._changes.ensure()

    @contextmanager
    def hearing(self, sandbox_id: str, ring: Ring) -> Iterator[None]:
        """Call `ring` whenever something is recorded in this sandbox."""
        self._rings.add(sandbox_id, ring)
        try:
            self._bell.ensure()
            yield
        finally:
            self._rings.remove(sandbox_id, ring)

    def missed_some(self) -> None:
        """Let all who wait look again, because messages may have been lost."""
        self._rings.ring_all()
        self._on_change()


def _decoded(ring: Ring) -> Callable[[bytes], None]:
    return lambda data: ring(data.decode())


def _always() -> bool:
    return True


class Listener:
    """Listens to one channel, in a thread that ends when nobody refers to this any more.

    `on_message` gets the messages. `on_gap` is called whenever some may have been missed. The
    thread also ends, until the next `ensure`, when this is no longer `wanted`.
    """

    def __init__(
        self,
        link: RedisLink,
        name: str,
        on_message: Callable[[bytes], None],
        on_gap: Callable[[], None],
        wanted: Callable[[], bool] = _always,
    ) -> None:
        self._link = link
        self._channel = link.key(name).encode()
        self._on_message = on_message
        self._on_gap = on_gap
        self.wanted = wanted
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_listening = threading.Event()
        self._has_failed = False
        self._process = os.getpid()

    def start(self) -> None:
        """Begin to listen, and do not wait until Redis answers."""
        with self._lock:
            if self._process != os.getpid():  # a server has forked: the thread is its parent's
                self._process, self._thread = os.getpid(), None
                self._is_listening = threading.Event()
            if self._thread is None:
                thread = threading.Thread(target=_listen, args=(ref(self),), daemon=True)
                thread.start()
                self._thread = thread

    def ensure(self) -> None:
        """Listen from now on. Raises StateUnavailableError if Redis cannot be reached."""
        self.start()
        if not self._is_listening.wait(2 * STATE_TIMEOUT_S):
            raise StateUnavailableError("Redis cannot be used: it does not send messages")

    def is_over(self) -> bool:
        """Whether the thread may end, because this is not wanted. Then it no longer counts."""
        if self.wanted():
            return False
        with self._lock:
            if self.wanted():  # since a moment ago
                return False
            self._is_listening.clear()
            self._thread = None
            return True

    def subscriber(self) -> Any:
        """Return a connection that gets the messages. Raises RedisError if there is none."""
        subscriber = self._link.subscriber()
        subscriber.subscribe(self._channel)
        return subscriber

    def heard(self, message: Mapping[str, Any]) -> None:
        """Pass a message on."""
        if message["type"] == "subscribe":
            self._is_listening.set()
            self._on_gap()
        elif message["channel"] == self._channel:
            self._on_message(message["data"])

    def failed(self, error: Exception) -> None:
        """Note that the connection is lost. Log, once, what should not happen."""
        self._is_listening.clear()
        is_expected = isinstance(error, RedisError | OSError | ValueError)
        if not is_expected and not self._has_failed:
            self._has_failed = True
            _log.error("a message from another process was not understood", exc_info=error)


def _listen(of: ref[Listener]) -> None:
    """Listen for as long as somebody refers to the listener, and it is wanted."""
    pause = threading.Event()
    while (listener := of()) is not None and not listener.is_over():
        subscriber = None
        try:
            subscriber = listener.subscriber()
            del listener
            _take(of, subscriber)
        except Exception as error:  # noqa: BLE001  whatever it is, listen again
            listener = of()
            if listener is not None:
                listener.failed(error)
            listener = None
            pause.wait(_RETRY_S)
        finally:
            if subscriber is not None:
                subscriber.close()


def _take(of: ref[Listener], subscriber: Any) -> None:
    """Pass messages on. Raises RedisError once the connection no longer answers."""
    was_asked = False
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
        listener = of()
        if listener is None:
            return
        if message is not None:
            listener.heard(message)
        if not listener.wanted():
            return
        del listener
