"""Three processes with one state in Redis are one mock."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.testing.control_plane import ControlPlaneError
from soak.redis_server import RedisServer
from tests.helpers.cluster import Node, nodes, scripts_run, spread
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.process import run
from tests.helpers.text import GET, NEW, REVOKE, cookie

FIXTURES = """
users:
  - {username: alice, uid: 1, password: of-alice, email: a@example.org, token: issue}
sessions:
  - {sid: of-alice, username: alice}
secrets: {session: [test-secret]}
scenarios:
  few: {description: 37 fail., faults: [{operation: find_user, error: database, times: 37}]}
"""
ALICE = cookie("of-alice", "test-secret")
LOGIN = {"username": "alice", "password": "of-alice", "g-recaptcha-response": "ok"}


@pytest.fixture
def three(redis_server: RedisServer, tmp_path: Path) -> Iterator[list[Node]]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    with nodes(redis_server, path) as started:
        yield started


def test_a_session_made_by_one_process_is_known_to_all(three: list[Node]) -> None:
    first, second, third = three
    envelope, made = first.send("/auth/login", fields=LOGIN)
    assert envelope["code"] == 1220001
    assert made is not None
    token = second.send(NEW, made)[0]["data"]["token"]
    assert third.send(GET, made)[0]["data"]["token"] == token
    assert third.send(GET, ALICE)[0]["data"]["token"] == token
    assert second.code(REVOKE, made) == 1320003
    assert first.code(GET, made) == 1340401


def test_a_registration_is_known_to_all_and_its_mail_too(three: list[Node]) -> None:
    fields = {
        "username": "kyon777", "password": "haruhi_suzumiya", "email": "kyon@example.org",
        "g-recaptcha-response": "ok",
    }  # fmt: skip
    first, second, third = three
    assert first.send("/auth/register", fields=fields)[0]["code"] == 1120001
    assert second.send("/auth/register", fields=fields)[0]["code"] == 1140901
    assert [mail["username"] for mail in third.call("GET", "/outbox")["messages"]] == ["kyon777"]
    assert third.call("GET", "/users/kyon777")["uid"] == 2


def test_the_same_token_is_issued_by_all_at_the_start(three: list[Node]) -> None:
    tokens = {node.send(GET, ALICE)[0]["data"]["token"] for node in three}
    assert len(tokens) == 1


def test_scenario_clock_faults_and_reset_are_seen_by_all_at_once(three: list[Node]) -> None:
    first, second, third = three
    first.call("PUT", "/scenario", {"name": "db-down"})
    assert [node.code(GET, ALICE) for node in three] == [1950301] * 3
    second.call("DELETE", "/scenario")
    assert [node.code(GET, ALICE) for node in three] == [1320001] * 3
    third.call("PUT", "/clock", {"now": "2030-01-01T00:00:00Z"})
    assert [node.call("GET", "/clock")["now"][:4] for node in three] == ["2030"] * 3
    assert [node.code(GET, ALICE) for node in three] == [1940103] * 3
    first.call("POST", "/faults", {"operation": "session_store", "error": "database"})
    assert [node.code(GET, ALICE) for node in three] == [1950301] * 3
    second.call("POST", "/reset")
    assert [node.code(GET, ALICE) for node in three] == [1320001] * 3
    assert third.call("GET", "/faults")["faults"] == []


def test_a_fault_fires_as_often_as_it_shall_over_all_processes(three: list[Node]) -> None:
    three[0].call("PUT", "/scenario", {"name": "few"})
    codes = Counter(spread(three, 400, GET, ALICE))
    assert codes == {1950301: 37, 1320001: 363}


def test_no_two_tokens_are_equal_over_all_processes(three: list[Node]) -> None:
    three[0].call("PUT", "/clock", {"now": "2026-01-01T00:00:00Z"})
    spread(three, 120, NEW, ALICE)
    before = three[0].send(GET, ALICE)[0]["data"]["token"]
    assert three[1].send(NEW, ALICE)[0]["data"]["token"] != before
    journal = three[2].call("GET", "/requests/count?code=1320002")
    assert journal["count"] == 121


def test_ids_of_the_journal_grow_over_all_processes(three: list[Node]) -> None:
    spread(three, 60, GET, ALICE)
    listed = [node.call("GET", "/requests?limit=1000")["requests"] for node in three]
    ids = [entry["id"] for entry in listed[0]]
    assert ids == sorted(set(ids))
    assert len(ids) == 60
    assert listed[1] == listed[0]
    last = three[1].call("GET", f"/requests/{ids[-1]}")
    assert last == listed[2][-1]
    coverage = three[2].call("GET", "/coverage?scope=server")["pairs"]
    assert {pair["count"] for pair in coverage if pair["code"] == 1320001} == {60}


def test_a_call_that_waits_is_woken_by_another_process(three: list[Node]) -> None:
    found: list[int] = []

    def wait() -> None:
        query = "/requests/count?code=1320003&at_least=1&wait=50s"
        found.append(three[0].call("GET", query)["count"])

    waiter = threading.Thread(target=wait)
    waiter.start()
    eventually(lambda: three[2].code(REVOKE, ALICE) == 1320003, "a revoked token")
    waiter.join(PATIENCE_S)
    assert found
    assert found[0] >= 1


def test_a_delay_is_ended_by_another_process(three: list[Node]) -> None:
    three[0].call("POST", "/faults", {"operation": "find_user", "delay": "10m"})
    codes: list[int] = []
    delayed = threading.Thread(target=lambda: codes.append(three[1].code(GET, ALICE)))
    delayed.start()
    eventually(lambda: three[2].call("GET", "/faults")["faults"][0]["fired"] == 1, "a delay")
    three[2].call("DELETE", "/faults")
    delayed.join(PATIENCE_S)
    assert codes == [1320001]


def test_sandboxes_are_made_here_and_deleted_there(three: list[Node]) -> None:
    first, second, third = three
    made = first.call("POST", "/sandboxes", {"scenario": "db-down"})
    (session,) = made["sessions"]
    assert second.code(GET, session["cookie_header"]) == 1950301
    assert third.code(GET, ALICE) == 1320001, "the default sandbox is another world"
    assert [one["id"] for one in third.call("GET", "/sandboxes")["sandboxes"]] == [
        "default", made["id"],
    ]  # fmt: skip
    second.call("DELETE", f"/sandboxes/{made['id']}")
    with pytest.raises(ControlPlaneError) as gone:
        first.call("GET", f"/sandboxes/{made['id']}")
    assert gone.value.status == 404
    assert third.code(GET, session["cookie_header"]) == 1940103


def test_an_idle_sandbox_expires_by_itself_with_all_its_keys(
    three: list[Node], redis_server: RedisServer
) -> None:
    made = three[0].call("POST", "/sandboxes", {"ttl": "300ms"})
    (session,) = made["sessions"]
    three[1].send(NEW, session["cookie_header"])
    assert any(made["id"].encode() in key for key in keys(redis_server))
    eventually(lambda: not any(made["id"].encode() in key for key in keys(redis_server)), "no keys")
    assert three[2].call("GET", "/sandboxes")["sandboxes"][1:] == []


def keys(redis: RedisServer) -> list[bytes]:
    found = redis.ask("KEYS", "*")
    assert isinstance(found, list)
    return found


def test_a_sandbox_does_not_expire_during_a_request(three: list[Node]) -> None:
    made = three[0].call("POST", "/sandboxes", {"ttl": "600ms"})
    (session,) = made["sessions"]
    path = f"/sandboxes/{made['id']}"
    three[1].call("POST", f"{path}/faults", {"operation": "find_user", "delay": "2s"})
    assert three[2].code(GET, session["cookie_header"]) == 1320001


def test_logs_of_one_process_show_the_requests_of_all(three: list[Node]) -> None:
    for node in three:
        node.code(GET, ALICE)
    shown = run("logs", "--url", f"http://127.0.0.1:{three[0].port}", "--color", "never")
    assert shown.stdout.count("1320001") == 3


def test_watch_in_one_process_reloads_all(redis_server: RedisServer, tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    with nodes(redis_server, path, 3, "--watch") as three:
        made = three[0].call("POST", "/sandboxes", {})
        path.write_text(FIXTURES.replace("username: alice", "username: bob"), encoding="utf-8")
        three[1].log_until("reloaded")
        users = [node.call("GET", "/users")["users"][0]["username"] for node in three]
        assert users == ["bob"] * 3
        old = three[2].call("GET", f"/sandboxes/{made['id']}/users")["users"]
        assert [user["username"] for user in old] == ["alice"]


def test_a_request_takes_two_steps(redis_server: RedisServer, tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    with nodes(redis_server, path, 1) as (node,):
        made = node.call("POST", "/sandboxes", {"scenario": "few"})
        session = made["sessions"][0]["cookie_header"]
        # The last one reaches no endpoint.
        cookies = {GET: ALICE, NEW: session, "/auth/login": "", "/auth/nowhere": ALICE}
        for path_of_api, sent in cookies.items():
            fields = LOGIN if path_of_api == "/auth/login" else None
            node.send(path_of_api, sent, fields)  # may load what the next one knows
            before = scripts_run(redis_server)
            node.send(path_of_api, sent, fields)
            assert scripts_run(redis_server) - before == 2, path_of_api


def test_a_restart_loses_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    shared = ["--fixtures", str(path), "--state", redis_server.url]
    shared += ["--state-namespace", "restart"]
    with Node(*shared) as node:
        token = node.send(NEW, ALICE)[0]["data"]["token"]
        assert node.stop()[0] == 0
    with Node(*shared) as node:
        assert node.send(GET, ALICE)[0]["data"]["token"] == token
        assert node.call("GET", "/requests")["total"] == 2
