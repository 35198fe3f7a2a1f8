"""What the mock has done when it gives the first answer, and what it does afterwards."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from mockserver.fixtures import load_fixtures
from mockserver.http.app import unobserved
from mockserver.server.leftover import Leftover
from mockserver.server.running import Running, start
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import SystemClock
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.raw_http import ask, request
from tests.helpers.text import ROOT, SHIPPED

HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
# What no mock needs for its first answer, by the beginning of the names.
LATER = (
    "mockserver.api.openapi", "mockserver.call_types", "mockserver.cli.banner",
    "mockserver.cli.exec", "mockserver.cli.verify", "mockserver.cli.watch",
    "mockserver.fixtures.compose", "mockserver.fixtures.diagnose", "mockserver.fixtures.dump",
    "mockserver.fixtures.export", "mockserver.http.admin.calls", "mockserver.http.admin.gate",
    "mockserver.http.admin.openapi", "mockserver.http.admin.page_files",
    "mockserver.http.admin.plane", "mockserver.http.admin.routes", "mockserver.http.express",
    "mockserver.sandbox.reachability", "mockserver.sandbox.redis", "mockserver.testing",
    "mockserver.verify", "difflib", "html", "redis", "shlex",
)  # fmt: skip
SERVED = ["--port", "0", "--quiet"]


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def test_the_first_answer_needs_no_module_that_only_others_need() -> None:
    program = f"""
import sys
from mockserver.cli.main import main
from mockserver.server.http_server import HttpServer
HttpServer.run = lambda self, leftover: print(*sys.modules)
sys.exit(main(["serve", *{SERVED}]))
"""
    done = python(program)
    loaded = done.stdout.split()
    assert "mockserver.http.data_plane" in loaded
    assert [name for name in loaded if name.startswith(LATER)] == []


@contextmanager
def serving(work: Callable[[], object] | None = None) -> Iterator[Running]:
    """A mock whose control plane is made by its first call; `work` is what the start has left."""
    running = start(
        ServeSettings(port=0), load_fixtures(SHIPPED), SystemClock(), unobserved, lambda _make: None
    )
    leftover = None if work is None else Leftover(work)
    thread = threading.Thread(target=running.server.run, args=(leftover,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.server.stop()
        thread.join(PATIENCE_S)


def test_the_first_answer_comes_before_the_leftover_is_done() -> None:
    answered, done = threading.Event(), threading.Event()

    def work() -> None:
        if answered.wait(PATIENCE_S):
            done.set()

    with serving(work) as running:
        assert ask(running.port, request("/auth/token"))[0].status == 200
        answered.set()
        assert done.wait(PATIENCE_S)


def test_the_leftover_is_done_if_nobody_asks() -> None:
    done = threading.Event()
    with serving(done.set):
        assert done.wait(PATIENCE_S)


def test_the_leftover_is_done_before_connections_take_all_file_descriptors() -> None:
    done = threading.Event()
    with ExitStack() as stack, serving(done.set) as running:
        for _ in range(8):
            stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
        assert done.wait(PATIENCE_S)


def test_a_call_of_the_control_plane_may_come_first() -> None:
    with serving() as running:
        assert [ask(running.port, HEALTH)[0].status for _ in range(2)] == [200, 200]


def test_a_leftover_that_fails_ends_the_mock() -> None:
    def work() -> None:
        raise ImportError("no such module")

    running = start(
        ServeSettings(port=0), load_fixtures(SHIPPED), SystemClock(), unobserved, lambda _make: None
    )
    with pytest.raises(ImportError, match="no such module"):
        running.server.run(Leftover(work))


def test_serve_fails_if_the_control_plane_cannot_be_made() -> None:
    program = f"""
import sys
sys.modules["mockserver.http.admin.plane"] = None
from mockserver.cli.main import main
sys.exit(main(["serve", *{SERVED}]))
"""
    done = python(program)
    assert done.stdout.startswith("animeloop-mock is listening on ")
    assert done.returncode == 1
    assert "mockserver.http.admin.plane" in done.stderr
