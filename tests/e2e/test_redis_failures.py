"""What clients see while Redis or a process of the mock fails, and that all is well afterwards."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from mockserver.state.clock import monotonic
from soak.redis_server import RedisServer, missing
from tests.helpers.cluster import Node, nodes
from tests.helpers.eventually import eventually
from tests.helpers.load import Load
from tests.helpers.text import GET, NEW, cookie

FIXTURES = """
users:
  - {username: alice, uid: 1, password: of-alice, email: a@example.org, token: issue}
  - {username: "user-{n}", repeat: 50}
sessions:
  - {sid: of-alice, username: alice}
  - {sid: "of-{n}", username: "user-{n}", repeat: 50}
secrets: {session: [test-secret]}
"""
ALICE = cookie("of-alice", "test-secret")
DOWN = 1950301
# No request may hang for longer than that, and the machine may be busy.
LIMIT_S = 2.0


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that the test may break."""
    why = missing()
    if why is not None:
        pytest.skip(why)
    with RedisServer("--appendonly", "yes") as server:
        yield server


@pytest.fixture
def pair(own_redis: RedisServer, tmp_path: Path) -> Iterator[list[Node]]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    with nodes(own_redis, path, 2) as started:
        yield started


def get(node: Node) -> int:
    return node.code(GET, ALICE)


def health(node: Node) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=10)
    try:
        connection.request("GET", "/__admin/health")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


NO_ENDPOINT = {
    "unknown path": ("POST", "/api/v2/nowhere", {}, b""),
    "wrong method": ("PUT", "/api/v2" + GET, {}, b""),
    "unknown code": ("POST", "/api/v2" + GET, {"Prefer": "code=999"}, b""),
    "unknown scenario": ("POST", "/api/v2" + GET, {"Prefer": "scenario=nope"}, b""),
    "broken body": (
        "POST", "/api/v2/auth/login", {"Content-Type": "application/json"}, b"{bad",
    ),
    "preflight": (
        "OPTIONS", "/api/v2" + GET,
        {"Origin": "http://x.example", "Access-Control-Request-Method": "POST"}, b"",
    ),
}  # fmt: skip


def exchange(node: Node, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=10)
    try:
        body = headers.pop("body", "").encode() or None
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def refusals(node: Node) -> dict[str, tuple[int, bytes]]:
    """What requests with a cookie get that reach no endpoint."""
    return {
        name: exchange(node, method, path, body=body.decode(), Cookie=ALICE, **headers)
        for name, (method, path, headers, body) in NO_ENDPOINT.items()
    }


def all_well(load: Load, over: list[Node]) -> None:
    """Wait until every process answers as ever, in the data plane and in the control plane."""
    before = load.sent(1320001)
    eventually(lambda: load.sent(1320001) > before + 20, "tokens")
    eventually(lambda: {health(node)[0] for node in over} == {200}, "good health")
    assert [node.code(GET, ALICE) for node in over] == [1320001] * len(over)


def test_a_paused_redis(own_redis: RedisServer, pair: list[Node]) -> None:
    with Load(pair, get) as load:
        eventually(lambda: load.sent(1320001) > 20, "tokens")
        own_redis.pause()
        try:
            begin = monotonic()
            eventually(lambda: load.sent(DOWN) > 100, "replies to a database error")
            assert monotonic() - begin < LIMIT_S
            status, document = health(pair[0])
            assert (status, document["title"]) == (503, "State unavailable")
            sleep(5.0 - (monotonic() - begin))  # the pause itself is what is tested
        finally:
            own_redis.resume()
        all_well(load, pair)
    assert set(load.codes) == {1320001, DOWN}
    assert load.slowest_s < LIMIT_S
    assert pair[0].log_until("Redis cannot be used")
    assert pair[0].log_until("Redis can be used again")


def test_a_killed_redis_that_comes_back_with_its_file(
    own_redis: RedisServer, pair: list[Node]
) -> None:
    token = pair[0].send(NEW, ALICE)[0]["data"]["token"]
    with Load(pair, get) as load:
        own_redis.kill()
        eventually(lambda: load.sent(DOWN) > 100, "replies to a database error")
        assert health(pair[1])[0] == 503
        own_redis.restart()
        all_well(load, pair)
    assert set(load.codes) == {1320001, DOWN}
    assert load.slowest_s < LIMIT_S
    assert {node.send(GET, ALICE)[0]["data"]["token"] for node in pair} == {token}


def test_a_redis_that_has_lost_everything(own_redis: RedisServer, pair: list[Node]) -> None:
    first = pair[0].send(GET, ALICE)[0]["data"]["token"]
    pair[0].send(NEW, ALICE)
    own_redis.ask("FLUSHALL")
    assert [node.code(GET, ALICE) for node in pair] == [1320001] * 2
    assert len({node.send(GET, ALICE)[0]["data"]["token"] for node in pair}) == 1
    assert first is not None
    assert pair[1].call("GET", "/health")["users"] == 51


def test_a_full_redis(own_redis: RedisServer, pair: list[Node]) -> None:
    with Load(pair, get) as load:
        eventually(lambda: load.sent(1320001) > 20, "tokens")
        own_redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        own_redis.ask("CONFIG", "SET", "maxmemory", "1")
        eventually(lambda: load.sent(DOWN) > 100, "replies to a database error")
        assert health(pair[0])[0] == 200, "it can be reached, and can be made room in"
        own_redis.ask("CONFIG", "SET", "maxmemory", "0")
        all_well(load, pair)
    assert set(load.codes) == {1320001, DOWN}
    assert load.slowest_s < LIMIT_S


def test_cut_connections(own_redis: RedisServer, pair: list[Node]) -> None:
    with Load(pair, get) as load:
        for _ in range(20):
            before = load.sent(1320001)
            own_redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            eventually(lambda: load.sent(1320001) > before, "tokens")  # noqa: B023
        all_well(load, pair)
    assert set(load.codes) <= {1320001, DOWN}
    assert load.slowest_s < LIMIT_S


def test_flushed_scripts(own_redis: RedisServer, pair: list[Node]) -> None:
    with Load(pair, get) as load:
        for _ in range(20):
            before = load.sent(1320001)
            own_redis.ask("SCRIPT", "FLUSH")
            eventually(lambda: load.sent(1320001) > before, "tokens")  # noqa: B023
    assert set(load.codes) == {1320001}


def test_a_killed_process_loses_nothing_that_it_has_acknowledged(
    own_redis: RedisServer, pair: list[Node]
) -> None:
    victim, other = pair
    acknowledged: dict[str, str] = {}

    def renew(node: Node) -> int:
        # Each client has users of its own, so the last token that it was told is the current one.
        number = next(numbers)
        envelope, _ = node.send(NEW, cookie(f"of-{number}", "test-secret"))
        acknowledged[f"of-{number}"] = envelope["data"]["token"]
        code: int = envelope["code"]
        return code

    numbers = iter(range(1, 51))
    for node in (victim, other):
        renew(node)

    def until_used_up(node: Node) -> int | None:
        try:
            return renew(node)
        except StopIteration:
            return other.code(GET, ALICE)

    with Load([victim, other], until_used_up) as load:
        eventually(lambda: len(acknowledged) > 10, "tokens")
        victim.process.kill()
        eventually(lambda: load.sent(1320001) > 20, "requests to the other")
    assert load.slowest_s < LIMIT_S
    for sid, token in acknowledged.items():
        envelope, _ = other.send(GET, cookie(sid, "test-secret"))
        assert envelope["data"]["token"] == token


def test_a_restart_of_redis_wakes_who_waits(own_redis: RedisServer, pair: list[Node]) -> None:
    own_redis.kill()
    eventually(lambda: health(pair[0])[0] == 503, "an unhealthy mock")
    own_redis.restart()
    eventually(lambda: health(pair[0])[0] == 200, "a healthy mock")
    assert pair[0].code(GET, ALICE) == 1320001


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_requests_that_reach_no_endpoint_get_their_usual_answer(
    own_redis: RedisServer, tmp_path: Path, profile: str
) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    with nodes(own_redis, path, 1, "--profile", profile) as (node,):
        usual = refusals(node)
        assert {status for status, _ in usual.values()} <= {200, 204, 400}
        gone = "/__sandbox/000000000000/api/v2/nowhere"
        assert exchange(node, "POST", gone, Cookie=ALICE)[0] == 404
        own_redis.kill()
        assert refusals(node) == usual
        assert exchange(node, "POST", gone, Cookie=ALICE)[0] == 400, "nobody knows that it is gone"
        own_redis.restart()
        eventually(lambda: health(node)[0] == 200, "a healthy mock")
        assert refusals(node) == usual
        assert exchange(node, "POST", gone)[0] == 404
