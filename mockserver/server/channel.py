"""One connection: how it is read, watched and closed, where waitress has no setting for it.

Everything here extends a class of waitress by overriding methods that it documents as, or that
are in practice, its points of extension; `tests/e2e` holds it against a real socket.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE
from mockserver.record.exchange import Exchange, Observer
from mockserver.server.departures import Departures
from mockserver.server.limits import (
    BODY_S,
    DISCARD_S,
    HEAD_S,
    MAX_BODY_BYTES,
    MAX_DISCARDED_BYTES,
    UNREAD_S,
)
from mockserver.server.parser import Parser
from mockserver.server.sending import SendingChannel
from mockserver.server.tasks import Refusal, SingleWrite
from mockserver.state.clock import monotonic
from mockserver.state.waits import Wait

_UNKNOWN: Final = "?"
_CLIENT_GONE: Final = "the client has gone"


def _always() -> bool:
    return True


class Channel(SendingChannel):
    """A connection that tells the observer of requests which never reach the application."""

    parser_class = Parser
    task_class = SingleWrite
    error_task_class = Refusal
    max_body_bytes = MAX_BODY_BYTES
    recv_bytes = 8192  # waitress' own default
    cut_short_code: int | None = BAD_REQUEST_CODE
    cut_short_reply = (
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
        b"Content-Type: application/json; charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n" % len(BAD_REQUEST_BODY),
        BAD_REQUEST_BODY,
    )
    timed_out_reply = (
        b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )

    observe: Observer
    is_draining: Callable[[], bool]
    departures: Departures

    settled: threading.Event | None = None
    waiting: Wait | None = None
    _watch = -1
    discards = False
    resets = False
    _discarding = False
    _discarded = 0

    def report(self, request: Any, status: int, code: int | None, note: str) -> None:
        """Tell of a request that was refused, or that ended before it was whole."""
        method = request.command or _UNKNOWN
        path = request.path or _UNKNOWN
        if status == 431:  # waitress has put a request line of its own in its place
            method = path = _UNKNOWN
        self.observe(Exchange(method, path, status, code, note=note))

    @property
    def is_receiving(self) -> bool:
        """Whether a request has begun to arrive and is not whole yet."""
        return self.request is not None and not self.request.completed

    @property
    def is_busy(self) -> bool:
        """Whether something is received, answered or sent."""
        return bool(self.requests or self.total_outbufs_len or self.is_receiving)

    @property
    def has_request_unread(self) -> bool:
        """Whether bytes wait in the socket that may be a request to be answered."""
        answers_no_more = self._discarding or self.discards or self.close_when_flushed
        return not answers_no_more and self._has_unread()

    def service(self) -> None:
        if self._park():
            return
        if self.is_draining() and self._is_last():
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()
        self.quiet_since = monotonic()
        if self.settled is not None:
            self.settled.set()

    def begin_wait(self, wait: Wait) -> None:
        """From now on until `end_wait`, the client's end is the end of this wait."""
        self.settled = threading.Event()
        self.waiting = wait
        self._watch = self.departures.watch(self)
        if not self.connected:
            wait.end(_CLIENT_GONE)

    def end_wait(self) -> None:
        """The request goes on."""
        self.departures.unwatch(self, self._watch)
        self.waiting = None

    def end_by_client(self) -> None:
        """The client has gone; one that has only ended its own side still gets its reply."""
        waiting = self.waiting
        if waiting is not None:
            waiting.end(_CLIENT_GONE)

    def _is_last(self) -> bool:
        """Whether no other request has come after the one that is served."""
        with self.requests_lock:
            others = len(self.requests) > 1 or self.is_receiving
        return not others and not self._has_unread()

    def received(self, data: bytes) -> bool:
        taken = bool(super().received(data))
        request = self.request
        if request is not None:
            now = monotonic()
            request.begun = getattr(request, "begun", now)
            if request.headers_finished:
                request.head_ended = getattr(request, "head_ended", now)
        return taken

    def sweep(self, now: float, idle_s: float) -> None:
        """Close this connection where its client takes too long for what it is to do next."""
        if self._discarding:
            if now - self.quiet_since > DISCARD_S:
                self._drop()
        elif self.requests and not self._is_parked:
            self.quiet_since = now
            if self.request is not None:
                self.request.begun = self.request.head_ended = now  # it is not read meanwhile
        elif self.total_outbufs_len:
            if now - self.quiet_since > UNREAD_S:
                self._drop()
        elif self.is_receiving:
            self._time_out(self.request, now)
        elif now - self.quiet_since > idle_s:
            self.will_close = True

    def _time_out(self, request: Any, now: float) -> None:
        if not request.headers_finished and now - request.begun > HEAD_S:
            part, limit_s = "head", HEAD_S
        elif request.headers_finished and now - request.head_ended > BODY_S:
            part, limit_s = "body", BODY_S
        else:
            return
        note = f"not accepted: the {part} was not complete after {limit_s:g} s"
        self.report(request, 408, None, note)
        self.request = None
        with suppress(OSError):
            self.socket.send(self.timed_out_reply)
        self._drop()

    def _drop(self) -> None:
        """Close at once, whatever is unread."""
        self.resets = True
        self.handle_close()

    def _discard(self) -> None:
        """Read from now on only to throw away.

        Every channel is asked at every turn of the server whether it is readable, so that the
        usual one must not pay for the answer of this one.
        """
        self._discarding = True
        self.quiet_since = monotonic()  # from here on the time counts that it may take in all
        self.readable = _always
        self.handle_read = self._throw_away

    def _throw_away(self) -> None:
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b""
        self._discarded += len(data)
        if not data or self._discarded > MAX_DISCARDED_BYTES:
            self.handle_close()

    def handle_close(self) -> None:
        """Close, but not before the client can have read its reply, nor without a word in the log.

        Closing a socket that has unread data in it resets the connection, and with it the reply
        that is on its way; so what a client sends after its last request is read and thrown away.
        """
        if self.waiting is not None:
            self.connected = False
        more = self.connected and not self.resets and (self.discards or self._has_unread())
        if more and not self._discarding:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self._discard()
                self.will_close = self.close_when_flushed = False
                return
        request, self.request = self.request, None
        if request is not None and not request.completed and not self._discarding:
            self._report_cut(request)
        super().handle_close()
        self.end_by_client()  # behind it: a wait that begins now sees that it is not connected

    def _has_unread(self) -> bool:
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except OSError:  # there is nothing, or nobody
            return False

    def _report_cut(self, request: Any) -> None:
        """The client went away, or fell silent, in the middle of a request: 400 if it listens."""
        received = request.header_bytes_received + request.body_bytes_received
        what = "dropped, because the mock stops," if self.is_draining() else "cut short"
        self.report(request, 400, self.cut_short_code, f"{what} after {received} bytes")
        with suppress(OSError):
            if not self.requests and not self.total_outbufs_len:
                head, body = self.cut_short_reply
                self.socket.send(head + (b"" if request.is_head else body))


def bound_channel(
    kind: type[Channel],
    observe: Observer,
    is_draining: Callable[[], bool],
    departures: Departures,
) -> type[Channel]:
    """The class whose connections tell this observer, close once the server is draining, and are
    watched while their requests wait.
    """
    members = {
        "observe": staticmethod(observe),
        "is_draining": staticmethod(is_draining),
        "departures": departures,
    }
    return type("BoundChannel", (kind,), members)
