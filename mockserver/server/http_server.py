"""A waitress server that starts on bound sockets and stops without losing a reply."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from waitress import create_server, wasyncore

from mockserver.exchange import Observer
from mockserver.server.limits import GRACE_S, MAX_CONNECTIONS, MAX_HEADER_BYTES, UNREAD_S
from mockserver.server.pool import ElasticPool
from mockserver.server.wire import Channel, bound_channel

# How long a connection must have been silent, while the server stops, to count as done.
_QUIET_S: Final = 0.1
# What threads get to end in, where requests have used up all the time that there is.
_LEAVE_S: Final = 0.1
_LOOK_S: Final = 30.0


def _is_not_on_purpose(record: logging.LogRecord) -> bool:
    """Leaves out waitress' remark on a body that is cut short, which a wire fault does."""
    return "too few bytes" not in str(record.msg)


class HttpServer:
    """Serves a WSGI application until it is stopped.

    `stop_event` is set once `stop` has been called, so that whatever waits can wake up; `here`
    tells a thread of which pool it is. `kind` is the HTTP that is spoken.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        sockets: Sequence[socket.socket],
        threads: int,
        observe: Observer,
        stop_event: threading.Event,
        *,
        here: threading.local,
        kind: type[Channel] = Channel,
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logging.getLogger("waitress").addFilter(_is_not_on_purpose)
        self._stop = stop_event
        self._stop_asked = False
        self._accepted = 0
        self._next_look = 0.0
        self._map: dict[int, Any] = {}
        self._dispatcher = ElasticPool(threads, here, self._wake)
        server = create_server(
            app,
            map=self._map,
            _dispatcher=self._dispatcher,
            sockets=list(sockets),
            ident="",
            connection_limit=MAX_CONNECTIONS,
            asyncore_use_poll=True,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=kind.max_body_bytes,
            recv_bytes=kind.recv_bytes,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=False,
        )
        channel = bound_channel(kind, observe, stop_event)
        self._listeners = [entry for entry in self._map.values() if hasattr(entry, "channel_class")]
        for listener in self._listeners:
            listener.channel_class = partial(self._connected, channel)
            listener.pull_trigger = self._dispatcher.ask_reader
        self._trigger = self._listeners[0].trigger
        self._use_poll = server.adj.asyncore_use_poll

    def _connected(self, channel: type[Channel], *arguments: Any, **options: Any) -> Channel:
        self._accepted += 1
        return channel(*arguments, **options)

    def run(self) -> None:
        """Serve until `stop` is called; then finish what is in flight, for at most 8 s."""
        while not self._stop_asked:
            self._turn(1.0)
            self._drop_unread(time.time())
        self._stop.set()
        self._finish(time.monotonic)

    def stop(self) -> None:
        """Ask `run` to end; may be called from any thread and from a signal handler.

        Takes no lock, because a signal may come while the interrupted thread holds it.
        """
        self._stop_asked = True
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._trigger.pull_trigger()

    def _turn(self, timeout_s: float) -> None:
        wasyncore.loop(timeout=timeout_s, use_poll=self._use_poll, map=self._map, count=1)
        self._dispatcher.run_queued()

    def _drop_unread(self, now: float) -> None:
        """Every half minute: waitress' own timeout waits for such a client to read."""
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_S
        for entry in list(self._map.values()):
            if isinstance(entry, Channel):
                entry.drop_if_unread(now - UNREAD_S)

    def _finish(self, monotonic: Callable[[], float]) -> None:
        deadline = monotonic() + GRACE_S
        self._accept_waiting(deadline)
        for listener in self._listeners:
            listener.accepting = False
            wasyncore.dispatcher.close(listener)
        while monotonic() < deadline and self._close_quiet():
            self._turn(_QUIET_S / 2)
        self._dispatcher.shutdown(timeout=max(_LEAVE_S, min(1.0, deadline - monotonic())))
        wasyncore.close_all(self._map, ignore_all=True)

    def _accept_waiting(self, deadline: float) -> None:
        """Accept who has connected already.

        Nobody is answered meanwhile: who comes back after each reply would keep it from ending.
        """
        for listener in self._listeners:
            before = -1
            while self._accepted > before and time.monotonic() < deadline:
                before = self._accepted
                listener.handle_accept()

    def _close_quiet(self) -> bool:
        """Close the connections on which nothing happens any more; whether any is left."""
        left = False
        for entry in list(self._map.values()):
            if not isinstance(entry, Channel):
                continue
            busy = entry.requests or entry.total_outbufs_len or entry.is_receiving
            if busy or time.time() - entry.last_activity < _QUIET_S:
                left = True
            else:
                entry.handle_close()
        return left
