"""What granian hands over becomes a WSGI call, and its answer what granian takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

from mockserver.exchange import Exchange
from mockserver.server.gateway import Gateway
from mockserver.server.turns import Turns


class Protocol:
    """Where granian takes the answer."""

    status = 0
    headers: list[tuple[str, str]]
    body = b""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("201 Created", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [b"<", environ["wsgi.input"].read(), b">"]


def ask(environ: dict[str, Any], *, draining: bool = False) -> tuple[Protocol, list[Exchange]]:
    stop, told, protocol = threading.Event(), list[Exchange](), Protocol()
    if draining:
        stop.set()
    base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/x", "wsgi.input": BytesIO(b"abc")}
    Gateway(echo, told.append, stop, Turns(threading.local())).answer(protocol, base | environ)
    return protocol, told


def test_a_body_without_an_announced_length_has_one_for_the_application() -> None:
    protocol, told = ask({"HTTP_TRANSFER_ENCODING": "chunked"})
    assert (protocol.status, protocol.headers) == (201, [("X-Length", "3")])
    assert (protocol.body, told) == (b"<abc>", [])


def test_a_body_that_is_shorter_than_announced_is_a_bad_request() -> None:
    protocol, told = ask({"CONTENT_LENGTH": "4"})
    assert protocol.status == 400
    assert ("Connection", "close") in protocol.headers
    assert [(one.path, one.code, one.note) for one in told] == [
        ("/x", 400, "cut short after 3 bytes of its body")
    ]


def test_connections_end_with_the_reply_once_the_server_stops() -> None:
    assert ("Connection", "close") not in ask({})[0].headers
    assert ("Connection", "close") in ask({}, draining=True)[0].headers
