"""Bare servers: `python -m benchmarks.bare waitress|pool|granian PORT THREADS CONNECTIONS`.

All run a WSGI application that does nothing but answer the bytes, under the same headers, that the
mock answered; the environment names their file, and says whether Falcon carries the application,
or for how many microseconds it keeps Python busy first. waitress has the mock's settings, poll
included; `pool` is waitress as the mock runs it, with its pool and its connections. granian is its
own server with one worker, as the mock has one, and one thread for Python, where the mock has a
pool of which one thread runs at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec
from msgspec import Struct

from benchmarks.processes import PATH

VARIABLE: Final = "BARE_REPLY"
FALCON: Final = "BARE_FALCON"
AT_WORK_US: Final = "BARE_AT_WORK_US"
# Those are the server's own.
_NOT_THE_APPLICATIONS: Final = {"date", "server", "connection"}


class BareReply(Struct, frozen=True):
    """What is answered to everything."""

    headers: list[tuple[str, str]]
    body: str


def save_reply(headers: list[tuple[str, str]], body: bytes, path: Path) -> None:
    """Keep the mock's reply for a bare server."""
    own = [pair for pair in headers if pair[0].lower() not in _NOT_THE_APPLICATIONS]
    path.write_bytes(msgspec.json.encode(BareReply(own, body.decode())))


def make_hello() -> Callable[..., Iterable[bytes]]:
    """The application, as the environment says."""
    reply = msgspec.json.decode(Path(os.environ[VARIABLE]).read_bytes(), type=BareReply)
    if FALCON in os.environ:
        return _on_falcon(reply)
    body = [reply.body.encode()]
    rounds = _rounds(int(os.environ.get(AT_WORK_US, "0")))

    def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _work(rounds)
        start_response("200 OK", list(reply.headers))
        return body

    return hello


def _work(rounds: int) -> None:
    """Keep the processor busy; a loop by the clock would count it as work to be interrupted."""
    for _ in range(rounds):
        pass


def _rounds(microseconds: int) -> int:
    """So many take about so long, where nothing interrupts them."""
    probe, best_s = 10_000, float("inf")
    for _ in range(50):
        begin = perf_counter()
        _work(probe)
        best_s = min(best_s, perf_counter() - begin)
    return round(microseconds / 1e6 / best_s * probe)


def _on_falcon(reply: BareReply) -> Callable[..., Iterable[bytes]]:
    import falcon  # noqa: PLC0415  only where it is measured

    body, headers = reply.body.encode(), dict(reply.headers)

    class Hello:
        def on_post(self, _req: falcon.Request, resp: falcon.Response) -> None:
            resp.data = body
            resp.set_headers(headers)

    app = falcon.App()
    app.add_route(PATH, Hello())
    return app


def waitress(port: int, threads: int, connections: int) -> None:
    """Serve on waitress until the process is ended."""
    from waitress import serve  # noqa: PLC0415  only the one that is measured

    serve(
        make_hello(), host="127.0.0.1", port=port, threads=threads, connection_limit=connections,
        asyncore_use_poll=True, ident="", _quiet=True,
    )  # fmt: skip


def pool(port: int, threads: int, _connections: int) -> None:
    """Serve on the mock's own waitress until the process is ended."""
    from mockserver.http.app import unobserved  # noqa: PLC0415  only the one that is measured
    from mockserver.server.binding import bind  # noqa: PLC0415
    from mockserver.server.http_server import HttpServer  # noqa: PLC0415

    HttpServer(make_hello(), bind("127.0.0.1", port), threads, unobserved).run()


def granian(port: int, _threads: int, connections: int) -> None:
    """Serve on granian until the process is ended."""
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    Server(
        "benchmarks.bare:make_hello", factory=True, address="127.0.0.1", port=port,
        interface=Interfaces.WSGI, workers=1, blocking_threads=1, http=HTTPModes.http1,
        backpressure=connections, log_enabled=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    {"waitress": waitress, "pool": pool, "granian": granian}[sys.argv[1]](*map(int, sys.argv[2:]))
