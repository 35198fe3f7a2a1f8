"""Three processes with profile `dashboard` and one state in Redis are one mock."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mockserver.testing.control_plane import ControlPlaneError
from soak.redis_server import RedisServer
from tests.helpers.cluster import Node, nodes, scripts_run
from tests.helpers.process import run
from tests.helpers.text import GET, NEW, REVOKE, SHIPPED, cookie

PROFILE = ("--profile", "dashboard")
FIXTURES = """
users:
  - {username: haruhi, uid: 1, email: h@sos.jp, tokens: [{name: one, token: T-0}, {token: issue}]}
  - {username: yuki1, uid: 2, tokens: [{name: yuki, token: T-2}]}
  - {username: "kyon-{n}", uid: 10, repeat: 40, tokens: [{token: issue}]}
sessions:
  - {sid: haruhi, username: haruhi}
  - {sid: yuki, username: yuki1}
  - {sid: "kyon-{n}", username: "kyon-{n}", repeat: 40}
secrets: {session: [test-secret]}
"""
FIRST_FREE = 43


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    return path


@pytest.fixture
def three(redis_server: RedisServer, fixtures: Path) -> Iterator[list[Node]]:
    with nodes(redis_server, fixtures, 3, *PROFILE) as started:
        yield started


def of(sid: str) -> str:
    return cookie(sid, "test-secret")


def new(node: Node, sid: str = "haruhi", name: str = "bot") -> Any:
    return node.send(NEW, of(sid), {"name": name})[0]["data"]


def listed(node: Node, sid: str = "haruhi") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = node.send(GET, of(sid), method="GET")[0]["data"]
    return data


def ids(node: Node, sid: str = "haruhi") -> list[int]:
    return [one["_id"] for one in listed(node, sid)]


def test_a_token_made_by_one_process_is_listed_and_revoked_by_others(three: list[Node]) -> None:
    first, second, third = three
    made = new(first, name="mine")
    assert made["_id"] == FIRST_FREE
    assert listed(second)[-1] == made
    assert listed(first) == listed(third)
    assert third.send(REVOKE, of("yuki"), {"id": str(FIRST_FREE)})[0]["code"] == 1320003
    assert [ids(node) for node in three] == [[0, 1]] * 3
    assert second.send(REVOKE, of("yuki"), {"id": "0"})[0]["code"] == 1320003
    assert [ids(node) for node in three] == [[1]] * 3
    assert new(second)["_id"] == FIRST_FREE + 1


@pytest.mark.parametrize("users", [1, 40])
def test_no_two_tokens_get_one_id_over_all_processes(three: list[Node], users: int) -> None:
    def add(n: int) -> Any:
        return new(three[n % 3], f"kyon-{n % users + 1}", str(n))

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(add, range(120)))
    expected = list(range(FIRST_FREE, FIRST_FREE + 120))
    assert sorted(one["_id"] for one in made) == expected
    assert len({one["token"] for one in made}) == 120
    left = {one for n in range(users) for one in ids(three[n % 3], f"kyon-{n + 1}")}
    assert left.issuperset(expected)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: three[n % 3].send(REVOKE, of("yuki"), {"id": str(n)}), expected))
    assert {one for n in range(users) for one in ids(three[0], f"kyon-{n + 1}")} == set(
        range(3, 3 + users)
    )


def test_a_failed_save_uses_an_id_up_and_a_reset_by_any_process_starts_again(
    three: list[Node],
) -> None:
    first, second, third = three
    first.call("POST", "/faults", {"operation": "save_token", "error": "database", "times": 2})
    assert [node.send(NEW, of("haruhi"), {"name": "x"})[0]["code"] for node in three[1:]] == [
        1950301,
        1950301,
    ]
    assert new(first)["_id"] == FIRST_FREE + 2
    before = listed(first)
    second.call("POST", "/reset")
    assert [ids(node) for node in three] == [[0, 1]] * 3
    assert listed(third)[1]["token"] != before[1]["token"], "issued anew, at the reset"
    assert [new(node)["_id"] for node in three] == [FIRST_FREE + n for n in range(3)]


def test_the_control_plane_of_all_puts_and_removes_tokens(three: list[Node]) -> None:
    first, second, third = three
    path = "/users/haruhi/tokens/"
    put = first.call("PUT", path + "60", {"token": "T-60", "name": "sixty"})
    assert put == {"id": 60, "token": "T-60", "name": "sixty"}
    assert listed(second)[-1] == {"_id": 60, "name": "sixty", "token": "T-60"}
    with pytest.raises(ControlPlaneError, match="token 60 belongs to user 'haruhi'") as taken:
        second.call("PUT", "/users/yuki1/tokens/60", {"token": "x"})
    assert taken.value.status == 409
    second.call("DELETE", path + "60")
    assert ids(third) == [0, 1]
    third.call("PUT", "/users/yuki1/tokens/60", {"token": "x"})
    assert (ids(first, "yuki"), new(second)["_id"]) == ([2, 60], 61)
    first.call("DELETE", "/users/yuki1")
    assert third.call("PUT", path + "60", {"token": "again"})["id"] == 60
    first.call("PUT", "/clock", {"now": "2030-01-01T00:00:00Z"})
    exported = [node.control.text("GET", "/fixtures.yaml") for node in three]
    assert len(set(exported)) == 1
    assert "- id: 60\n" in exported[0]


def keys(redis: RedisServer, pattern: str = "*") -> list[bytes]:
    found = redis.ask("KEYS", pattern)
    assert isinstance(found, list)
    return found


def test_sandboxes_count_their_own_ids_and_take_them_along(
    three: list[Node], redis_server: RedisServer
) -> None:
    first, second, _ = three
    made = first.call("POST", "/sandboxes", {})
    sent = next(one for one in made["sessions"] if one["username"] == "haruhi")["cookie_header"]
    for number, node in enumerate(three):
        data = node.send(NEW, sent, {"name": "bot"})[0]["data"]
        assert data["_id"] == FIRST_FREE + number
    assert ids(second) == [0, 1]
    assert len(keys(redis_server, f"*:{made['id']}:tokens")) == 1
    second.call("DELETE", f"/sandboxes/{made['id']}")
    assert keys(redis_server, f"*:{made['id']}:*") == []


def test_a_request_takes_two_steps(three: list[Node], redis_server: RedisServer) -> None:
    node = three[0]
    requests: dict[str, dict[str, str] | None] = {
        NEW: {"name": "bot"}, REVOKE: {"id": "0"}, "/profile/get-userinfo": None, GET: None,
        "/profile/update-userinfo": {"email": "a@b.co", "newPassword": ""},
    }  # fmt: skip
    for path, fields in requests.items():
        method = "GET" if fields is None else "POST"
        node.send(path, of("haruhi"), fields, method=method)  # may load what the next one knows
        before = scripts_run(redis_server)
        node.send(path, of("haruhi"), fields, method=method)
        assert scripts_run(redis_server) - before == 2, path


def test_nothing_of_the_lists_is_left_when_users_go(
    redis_server: RedisServer, fixtures: Path
) -> None:
    redis_server.ask("FLUSHALL")
    with nodes(redis_server, fixtures, 3, *PROFILE) as three:
        for begin in (100, 200, 300):
            tokens = [{"id": begin + n, "token": "x"} for n in range(50)]
            three[0].call("PUT", "/users/fresh", {"tokens": tokens})
            three[1].call("PUT", "/users/fresh", {"tokens": tokens[:7]})
            assert keys(redis_server, "*:tokens")
            three[2].call("DELETE", "/users/fresh")
    assert keys(redis_server, "*:tokens") == []
    (sizes,) = keys(redis_server, "*:sizes")
    assert redis_server.ask("HGET", sizes.decode(), "default|accounts") == b"0"


def test_a_reload_by_one_process_numbers_anew_for_all(
    redis_server: RedisServer, fixtures: Path
) -> None:
    with nodes(redis_server, fixtures, 3, *PROFILE, "--watch") as three:
        assert [new(node)["_id"] for node in three] == [FIRST_FREE + n for n in range(3)]
        fixtures.write_text(FIXTURES.replace("{name: yuki, token: T-2}", "{token: a}, {token: b}"))
        three[1].log_until("reloaded")
        assert [ids(node, "yuki") for node in three] == [[2, 3]] * 3
        assert [new(node)["_id"] for node in three] == [FIRST_FREE + 1 + n for n in range(3)]


def test_verify_passes_against_a_mock_with_state(redis_server: RedisServer) -> None:
    with nodes(redis_server, SHIPPED, 1, *PROFILE) as (node,):
        origin = f"http://127.0.0.1:{node.port}"
        ended = run("verify", "--profile", "dashboard", "--target", origin, "--admin", origin)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(" passed\n")
