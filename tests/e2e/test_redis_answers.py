"""A Redis whose answers are late, refused or none of a mock's, seen by clients."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.sandbox.redis.overdue import connect_in_time
from mockserver.testing.calling import ControlPlaneError
from soak.redis_server import RedisServer
from tests.e2e.test_redis_failures import DOWN, FIXTURES, LIMIT_S, get, own_redis
from tests.helpers.cluster import Node
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.process import run
from tests.helpers.text import NEW, cookie

__all__ = ["own_redis"]

ALICE = cookie("of-alice", "test-secret")


class Proxy:
    """A place in front of a Redis. `redis` can be exchanged, which new connections see."""

    def __init__(self, redis: RedisServer) -> None:
        self.redis = redis
        self.drips = False
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._sockets = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                self._sockets += (client, server)
                server.connect(self.redis.socket_path)
                for source, target in ((client, server), (server, client)):
                    threading.Thread(
                        target=self._forward, args=(source, target, source is server), daemon=True
                    ).start()

    def _forward(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                while self.drips and is_answer and data:
                    target.sendall(data[:1])
                    data = data[1:]
                    self._ended.wait(0.05)
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def behind_proxy(redis: RedisServer, tmp_path: Path) -> Iterator[tuple[Proxy, Node]]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    proxy = Proxy(redis)
    try:
        with Node("--fixtures", str(path), "--state", proxy.url) as node:
            yield proxy, node
    finally:
        proxy.close()


@pytest.fixture
def flags(own_redis: RedisServer, tmp_path: Path) -> list[str]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    return ["--fixtures", str(path), "--state", own_redis.url]


@pytest.fixture
def node(flags: list[str]) -> Iterator[Node]:
    with Node(*flags) as started:
        yield started


def test_an_answer_that_drips_in_is_not_waited_for(own_redis: RedisServer, tmp_path: Path) -> None:
    with behind_proxy(own_redis, tmp_path) as (proxy, node):
        assert get(node) == 1320001
        proxy.drips = True
        assert get(node) == DOWN
        proxy.drips = False
        eventually(lambda: get(node) == 1320001, "the token again")


def test_after_a_failover_the_new_server_at_the_address_is_used(
    own_redis: RedisServer, tmp_path: Path
) -> None:
    with RedisServer() as successor, behind_proxy(own_redis, tmp_path) as (proxy, node):
        assert node.code(NEW, ALICE) == 1320002
        proxy.redis = successor
        own_redis.ask("REPLICAOF", "127.0.0.1", "1")
        assert node.code(NEW, ALICE) == DOWN
        eventually(lambda: node.code(NEW, ALICE) == 1320002, "a token of the successor")
        _, _, log = node.stop()
    assert log.count("READONLY You can't write against a read only replica; until") == 1
    assert "user_script" not in log


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("start_ms", "garbage"), ("resets", ""), ("scenario", b"\xff"), ("faults", "{"),
     ("frozen_ms", "1.5"), ("generation", "x")],
)  # fmt: skip
def test_a_field_that_no_mock_wrote(
    own_redis: RedisServer, node: Node, field: str, wrong: str | bytes
) -> None:
    key = "{animeloop-mock}:default:state"
    assert get(node) == 1320001
    right = own_redis.ask("HGET", key, field)
    own_redis.ask("HSET", key, field, wrong)
    assert get(node) == DOWN
    with pytest.raises(ControlPlaneError, match="as no mock stores it"):
        node.call("GET", "/faults")
    own_redis.ask("HSET", key, field, right)
    assert get(node) == 1320001


@pytest.mark.parametrize("answer", [b":1\r\n", b"$-1\r\n", b"*0\r\n", b"+OK\r\n"])
def test_a_server_that_answers_but_is_no_redis(answer: bytes) -> None:
    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client:
                    while client.recv(65536):
                        client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        ended = run("--port", "0", "--state", url)
        listener.shutdown(socket.SHUT_RDWR)
    assert ended.returncode == 3
    assert ended.stderr.endswith(f"--state: what answers at {url} is no Redis\n")


def test_a_name_that_is_not_resolved_in_time() -> None:
    ended, closed = threading.Event(), threading.Event()

    class Slow:
        def connect(self) -> None:
            ended.wait(PATIENCE_S)

        def disconnect(self) -> None:
            closed.set()

    with pytest.raises(Exception, match="Timeout connecting to server"):
        connect_in_time(Slow(), LIMIT_S / 100)
    ended.set()
    assert closed.wait(PATIENCE_S), "a connection that comes too late is closed"


def test_a_reset_of_the_state_ends_delays(own_redis: RedisServer, node: Node) -> None:
    node.call("POST", "/faults", {"operation": "find_user", "delay": "10m"})
    with ThreadPoolExecutor() as pool:
        delayed = pool.submit(get, node)
        eventually(lambda: node.call("GET", "/faults")["faults"][0]["fired"] == 1, "a delay")
        assert run("reset", "--state", own_redis.url).returncode == 0
        assert delayed.result(PATIENCE_S) == 1320001


def test_a_process_that_keeps_fewer_requests_evicts_those_of_others(
    node: Node, flags: list[str]
) -> None:
    for _ in range(30):
        get(node)
    few = ("--max-request-journal-entries", "10")
    with Node(*few, *flags) as other:
        assert other.call("GET", "/requests")["total"] == 30
        get(other)
        assert other.call("GET", "/requests")["total"] == 10
