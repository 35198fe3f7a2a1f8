"""Several processes of the mock that share one state."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from soak.redis_server import RedisServer
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server
from tests.helpers.text import GET

_numbers = count(1)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Node(Server):
    """One process, and requests to it."""

    def send(
        self,
        path: str,
        cookie: str = "",
        fields: Mapping[str, str] | None = None,
        timeout_s: float = PATIENCE_S,
        method: str = "POST",
        **headers: str,
    ) -> tuple[dict[str, Any], str | None]:
        """Send a request to the API. Returns the envelope, and the cookie that was set."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            sent = {**({"Cookie": cookie} if cookie else {}), **(FORM if fields else {}), **headers}
            connection.request(method, "/api/v2" + path, urlencode(fields or {}), sent)
            answer = connection.getresponse()
            set_cookie = answer.getheader("Set-Cookie")
            return json.loads(answer.read()), set_cookie and set_cookie.partition(";")[0]
        finally:
            connection.close()

    def code(self, path: str = GET, cookie: str = "", timeout_s: float = PATIENCE_S) -> int:
        code: int = self.send(path, cookie, timeout_s=timeout_s)[0]["code"]
        return code

    def call(self, method: str, path: str, body: object = None) -> Any:
        return self.control.call(method, path, body)


@contextmanager
def nodes(
    redis: RedisServer, fixtures: Path, number: int = 3, *arguments: str
) -> Iterator[list[Node]]:
    """So many processes with a state of their own."""
    shared = ["--state", redis.url, "--state-namespace", f"nodes-{next(_numbers)}"]
    with ExitStack() as stack:
        yield [
            stack.enter_context(Node("--fixtures", str(fixtures), *shared, *arguments))
            for _ in range(number)
        ]


def spread(over: Sequence[Node], number: int, path: str, cookie: str) -> list[int]:
    """Send so many concurrent requests to all of them in turns. Returns the codes."""
    with ThreadPoolExecutor(16) as pool:
        turns = (over[n % len(over)] for n in range(number))
        return list(pool.map(lambda node: node.code(path, cookie), turns))


def scripts_run(redis: RedisServer) -> int:
    """How many scripts Redis has run. A step of a request is one."""
    counted = redis.ask("INFO", "commandstats")
    assert isinstance(counted, dict)
    names = ("cmdstat_eval", "cmdstat_evalsha")
    return sum(int(counted[name]["calls"]) for name in names if name in counted)
