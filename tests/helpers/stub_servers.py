"""Tiny servers on a free port of loopback: what they answer to is anything."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

Serve = Callable[[socket.socket, Event], None]


class Stub:
    """Handles one connection after the other with `serve`, until the context is left."""

    def __init__(self, serve: Serve, context: ssl.SSLContext | None = None) -> None:
        self._serve = serve
        self._context = context
        self._stopping = Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self._stopping.is_set():
                connection.close()
                return
            self.connections += 1
            with suppress(OSError), connection:
                if self._context is None:
                    self._serve(connection, self._stopping)
                else:
                    with self._context.wrap_socket(connection, server_side=True) as secured:
                        self._serve(secured, self._stopping)

    def __enter__(self) -> Stub:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopping.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._socket.close()


def answering(answer: bytes) -> Serve:
    """Read the head of a request, send this, and close."""

    def serve(connection: socket.socket, _stopping: Event) -> None:
        received = b""
        while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
            received += data
        connection.sendall(answer)

    return serve


def hanging(connection: socket.socket, stopping: Event) -> None:
    """Say nothing."""
    stopping.wait()


def dripping(connection: socket.socket, stopping: Event) -> None:
    """A header that never ends, byte by byte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not stopping.wait(0.02):
        connection.sendall(b"x")


def endless(connection: socket.socket, stopping: Event) -> None:
    """A body without end, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not stopping.is_set():
        connection.sendall(b" " * 65536)
