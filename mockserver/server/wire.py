"""What waitress has no setting for, in one place: its parser, its error replies, its closing.

Everything here extends a class of waitress by overriding methods that it documents as, or that
are in practice, its points of extension; `tests/e2e` holds it against a real socket.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, get_header_lines
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import BadRequest

from mockserver.codes import BAD_REQUEST_BODY, BAD_REQUEST_CODE, compact_json
from mockserver.exchange import Exchange, Observer
from mockserver.http import cors
from mockserver.server.limits import MAX_DISCARDED_BYTES

FIRST_THREADS: Final = 4
_UNKNOWN: Final = "?"
_TLS_HANDSHAKE: Final = b"\x16\x03"


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """waitress' parser, with several `Cookie` headers made one and no exception let through."""

    def received(self, data: bytes) -> int:
        if self.body_rcv is None and not self.header_plus and data.startswith(_TLS_HANDSHAKE):
            return self._refuse(data, "this is TLS, and the mock speaks plain HTTP: use http://")
        consumed: int = super().received(data)
        if not self.headers_finished and b"\n\n" in self.header_plus:
            return self._refuse(data, "lines end with LF alone; HTTP wants CR LF")
        return consumed

    def _refuse(self, data: bytes, why: str) -> int:
        self.error = BadRequest(why)
        self.completed = True
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError:  # a target or a length that the standard library chokes on
            raise ParsingError("Malformed request target or Content-Length") from None
        if ", " in self.headers.get("COOKIE", ""):
            self.headers["COOKIE"] = _joined_cookies(header_plus)


def _joined_cookies(header_plus: bytes) -> str:
    """All `Cookie` headers as one, joined with `; ` (RFC 6265bis, 5.7.1; RFC 9113, 8.2.3)."""
    fields = (line.partition(b":") for line in get_header_lines(header_plus)[1:])
    values = [value.strip(b" \t") for name, _, value in fields if name.lower() == b"cookie"]
    return b"; ".join(values).decode("latin-1")


class Refusal(ErrorTask):  # type: ignore[misc]
    """A request that is not HTTP, or too large: a 4xx, and a line in the log that says why."""

    def execute(self) -> None:
        error = self.request.error
        # A 501 (unknown transfer coding) is the client's mistake here: nothing wants a body.
        status, reason = (400, "Bad Request") if error.code == 501 else (error.code, error.reason)
        if status == BAD_REQUEST_CODE:
            code, kind, body = BAD_REQUEST_CODE, "application/json; charset=utf-8", BAD_REQUEST_BODY
        else:
            code, kind = None, "application/problem+json"
            body = compact_json({"title": reason, "status": status, "detail": error.body})
        self.status = f"{status} {reason}"
        self.response_headers.append(("Content-Type", kind))
        self.response_headers.extend(cors.reply_headers(self.request.headers.get("ORIGIN")))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.discards = True
        self.channel.report(self.request, status, code, f"not accepted: {error.body}")
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that tells the observer of requests which never reach the application."""

    parser_class = Parser
    error_task_class = Refusal

    observe: Observer
    draining: threading.Event

    request: Any
    discards = False
    _discarding = False
    _discarded = 0

    def report(self, request: Any, status: int, code: int | None, note: str) -> None:
        """Tell of a request that was refused, or that ended before it was whole."""
        method = getattr(request, "command", "") or _UNKNOWN
        path = getattr(request, "path", "") or _UNKNOWN
        if status == 431:  # waitress has put a request line of its own in its place
            method = path = _UNKNOWN
        self.observe(Exchange(method, path, status, code, note=note))

    @property
    def is_receiving(self) -> bool:
        """Whether a request has begun to arrive and is not whole yet."""
        return self.request is not None and not self.request.completed

    def service(self) -> None:
        if self.draining.is_set():
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def readable(self) -> bool:
        return self._discarding or bool(super().readable())

    def handle_read(self) -> None:
        if not self._discarding:
            super().handle_read()
            return
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b""
        self._discarded += len(data)
        if not data or self._discarded > MAX_DISCARDED_BYTES:
            self.handle_close()

    def handle_close(self) -> None:
        """Close, but not before a refused client can have read why, nor without a word in the log.

        Closing a socket that has unread data in it resets the connection, and with it the reply
        that is on its way; so what a refused client still sends is read and thrown away.
        """
        if self.discards and not self._discarding and self.connected:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self._discarding = True
                self.will_close = self.close_when_flushed = False
                return
        request, self.request = self.request, None
        if request is not None and not request.completed and not self._discarding:
            self._report_cut(request)
        super().handle_close()

    def _report_cut(self, request: Any) -> None:
        """The client went away, or fell silent, in the middle of a request: 400 if it listens."""
        received = request.header_bytes_received + request.body_bytes_received
        what = "dropped, because the mock stops," if self.draining.is_set() else "cut short"
        self.report(request, 400, BAD_REQUEST_CODE, f"{what} after {received} bytes")
        head = (
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(BAD_REQUEST_BODY)}\r\n\r\n"
        )
        with suppress(OSError):
            if not self.requests and not self.total_outbufs_len:
                self.socket.send(head.encode() + BAD_REQUEST_BODY)


def channel_class(observe: Observer, draining: threading.Event) -> type[Channel]:
    """The class whose connections tell this observer, and close once `draining` is set."""
    return type(
        "BoundChannel", (Channel,), {"observe": staticmethod(observe), "draining": draining}
    )


class ElasticDispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """A pool that starts small, because threads cost start-up time, and grows when it is short.

    It must be large at need: a delayed request keeps its thread as long as the delay lasts.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.set_thread_count(min(FIRST_THREADS, most))

    def add_task(self, task: Any) -> None:
        super().add_task(task)
        with self.lock:
            size = len(self.threads)
            if self.stop_count or size >= self._most:
                return
            if len(self.queue) > size - self.active_count:
                number = next(n for n in range(size + 1) if n not in self.threads)
                self.threads.add(number)
                self.active_count += 1
                self.start_new_thread(self.handler_thread, number)
