"""Prints what the journal costs, and how fast sandboxes are made and dropped.

One client with one keep-alive connection asks in turn, so that latency is what is compared;
rounds are interleaved, because machines drift, and medians are printed.
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import waitress

from benchmarks.startup import resident
from mockserver import MockServer, cookies

ROUNDS: Final = 9
REQUESTS: Final = 1000
SANDBOXES: Final = 300
MANY_SANDBOXES: Final = 100_000


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The least that a WSGI application can do."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@contextmanager
def bare_server() -> Iterator[int]:
    """Waitress with that application; its port."""
    server = waitress.create_server(hello, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield int(server.effective_port)
    server.close()


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
        """Send a request; the body of its reply."""
        self._connection.request(method, path, headers=headers or {})
        return self._connection.getresponse().read()


def per_second(number: int, work: Callable[[], object]) -> float:
    """How often the work is done in a second."""
    begin = time.perf_counter()
    for _ in range(number):
        work()
    return number / (time.perf_counter() - begin)


def main() -> None:
    """Measure and print."""
    sid = "session-of-alice"
    cookie = cookies.header(cookies.encode(sid, cookies.sign(sid, "mock-session-secret")))
    with MockServer() as mock, MockServer(no_request_journal=True) as plain, bare_server() as port:
        with_journal, without, bare = Client(mock.port), Client(plain.port), Client(port)

        def token(client: Client) -> bytes:
            return client.ask("POST", "/api/v2/auth/token", {"Cookie": cookie})

        def sandbox() -> None:
            made = with_journal.ask("POST", "/__admin/sandboxes")
            path = made.partition(b'"admin":"')[2].partition(b'"')[
                0
            ]  # parsing is the client's cost
            with_journal.ask("DELETE", path.decode())

        rounds = [
            (
                per_second(REQUESTS, lambda: token(with_journal)),
                per_second(REQUESTS, lambda: token(without)),
                per_second(REQUESTS, lambda: bare.ask("POST", "/")),
                2 * per_second(SANDBOXES, sandbox),
            )
            for _ in range(ROUNDS + 1)
        ]
        columns = [statistics.median(column) for column in zip(*rounds[1:], strict=True)]
        ratio = statistics.median(row[0] / row[1] for row in rounds[1:])
        bare_ratio = statistics.median(row[0] / row[2] for row in rounds[1:])
        sandbox_ratio = statistics.median(row[3] / row[2] for row in rounds[1:])
        print(f"requests a second on one connection, medians of {ROUNDS} rounds:")
        print(f"bare waitress                      {columns[2]:7.0f}")
        print(f"token, no journal                  {columns[1]:7.0f}")
        print(f"token, journal and explanation     {columns[0]:7.0f}  {ratio:5.2f} x no journal")
        print(f"                                            {bare_ratio:5.2f} x bare waitress")
        print(f"sandbox made or dropped            {columns[3]:7.0f}  {sandbox_ratio:5.2f} x bare")
        before = resident("self")
        for _ in range(MANY_SANDBOXES):
            mock_sandbox(with_journal, cookie)
        after = resident("self")
        print(f"{MANY_SANDBOXES} sandboxes made, used, dropped: {before:.1f} -> {after:.1f} MiB")


def mock_sandbox(client: Client, cookie: str) -> None:
    """Make a sandbox, use it, drop it."""
    made = json.loads(client.ask("POST", "/__admin/sandboxes"))
    path = urlsplit(made["api_url"]).path + "/auth/token"
    client.ask("POST", path, {"Cookie": cookie})
    client.ask("DELETE", made["admin"])
