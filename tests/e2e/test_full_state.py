"""The budget of users and sessions in Redis: what has expired gives its room back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from soak.redis_server import RedisServer
from tests.helpers.cluster import Node, scripts_run
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.text import GET

FIXTURES = "users: [{username: alice, uid: 1, password: of-alice, email: a@example.org}]\n"
LOGIN = {"username": "alice", "password": "of-alice", "g-recaptcha-response": "ok"}
NAMESPACE = "full"
MOST_BYTES = 64 << 20


def key(*parts: str) -> str:
    return f"{{{NAMESPACE}}}:" + ":".join(parts)


@pytest.fixture
def node(redis_server: RedisServer, tmp_path: Path) -> Iterator[Node]:
    redis_server.ask("FLUSHALL")
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    shared = ("--state", redis_server.url, "--state-namespace", NAMESPACE)
    with Node("--fixtures", str(path), *shared) as started:
        yield started


def use_up(redis: RedisServer, sandbox: str) -> None:
    """Let a sandbox have the whole budget."""
    share = f"{sandbox}|accounts"
    redis.ask("HSET", key("sizes"), share, MOST_BYTES, "accounts", MOST_BYTES)


def login(node: Node) -> int:
    code: int = node.send("/auth/login", fields=LOGIN)[0]["code"]
    return code


def test_an_expired_sandbox_gives_its_room_back(redis_server: RedisServer, node: Node) -> None:
    sandbox = node.call("POST", "/sandboxes", {"ttl": "100ms"})["id"]
    use_up(redis_server, sandbox)
    eventually(lambda: not redis_server.ask("EXISTS", key(sandbox, "state")), "an expired sandbox")
    assert login(node) == 1220001
    assert redis_server.ask("HGET", key("sizes"), f"{sandbox}|accounts") is None


def test_expired_sessions_are_dropped_in_one_step(redis_server: RedisServer, node: Node) -> None:
    number = 3000
    fields: list[str] = []
    expiries: list[str | int] = []
    for n in range(number):
        session = json.dumps({"sid": f"old-{n}", "username": "alice", "ttl_ms": 1000})
        fields += [f"old-{n}", f"{n + 1000}|{session}"]
        expiries += [n, f"old-{n}"]
    redis_server.ask("HSET", key("default", "sessions"), *fields)
    redis_server.ask("ZADD", key("default", "expiries"), *expiries)
    redis_server.ask("HINCRBY", key("default", "state"), "sessions_added", number)
    use_up(redis_server, "default")
    before = scripts_run(redis_server)
    assert login(node) == 1220001
    assert scripts_run(redis_server) - before < 20, "not one for each session"
    assert redis_server.ask("HLEN", key("default", "sessions")) == number - 1000 + 1
    assert redis_server.ask("HEXISTS", key("default", "sessions"), "old-0") == 0
    assert redis_server.ask("HEXISTS", key("default", "sessions"), f"old-{number - 1}") == 1


def test_what_is_trimmed_from_an_idle_sandbox_expires_with_it(
    redis_server: RedisServer, node: Node
) -> None:
    idle = node.call("POST", "/sandboxes", {"ttl": "10m"})
    with urlopen(Request(idle["api_url"] + GET, method="POST"), timeout=PATIENCE_S):
        pass
    # As if the journals of all sandboxes were over their budget, and that of the idle one largest.
    redis_server.ask("HSET", key("sizes"), f"{idle['id']}|journal", 1 << 40, "journal", 1 << 40)
    node.code(GET)
    left_ms = redis_server.ask("PTTL", key(idle["id"], "journal-evicted"))
    assert isinstance(left_ms, int)
    assert 0 < left_ms <= 600_000
