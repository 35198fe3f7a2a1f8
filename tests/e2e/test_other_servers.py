"""`create_app` on other servers, each a process of its own: granian's command line, and cheroot."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest

from mockserver.testing.control_plane import ControlPlane
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import GET, NEW, REVOKE, ROOT

WHY = "the wire fault reset needs the socket, which WSGI does not hand over"

CHEROOT = """
import sys
from cheroot.wsgi import Server
from mockserver import create_app

Server(("127.0.0.1", int(sys.argv[1])), create_app(), numthreads=4).safe_start()
"""


def granian(port: int) -> list[str]:
    program = str(Path(sys.executable).with_name("granian"))
    flags = ["--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port)]
    return [program, *flags, "--blocking-threads", "1", "mockserver:create_app"]


def cheroot(port: int) -> list[str]:
    return [sys.executable, "-c", CHEROOT, str(port)]


COMMANDS: dict[str, Callable[[int], list[str]]] = {"granian": granian, "cheroot": cheroot}


class Answer(NamedTuple):
    """A reply; `json` is its body, read."""

    status: int
    content_type: str | None
    json: Any


class Running:
    """A server that listens on this port, and one kept connection to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.control = ControlPlane(f"http://127.0.0.1:{port}/__admin")
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send one request, with JSON where there is a body."""
        data = None if body is None else json.dumps(body)
        self._connection.request(
            method, path, data, {"Content-Type": "application/json", **headers}
        )
        reply = self._connection.getresponse()
        return Answer(reply.status, reply.getheader("Content-Type"), json.loads(reply.read()))

    def close(self) -> None:
        self._connection.close()


def free_port() -> int:
    """A port that nobody listens on: these servers do not say which one port 0 has become."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module", params=COMMANDS)
def server(request: pytest.FixtureRequest) -> Iterator[Running]:
    if find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed: pip install -r requirements-dev.txt")
    port, pause = free_port(), Event()
    with subprocess.Popen(
        COMMANDS[request.param](port),
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            while not listens(port):
                assert process.poll() is None, process.communicate()[0]
                pause.wait(0.01)
            running = Running(port)
            yield running
            running.close()
            process.terminate()
            told, _ = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
        assert "Traceback" not in told
        assert process.returncode in (0, -signal.SIGTERM), told


@pytest.fixture
def sandbox(server: Running) -> dict[str, Any]:
    """A sandbox of this test, with `cookies` by username and `path`, where its API begins."""
    made: dict[str, Any] = server.control.call("POST", "/sandboxes", {})
    made["cookies"] = {one["username"]: one["cookie_header"] for one in made["sessions"]}
    made["path"] = made["api_url"].removeprefix(f"http://127.0.0.1:{server.port}")
    made["admin"] = made["admin"].removeprefix("/__admin")
    return made


@pytest.mark.parametrize("by_cookie", [True, False])
def test_the_endpoints_are_answered(
    server: Running, sandbox: dict[str, Any], by_cookie: bool
) -> None:
    base, sent = "/api/v2" if by_cookie else sandbox["path"], sandbox["cookies"]["alice"]
    answers = [server.send("POST", base + path, Cookie=sent) for path in (GET, NEW, REVOKE, GET)]
    codes = [answer.json["code"] for answer in answers]
    assert codes == [1320001, 1320002, 1320003, 1340401]
    assert {answer[:2] for answer in answers} == {(200, "application/json; charset=utf-8")}
    assert server.send("POST", base + GET).json["code"] == 1940103
    assert server.send("POST", "/api/v2/auth").status == 400


def test_the_control_plane_explains_counts_and_waits(
    server: Running, sandbox: dict[str, Any]
) -> None:
    admin = sandbox["admin"]
    assert server.control.call("GET", "/health")["status"] == "ok"
    server.control.call("PUT", admin + "/scenario", {"name": "db-down"})
    sent = sandbox["cookies"]["alice"]
    assert server.send("POST", "/api/v2" + NEW, Cookie=sent).json["code"] == 1950301
    (entry,) = server.control.call("GET", admin + "/requests")["requests"]
    assert "scenario db-down: find_user failed" in entry["explain"]
    counted = server.control.call("GET", admin + "/requests/count?at_least=1&wait=60s")
    assert counted == {"count": 1, "met": True, "complete": True}
    assert server.control.call("GET", admin + "/coverage")["covered"] == 1


def test_a_fault_that_needs_no_socket_strikes(server: Running, sandbox: dict[str, Any]) -> None:
    fault = {"operation": "find_user", "delay": "1ms", "error": "database", "times": 1}
    server.control.call("POST", sandbox["admin"] + "/faults", fault)
    sent = sandbox["cookies"]["alice"]
    codes = [server.send("POST", "/api/v2" + GET, Cookie=sent).json["code"] for _ in range(2)]
    assert codes == [1950301, 1320001]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/scenario", {"name": "connection-reset"}),
        ("POST", "/faults", {"operation": "request", "wire": "reset"}),
        ("PUT", "/users/alice", {"scenario": "connection-reset"}),
    ],
)
def test_a_choice_that_needs_the_socket_is_refused_with_422(
    server: Running, sandbox: dict[str, Any], method: str, path: str, body: object
) -> None:
    answer = server.send(method, "/__admin" + sandbox["admin"] + path, body)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert WHY in answer.json["detail"]
    sent = sandbox["cookies"]["alice"]
    assert server.send("POST", "/api/v2" + GET, Cookie=sent).json["code"] == 1320001


def test_a_preference_that_needs_the_socket_is_refused_with_400(
    server: Running, sandbox: dict[str, Any]
) -> None:
    headers = {"Cookie": sandbox["cookies"]["alice"], "Prefer": "scenario=connection-reset"}
    answer = server.send("POST", "/api/v2" + GET, **headers)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert WHY in answer.json["detail"]
