"""Who connects at the same time is served in turn."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from typing import Any, Final

from mockserver.server.http_server import HttpServer
from mockserver.server.leader import LeaderFollowers

CLIENTS: Final = 40


def test_all_who_have_connected_get_a_reply_before_anybody_gets_a_second() -> None:
    asked: list[str] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
        server = HttpServer(application, [listener], LeaderFollowers(2), lambda _exchange: None)
        clients = [
            stack.enter_context(socket.create_connection(listener.getsockname(), timeout=10))
            for _ in range(CLIENTS)
        ]
        for client in clients:
            for path in (b"/first", b"/second"):
                client.sendall(b"GET %s HTTP/1.1\r\nHost: mock\r\n\r\n" % path)
        loop = threading.Thread(target=server.run)
        loop.start()
        for client in clients:
            replies = b""
            while replies.count(b"\r\n\r\nok") < 2:
                replies += client.recv(65536)
        server.stop()
        loop.join()
    assert asked == ["/first"] * CLIENTS + ["/second"] * CLIENTS
