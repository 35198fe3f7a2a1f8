"""How often a second: calls without sockets, sandboxes made and dropped over one connection."""

from __future__ import annotations

import http.client
import io
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import falcon

from benchmarks.processes import HOST, PATH
from benchmarks.servers import ALICE, mock
from mockserver import create_app

IN_PROCESS: Final = "in-process calls"
BARE_FALCON: Final = "in-process calls of a bare Falcon application"
SANDBOXES: Final = "sandboxes made and dropped"
_CALLS: Final = 5_000
_SANDBOXES: Final = 300


def per_second(number: int, work: Callable[[], object]) -> float:
    """How often the work is done in a second."""
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return number / (time.perf_counter() - begin)


class _Token:
    """The least that a Falcon resource can do with the same reply."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def on_post(self, _req: falcon.Request, resp: falcon.Response) -> None:
        resp.data = self._body
        resp.content_type = "application/json; charset=utf-8"
        resp.set_header("Vary", "Origin")


def call(app: Callable[..., Any]) -> bytes:
    """Ask a WSGI application for the token."""
    environ = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": PATH, "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost", "HTTP_COOKIE": ALICE, "CONTENT_LENGTH": "0",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr, "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
    return b"".join(app(environ, lambda _status, _headers, _error=None: None))


def in_process(rounds: int) -> dict[str, list[float]]:
    """Calls a second of the mock's application, and of one on Falcon that does nothing else."""
    app, bare = create_app(), falcon.App()
    bare.add_route(PATH, _Token(call(app)))
    found: dict[str, list[float]] = {IN_PROCESS: [], BARE_FALCON: []}
    for _ in range(rounds + 1):
        found[IN_PROCESS].append(per_second(_CALLS, lambda: call(app)))
        found[BARE_FALCON].append(per_second(_CALLS, lambda: call(bare)))
    return {name: values[1:] for name, values in found.items()}


def sandboxes(rounds: int) -> tuple[list[float], tuple[float, float]]:
    """Sandboxes made and dropped a second, and the MB resident after the first round and the last.

    The two should be alike: what was dropped must not stay.
    """
    with mock() as server:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)

        def ask(method: str, path: str) -> bytes:
            connection.request(method, path)
            return connection.getresponse().read()

        def make_and_drop() -> None:
            made = ask("POST", "/__admin/sandboxes")
            # Parsing is not the server's cost.
            path = made.partition(b'"admin":"')[2].partition(b'"')[0]
            ask("DELETE", path.decode())

        per_second(_SANDBOXES, make_and_drop)
        before = server.resident_mb()
        found = [per_second(_SANDBOXES, make_and_drop) for _ in range(rounds)]
        connection.close()
        return found, (before, server.resident_mb())
