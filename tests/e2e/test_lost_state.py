"""A Redis that has lost the state, or parts of it, under mocks that run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mockserver.api.profiles import DOCUMENTED
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.rules import Rules
from soak.redis_server import RedisServer
from tests.helpers.app import ManualClock
from tests.helpers.cluster import Node, scripts_run
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import run
from tests.helpers.text import GET, cookie

FIXTURES = """
users:
  - {username: alice, uid: 1, password: of-alice, email: a@example.org, token: issue}
sessions:
  - {sid: of-alice, username: alice}
secrets: {session: [test-secret]}
"""
ALICE = cookie("of-alice", "test-secret")
NAMESPACE = "lost"

CALLS = [
    ("GET", "/health", None),
    ("GET", "/scenario", None),
    ("PUT", "/scenario", {"name": "db-down"}),
    ("GET", "/clock", None),
    ("PUT", "/clock", {"now": "2030-01-01T00:00:00Z"}),
    ("PUT", "/clock", {"advance": "1s"}),
    ("DELETE", "/clock", None),
    ("GET", "/users", None),
    ("GET", "/users/alice", None),
    ("PUT", "/users/bob", {"username": "bob", "password": "of-bob"}),
    ("GET", "/sessions", None),
    ("POST", "/sessions", {"username": "alice"}),
    ("GET", "/requests", None),
    ("GET", "/requests/count", None),
    ("DELETE", "/requests", None),
    ("GET", "/outbox", None),
    ("GET", "/coverage", None),
    ("GET", "/faults", None),
    ("POST", "/faults", {"operation": "find_user", "error": "database"}),
    ("DELETE", "/faults", None),
    ("GET", "/sandboxes", None),
    ("POST", "/sandboxes", {}),
    ("POST", "/reset", None),
]


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[RedisServer]:
    redis_server.ask("FLUSHALL")
    yield redis_server
    redis_server.ask("FLUSHALL")


@pytest.fixture
def node(redis: RedisServer, tmp_path: Path) -> Iterator[Node]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    shared = ("--state", redis.url, "--state-namespace", NAMESPACE)
    with Node("--fixtures", str(path), *shared) as started:
        yield started


def test_every_call_of_the_control_plane_makes_a_lost_state_anew(
    redis: RedisServer, node: Node
) -> None:
    for method, path, body in CALLS:
        redis.ask("FLUSHALL")
        node.call(method, path, body)  # raises an error for every other status than 2xx
        assert node.call("GET", "/users/alice")["uid"] == 1


def code_at(api_url: str) -> int:
    """The code that a request without a cookie gets there."""
    with urlopen(Request(api_url + GET, method="POST"), timeout=PATIENCE_S) as answer:
        code: int = json.loads(answer.read())["code"]
        return code


@pytest.mark.parametrize("lost", ["default:state", "server"])
def test_a_part_of_the_state_is_lost(redis: RedisServer, node: Node, lost: str) -> None:
    inside = node.call("POST", "/sandboxes", {})["api_url"]
    assert [code_at(inside), node.code(GET, ALICE), code_at(inside)] == [1940103, 1320001, 1940103]
    redis.ask("DEL", f"{{{NAMESPACE}}}:{lost}")
    assert [code_at(inside) for _ in range(2)] == [1940103] * 2
    assert [node.code(GET, ALICE) for _ in range(2)] == [1320001] * 2
    assert redis.ask("HGET", f"{{{NAMESPACE}}}:server", "layout") == b"3"
    assert node.call("GET", "/scenario")["name"] == "normal"


def test_a_sandbox_whose_name_says_that_it_is_lost(redis: RedisServer, node: Node) -> None:
    before = scripts_run(redis)
    with pytest.raises(HTTPError) as refused:
        code_at(f"http://127.0.0.1:{node.port}/__sandbox/LOST/api/v2")
    with refused.value as answer:
        assert answer.code == 404
    assert scripts_run(redis) == before + 1, "nothing was restored"


def ids(node: Node, query: str = "") -> list[int]:
    return [entry["id"] for entry in node.call("GET", f"/requests{query}")["requests"]]


def test_a_reset_of_the_state_under_a_running_mock(redis: RedisServer, node: Node) -> None:
    node.code(GET, ALICE)
    node.call("PUT", "/scenario", {"name": "db-down"})
    last = ids(node)[-1]
    removed = run("reset", "--state", redis.url, "--state-namespace", NAMESPACE)
    assert removed.returncode == 0
    assert node.call("GET", "/scenario")["name"] == "normal"
    assert node.code(GET, ALICE) == 1320001
    assert len(ids(node, f"?after={last}")) == 1, "who follows the journal goes on"


def test_a_state_that_is_lost_after_a_reload_is_that_of_the_new_fixtures(
    redis: RedisServer, tmp_path: Path
) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES + "scenarios: {mine: {description: Mine.}}\n", encoding="utf-8")
    shared = ("--state", redis.url, "--state-namespace", NAMESPACE, "--watch")
    with Node("--fixtures", str(path), "--scenario", "mine", *shared) as node:
        assert node.call("GET", "/scenario")["name"] == "mine"
        path.write_text(FIXTURES.replace("username: alice", "username: bob"), encoding="utf-8")
        node.log_until("reloaded")
        redis.ask("FLUSHALL")
        assert node.call("GET", "/users")["users"][0]["username"] == "bob"
        assert node.call("GET", "/scenario")["name"] == "normal"


def test_all_that_watch_restore_the_new_fixtures(redis: RedisServer, tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    shared = ("--fixtures", str(path), "--state", redis.url, "--state-namespace", NAMESPACE)
    with Node(*shared, "--watch") as one, Node(*shared, "--watch") as other:
        path.write_text(FIXTURES.replace("username: alice", "username: bob"), encoding="utf-8")
        for node in (one, other):
            node.log_until("reloaded")
        for node in (one, other):
            redis.ask("FLUSHALL")
            assert node.call("GET", "/users")["users"][0]["username"] == "bob"


def test_a_process_that_hears_of_a_reload_restores_the_new_fixtures(
    redis: RedisServer, tmp_path: Path
) -> None:
    from mockserver.sandbox.redis.backend import RedisBackend  # noqa: PLC0415  redis may be missing
    from mockserver.sandbox.redis.connect import reached_link  # noqa: PLC0415

    rules = Rules(ManualClock(), DOCUMENTED)
    path = tmp_path / "fixtures.yaml"
    path.write_text("users: [{username: alice}]\n", encoding="utf-8")
    old = load_fixtures(path, keep_sources=True)
    path.write_text("users: [{username: bob}]\n", encoding="utf-8")
    new = load_fixtures(path, keep_sources=True)
    heard = reached_link(redis.url, NAMESPACE)
    backend = RedisBackend(heard, old, rules)
    RedisBackend(reached_link(redis.url, NAMESPACE), old, rules).reload(new)
    heard.on_return()  # as it does with each notice
    redis.ask("FLUSHALL")
    assert list(backend.default.store.usernames()) == ["bob"]
