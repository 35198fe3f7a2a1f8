"""A waitress server that starts on bound sockets and stops without losing a reply."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from waitress import create_server, wasyncore

from mockserver.record.exchange import Observer
from mockserver.server.channel import Channel, bound_channel
from mockserver.server.departures import Departures
from mockserver.server.leader import LeaderFollowers
from mockserver.server.leftover import Leftover
from mockserver.server.limits import (
    CROWDED_IDLE_S,
    GRACE_S,
    IDLE_S,
    MAX_CONNECTIONS,
    MAX_HEADER_BYTES,
)
from mockserver.state.clock import monotonic

_log: Final = logging.getLogger("animeloop_mock")

# How long a connection must have been silent, while the server stops, to count as done.
_QUIET_S: Final = 0.1
# How often connections are looked at for those that take too long.
_SWEEP_S: Final = 1.0
# How long no connection is accepted after the system had no room for one.
_FULL_S: Final = 0.5
# How many connections are accepted at once.
_MOST_ACCEPTED: Final = 64
_NO_ROOM: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


def _is_not_on_purpose(record: logging.LogRecord) -> bool:
    """Leaves out waitress' remark on a body that is cut short, which a wire fault does."""
    return "too few bytes" not in str(record.msg)


class HttpServer:
    """Serves a WSGI application until it is stopped.

    `crew` are the threads that serve it; `kind` is the HTTP that is spoken.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        sockets: Sequence[socket.socket],
        crew: LeaderFollowers,
        observe: Observer,
        *,
        kind: type[Channel] = Channel,
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logging.getLogger("waitress").addFilter(_is_not_on_purpose)
        self.stopping = False
        self.draining = threading.Event()  # set by the loop, since a signal handler takes no lock
        self._deadline: float | None = None
        self._ended = False
        self._leftover: Leftover | None = None
        self._failure: Exception | None = None
        self._accepted = 0
        self._full_until = 0.0
        self._has_said_full = False
        self._next_sweep = 0.0
        self._map: dict[int, Any] = {}
        self._crew = crew
        crew.wake = self._wake
        server = create_server(
            app,
            map=self._map,
            _dispatcher=self._crew,
            sockets=list(sockets),
            ident="",
            asyncore_use_poll=True,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=kind.max_body_bytes,
            recv_bytes=kind.recv_bytes,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=False,
        )
        self._departures = Departures(self._map)
        self._channel = bound_channel(kind, observe, lambda: self.stopping, self._departures)
        self._listeners = [entry for entry in self._map.values() if hasattr(entry, "channel_class")]
        for listener in self._listeners:
            # waitress measures connections by the wall clock, and spins where it cannot accept.
            listener.readable = partial(self._accepts, listener)
            listener.handle_accept = partial(self._accept, listener)
            listener.pull_trigger = self._wake_leader
        self._trigger = self._listeners[0].trigger
        self._use_poll = server.adj.asyncore_use_poll

    def run(self, leftover: Leftover | None = None) -> None:
        """Serve until `stop` is called; then finish what is in flight, for at most 8 s.

        `leftover` is what the start has left to do. If it fails, the server stops, and this raises
        the same error.
        """
        self._leftover = leftover
        self._crew.serve(self._turn)
        if self._failure is not None:
            raise self._failure

    @property
    def waiting(self) -> int:
        """How many requests wait now."""
        return self._crew.waiting

    def stop(self) -> None:
        """Ask `run` to end; may be called from any thread and from a signal handler.

        Takes no lock, because a signal may come while the interrupted thread holds it.
        """
        self.stopping = True
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._trigger.pull_trigger()

    def _wake_leader(self) -> None:
        """What waitress calls after each request: the thread that leads comes round by itself."""
        if not self._crew.leads:
            self._wake()

    def _turn(self, may_block: bool) -> bool:
        """One turn of the loop; False once the server has ended."""
        if self._ended:
            return False
        if self.stopping:
            return self._wind_down(may_block)
        patience_s = _SWEEP_S if self._leftover is None else self._leftover.patience_s
        self._poll(patience_s if may_block else 0.0)
        now = monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_S
            self._sweep(now)
        if self._leftover is not None:
            self._finish_start(self._leftover, now)
        return True

    def _finish_start(self, leftover: Leftover, now: float) -> None:
        """Do what the start has left, if its time has come. A failure stops the server."""
        try:
            if leftover.look(now, self._accepted, self._crew.has_tasks):
                self._leftover = None
        except Exception as error:  # noqa: BLE001  whatever it is, the mock lacks a part
            self._leftover = None
            self._failure = error
            self.stop()

    def _poll(self, timeout_s: float) -> None:
        wasyncore.loop(timeout=timeout_s, use_poll=self._use_poll, map=self._map, count=1)

    def _channels(self) -> Iterator[Channel]:
        return (entry for entry in list(self._map.values()) if isinstance(entry, Channel))

    def _sweep(self, now: float) -> None:
        """Close the connections that take too long, idle ones sooner where there are too many."""
        self._departures.look()
        is_full = self._is_crowded or now < self._full_until
        for channel in self._channels():
            channel.sweep(now, CROWDED_IDLE_S if is_full else IDLE_S)

    @property
    def _is_crowded(self) -> bool:
        return len(self._map) >= MAX_CONNECTIONS

    def _accepts(self, listener: Any) -> bool:
        if not listener.accepting:
            return False
        if self._is_crowded:
            self._say_full(f"there are {MAX_CONNECTIONS} connections")
            return False
        return not self._full_until or monotonic() >= self._full_until

    def _accept(self, listener: Any) -> None:
        """Accept who waits, so that nobody waits for the replies to those before.

        One at a time until the start is finished, which needs file descriptors.
        """
        for _ in range(_MOST_ACCEPTED if self._leftover is None else 1):
            if self._is_crowded or not self._accept_one(listener):
                return

    def _accept_one(self, listener: Any) -> bool:
        """Accept a connection. Returns whether there was one."""
        try:
            accepted = listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                self._full_until = monotonic() + _FULL_S
                self._say_full(f"a connection cannot be accepted: {error.strerror}")
            return False
        if accepted is None:
            return False
        self._full_until = 0.0
        self._accepted += 1
        connection, address = accepted
        with suppress(OSError):  # on macOS, where the client has gone already
            listener.set_socket_options(connection)
        self._channel(listener, connection, address, listener.adj, map=self._map)
        return True

    def _say_full(self, what: str) -> None:
        if not self._has_said_full:
            self._has_said_full = True
            _log.warning("%s; further ones wait until others are closed", what)

    def _wind_down(self, may_block: bool) -> bool:
        """One turn after `stop`; False once nothing is in flight, or the time is up."""
        self._crew.end_waits()
        if self._deadline is None:
            self.draining.set()
            self._deadline = monotonic() + GRACE_S
            self._accept_waiting(self._deadline)
            for listener in self._listeners:
                listener.accepting = False
                wasyncore.dispatcher.close(listener)
            self._poll(0.0)  # reads what was sent before the signal, before idle ones are closed
            return True
        if monotonic() < self._deadline and self._close_quiet():
            self._poll(_QUIET_S / 2 if may_block else 0.0)
            return True
        self._ended = True
        wasyncore.close_all(self._map, ignore_all=True)
        return False

    def _accept_waiting(self, deadline: float) -> None:
        """Accept who has connected already.

        Nobody is answered meanwhile: a client that reconnects after each reply would keep this
        from ending.
        """
        for listener in self._listeners:
            before = -1
            while self._accepted > before and monotonic() < deadline:
                before = self._accepted
                listener.handle_accept()

    def _close_quiet(self) -> bool:
        """Close the connections on which nothing happens any more; whether any is left."""
        left = False
        now = monotonic()
        for channel in self._channels():
            if (
                channel.is_busy
                or now - channel.quiet_since < _QUIET_S
                or channel.has_request_unread
            ):
                left = True
            else:
                channel.handle_close()
        return left
