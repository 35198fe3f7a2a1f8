"""Sandboxes: parallel tests on one server that never see each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from falcon.testing import TestClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mockserver.api.profiles import DOCUMENTED
from mockserver.errors import LimitError
from mockserver.fixtures import load_fixtures
from mockserver.http.app import make_app
from mockserver.http.waiting_places import WaitingPlaces
from mockserver.record.bounded_log import LogBudget
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import Rules
from mockserver.state.waits import Delays, Wait
from tests.helpers.app import MakeMock, ManualClock, Mock
from tests.helpers.examples import examples
from tests.helpers.text import DOCUMENTED_COOKIE, GET, NEW, REVOKE, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")


def test_a_sandbox_is_reached_by_its_cookies_and_by_its_url(shipped: Mock) -> None:
    made = shipped.sandbox()
    assert made["api_url"] == f"http://localhost/__sandbox/{made['id']}/api/v2"
    assert made["admin"] == f"/__admin/sandboxes/{made['id']}"
    alice = made["cookies"]["alice"]
    for path in (GET, made["path"] + GET):
        assert shipped.call(path, alice).code == 1320001
    assert shipped.call(made["path"] + GET).code == 1940103
    own = shipped.admin("GET", "/requests", sandbox=made["id"]).json
    assert own["total"] == 3
    assert shipped.admin("GET", "/requests").json["total"] == 0


def test_what_changes_in_one_changes_nowhere_else(shipped: Mock) -> None:
    one, other = shipped.sandbox(), shipped.sandbox()
    shipped.call(REVOKE, one["cookies"]["alice"])
    shipped.admin("PUT", "/scenario", {"name": "db-down"}, sandbox=one["id"])
    shipped.admin("PUT", "/clock", {"advance": "40h"}, sandbox=one["id"])
    shipped.admin("DELETE", "/users/bob", sandbox=one["id"])
    shipped.admin("POST", "/faults", {"error": "database"}, sandbox=one["id"])
    for who in (other["cookies"]["alice"], ALICE):
        assert shipped.call(GET, who).code == 1320001
    assert shipped.call(GET, other["cookies"]["bob"]).code == 1340401
    for sandbox in ("", other["id"]):
        assert shipped.admin("GET", "/coverage", sandbox=sandbox).json["covered"] >= 1
        assert shipped.admin("GET", "/faults", sandbox=sandbox).json == {"faults": []}
    shipped.admin("POST", "/reset", sandbox=one["id"])
    assert shipped.call(GET, one["cookies"]["alice"]).code == 1320001, "the same session ids"


def test_a_sandbox_starts_under_the_scenario_it_is_given(shipped: Mock) -> None:
    made = shipped.sandbox(scenario="db-down")
    assert shipped.call(GET, made["cookies"]["alice"]).code == 1950301
    shipped.admin("PUT", "/scenario", {"name": "normal"}, sandbox=made["id"])
    shipped.admin("DELETE", "/scenario", sandbox=made["id"])
    assert shipped.call(GET, made["cookies"]["alice"]).code == 1950301


def test_a_session_belongs_to_its_sandbox_signed_or_not(shipped: Mock) -> None:
    made = shipped.sandbox()
    value = made["cookies"]["alice"]
    changed = value[:-1] + ("A" if value[-1] != "A" else "C")
    for broken in (changed, value.rpartition(".")[0], value.replace("s%3A", "")):
        assert shipped.call(GET, broken).code == 1940102
    assert shipped.admin("GET", "/requests", sandbox=made["id"]).json["total"] == 3


def test_negative_cookies_reach_their_sandbox(shipped: Mock) -> None:
    made = shipped.sandbox()
    kinds = ("tampered", "unsigned", "wrong-secret", "unknown-session", "expired", "userless")
    for kind in kinds:
        path = f"/cookies?kind={kind}"
        negative = shipped.admin("GET", path, sandbox=made["id"]).json
        assert shipped.call(GET, negative["cookie_header"]).code == negative["code"]
    assert shipped.admin("GET", "/requests", sandbox=made["id"]).json["total"] == len(kinds)


def test_a_foreign_session_is_unknown_and_the_journal_says_whose_it_is(shipped: Mock) -> None:
    one, other = shipped.sandbox(), shipped.sandbox()
    assert shipped.call(one["path"] + GET, other["cookies"]["alice"]).code == 1940103
    assert shipped.call(one["path"] + GET, ALICE).code == 1940103
    entries = shipped.admin("GET", "/requests", sandbox=one["id"]).json["requests"]
    for entry, owner in zip(entries, (other["id"], "default"), strict=True):
        assert entry["explain"][0].endswith(f"belongs to sandbox {owner}, not to this one")


def test_a_sandbox_that_is_gone_is_a_404_and_never_the_default(shipped: Mock) -> None:
    made = shipped.sandbox()
    assert shipped.admin("DELETE", f"/sandboxes/{made['id']}").status == 204
    for path in (GET, "/nothing"):
        answer = shipped.call(made["path"] + path, ALICE)
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert shipped.admin("GET", "/health", sandbox=made["id"]).status == 404
    assert shipped.call(GET, made["cookies"]["alice"]).code == 1940103


def test_a_session_id_is_unique_on_the_server(shipped: Mock) -> None:
    one, other = shipped.sandbox(), shipped.sandbox()
    body = {"username": "alice"}
    assert shipped.admin("PUT", "/sessions/mine", body, sandbox=one["id"]).status == 201
    assert shipped.admin("PUT", "/sessions/mine", body, sandbox=one["id"]).status == 200
    taken = shipped.admin("PUT", "/sessions/mine", body, sandbox=other["id"])
    assert taken.status == 409
    assert taken.json["detail"] == (
        f"session 'mine' belongs to sandbox '{one['id']}'; "
        f"{other['id']}~NAME is always this sandbox's own"
    )
    assert shipped.admin("PUT", "/sessions/mine", body).status == 409
    assert shipped.admin("PUT", "/sessions/session-of-alice", body, sandbox=one["id"]).status == 409
    assert shipped.call(GET, cookie("mine")).code == 1320001
    assert shipped.admin("GET", "/requests", sandbox=one["id"]).json["total"] == 1
    shipped.admin("DELETE", f"/sandboxes/{one['id']}")
    assert shipped.admin("PUT", "/sessions/mine", body, sandbox=other["id"]).status == 201


def test_minted_sessions_reach_their_sandbox(shipped: Mock) -> None:
    made = shipped.sandbox()
    minted = shipped.admin("POST", "/sessions", {"username": "bob"}, sandbox=made["id"]).json
    assert shipped.call(NEW, minted["cookie_header"]).code == 1320002
    assert shipped.call(GET, cookie("session-of-bob")).code == 1340401


def test_bulk_sessions_are_cloned_too(mock: MakeMock) -> None:
    app = mock(
        'users: [{username: "u{n}", token: issue, repeat: 100000}]\n'
        'sessions: [{sid: "s{n}", username: "u{n}", repeat: 100000}]'
    )
    made = app.sandbox()
    assert made["sessions"] == []
    path = "/sessions?username=u99999"
    (session,) = app.admin("GET", path, sandbox=made["id"]).json["sessions"]
    assert app.call(REVOKE, session["cookie_header"]).code == 1320003
    assert app.call(GET, cookie("s99999")).code == 1320001


def test_coverage_of_the_server_outlives_sandboxes(shipped: Mock) -> None:
    made = shipped.sandbox()
    shipped.call(NEW, made["cookies"]["alice"])
    shipped.admin("DELETE", f"/sandboxes/{made['id']}")
    assert shipped.admin("GET", "/coverage").json["covered"] == 0
    assert shipped.admin("GET", "/coverage?scope=server").json["covered"] == 1


class Time:
    """Monotonic time, to set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def backend(time: Time | None = None, **options: Any) -> MemoryBackend:
    rules = Rules(ManualClock(), DOCUMENTED, journal=LogBudget(1000), seed=1)
    return MemoryBackend(load_fixtures(SHIPPED), rules, monotonic=time or Time(), **options)


def test_idle_sandboxes_leave_after_their_ttl_whatever_their_clock_says() -> None:
    time = Time()
    sandboxes = backend(time, max_sandboxes=2)
    idle, used = (sandboxes.create(ttl_ms=1000) for _ in range(2))
    idle.clock.advance(10**9)
    time.seconds = 0.9
    assert sandboxes.get(used.id) is used
    time.seconds = 1.0
    assert [sandbox.id for sandbox in sandboxes.summaries()] == ["default", used.id]
    assert sandboxes.create() is not None


def test_at_the_limit_none_is_thrown_out() -> None:
    sandboxes = backend(max_sandboxes=1)
    first = sandboxes.create()
    client = TestClient(make_app(sandboxes), headers={"Host": "localhost"})
    refused = client.simulate_post("/__admin/sandboxes")
    assert refused.status_code == 503
    assert "--max-sandboxes" in refused.json["detail"]
    assert sandboxes.get(first.id) is first


def test_reloading_is_for_sandboxes_made_from_then_on() -> None:
    sandboxes = backend()
    before = sandboxes.create()
    sandboxes.default.put_scenario("db-down")
    sandboxes.default.clock.advance(5)
    sandboxes.reload(load_fixtures(SHIPPED / "scenarios.yaml"))
    assert before.store.find_user("alice") is not None
    assert sandboxes.default.store.find_user("alice") is None
    assert sandboxes.create().store.find_user("alice") is None
    assert sandboxes.default.scenario == "db-down", "scenario and clock are kept"
    assert sandboxes.default.clock.now_ms() == ManualClock().now_ms() + 5


def test_a_reload_without_the_active_scenario_makes_normal_active(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("scenarios: {mine: {}}")
    with_it, without = load_fixtures(path), load_fixtures(SHIPPED)
    rules = Rules(ManualClock(), DOCUMENTED, scenario="mine")
    sandboxes = MemoryBackend(with_it, rules)
    assert sandboxes.reload(without) == (
        "warning: scenario 'mine' is gone from the fixtures: 'normal' is active now",
    )
    assert sandboxes.default.scenario == "normal"
    sandboxes.default.reset()
    assert sandboxes.default.scenario == "normal"
    assert sandboxes.create().scenario == "normal"
    sandboxes.default.put_scenario("db-down")
    (warning,) = sandboxes.reload(without)
    assert "a reset goes to 'normal'" in warning
    assert sandboxes.default.scenario == "db-down"
    assert sandboxes.reload(with_it) == ()
    sandboxes.default.reset()
    assert sandboxes.default.scenario == "mine", "it is the start's again once it is back"


def test_the_same_seed_makes_the_same_ids() -> None:
    first, second = backend(), backend()
    assert [first.create().id for _ in range(3)] == [second.create().id for _ in range(3)]


def test_two_hundred_sandboxes_at_once_never_see_each_other(shipped: Mock) -> None:
    made = [shipped.sandbox() for _ in range(200)]
    barrier = threading.Barrier(16)

    def use(worker: int) -> None:
        barrier.wait()
        for number in range(worker, len(made), 16):
            box, bob = made[number], made[number]["cookies"]["bob"]
            assert shipped.call(GET, bob).code == 1340401
            token = shipped.call(NEW, bob).token
            assert shipped.call(box["path"] + GET, bob).token == token
            if number % 2:
                shipped.admin("PUT", "/scenario", {"name": "db-down"}, sandbox=box["id"])
            assert shipped.call(REVOKE, bob).code == (1950301 if number % 2 else 1320003)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(use, range(16)))
    for number, box in enumerate(made):
        entries = shipped.admin("GET", "/requests", sandbox=box["id"]).json["requests"]
        last = 1950301 if number % 2 else 1320003
        assert [entry["code"] for entry in entries] == [1340401, 1320002, 1320001, last]


class TwoSandboxes(RuleBasedStateMachine):
    """Two sandboxes and the default one, interleaved, against a model of each."""

    @initialize()
    def start(self) -> None:
        self.app = Mock(SHIPPED)
        self.boxes = ["", *(self.app.sandbox()["id"] for _ in range(2))]
        self.tokens: list[str | None] = [None, None, None]
        self.down = [False, False, False]
        self.requests = [0, 0, 0]

    def bob(self, box: int) -> str:
        prefix = f"{self.boxes[box]}~" if box else ""
        return cookie(f"{prefix}session-of-bob")

    def ask(self, box: int, path: str) -> Any:
        self.requests[box] += 1
        return self.app.call(path, self.bob(box))

    @rule(box=st.integers(0, 2))
    def get(self, box: int) -> None:
        answer = self.ask(box, GET)
        if self.down[box]:
            assert answer.code == 1950301
        elif self.tokens[box] is None:
            assert answer.code == 1340401
        else:
            assert answer.token == self.tokens[box]

    @rule(box=st.integers(0, 2))
    def new(self, box: int) -> None:
        answer = self.ask(box, NEW)
        assert answer.code == (1950301 if self.down[box] else 1320002)
        if not self.down[box]:
            self.tokens[box] = answer.token

    @rule(box=st.integers(0, 2))
    def switch(self, box: int) -> None:
        self.down[box] = not self.down[box]
        body = {"name": "db-down" if self.down[box] else "normal"}
        assert self.app.admin("PUT", "/scenario", body, sandbox=self.boxes[box]).status == 200

    @rule(box=st.integers(0, 2))
    def reset(self, box: int) -> None:
        assert self.app.admin("POST", "/reset", sandbox=self.boxes[box]).status == 204
        self.tokens[box], self.down[box], self.requests[box] = None, False, 0

    @invariant()
    def journals_are_separate(self) -> None:
        for box, number in zip(self.boxes, self.requests, strict=True):
            assert self.app.admin("GET", "/requests/count", sandbox=box).json["count"] == number


@pytest.mark.hypothesis
def test_two_sandboxes_know_nothing_of_each_other(state_kind: str) -> None:
    tried = examples(400 if state_kind == "memory" else 200)
    run_state_machine_as_test(TwoSandboxes, settings=settings(max_examples=tried))


def test_ids_with_the_prefix_of_a_sandbox_are_its_own(shipped: Mock) -> None:
    one, other = shipped.sandbox(), shipped.sandbox()
    body = {"username": "alice"}
    for sandbox, sid in (
        ("", f"{one['id']}~q"), (other["id"], f"{one['id']}~q"), (one["id"], "default~q"),
        ("", "default~!expired"), (one["id"], f"{one['id']}~!expired"),
    ):  # fmt: skip
        assert shipped.admin("PUT", f"/sessions/{sid}", body, sandbox=sandbox).status == 409
    own = f"{one['id']}~q"
    assert shipped.admin("PUT", f"/sessions/{own}", body, sandbox=one["id"]).status == 201
    assert shipped.call(GET, cookie(own)).code == 1320001


def test_a_sandbox_does_not_idle_while_a_request_lasts() -> None:
    time = Time()
    sandboxes = backend(time)
    made = sandboxes.create(ttl_ms=1000)
    with sandboxes.in_use(made.id):
        time.seconds = 5
        assert len(sandboxes.summaries()) == 2
    time.seconds = 5.9
    assert sandboxes.get(made.id) is made


def test_what_began_before_a_reset_is_not_in_the_journal_after_it() -> None:
    sandboxes = backend()
    made = sandboxes.create()

    def reset_meanwhile(wait: Wait, _seconds: float) -> None:
        made.reset()
        wait.end("")

    app = make_app(sandboxes, delays=Delays(reset_meanwhile))
    client = TestClient(app, headers={"Host": "localhost"})
    made.put_scenario("db-slow")
    header = cookie(f"{made.id}~session-of-alice")
    reply = client.simulate_post("/api/v2" + NEW, headers={"Cookie": header})
    assert reply.json["code"] == 1320002
    assert made.journal is not None
    assert list(made.journal) == []
    assert made.coverage.answered == {}
    assert sandboxes.coverage.answered, "the server's coverage has it"


def test_who_waits_for_a_sandbox_that_is_deleted_is_told(shipped: Mock) -> None:
    made = shipped.sandbox()
    path = "/requests/count?at_least=1&wait=60s"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shipped.admin, "GET", path, sandbox=made["id"])
        shipped.admin("DELETE", f"/sandboxes/{made['id']}")
        assert waiting.result(30).status == 404


def test_who_waits_for_a_sandbox_is_not_woken_by_the_requests_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandboxes = backend()
    own, other = sandboxes.create(), sandboxes.create()
    nudged: list[str] = []
    asked: list[str] = []
    monkeypatch.setattr(Wait, "nudge", lambda _wait: nudged.append(asked[-1]))

    def ask(path: str) -> None:
        asked.append(path)
        client.simulate_post(path)

    def ask_meanwhile(wait: Wait, _seconds: float) -> None:
        for sandbox in (other, own):
            ask(f"/__sandbox/{sandbox.id}/api/v2{NEW}")
            ask(f"/__sandbox/{sandbox.id}/api/v2/nothing")
        ask(f"/api/v2{NEW}")
        wait.end("")

    client = TestClient(make_app(sandboxes, pause=ask_meanwhile), headers={"Host": "localhost"})
    counted = client.simulate_get(
        f"/__admin/sandboxes/{own.id}/requests/count", params={"at_least": 9, "wait": "60s"}
    )
    assert counted.json["count"] == 2
    assert nudged == asked[2:4]


def test_every_method_under_the_url_of_a_sandbox_is_its_own(shipped: Mock) -> None:
    made = shipped.sandbox()
    for method in ("PUT", "HEAD", "OPTIONS", "DELETE"):
        assert shipped.call(made["path"] + GET, None, method).status == 400
    assert shipped.admin("GET", "/requests/count", sandbox=made["id"]).json["count"] == 4
    shipped.admin("DELETE", f"/sandboxes/{made['id']}")
    for method in ("PUT", "HEAD", "OPTIONS", "DELETE", "POST", "GET"):
        assert shipped.call(made["path"] + GET, None, method).status == 404
    assert shipped.admin("GET", "/requests/count").json["count"] == 0


def test_a_foreign_session_with_a_pinned_signature_is_unknown_too(shipped: Mock) -> None:
    made = shipped.sandbox()
    pinned = f"animeloop.auth.sid={DOCUMENTED_COOKIE}"
    assert shipped.call(made["path"] + GET, pinned).code == 1940103


def test_a_session_of_the_fixtures_cannot_be_taken_by_another_sandbox(shipped: Mock) -> None:
    made = shipped.sandbox()
    shipped.admin("DELETE", "/sessions/session-of-alice")
    body = {"username": "alice"}
    taken = shipped.admin("PUT", "/sessions/session-of-alice", body, sandbox=made["id"])
    assert taken.status == 409
    shipped.admin("POST", "/reset")
    assert shipped.call(GET, ALICE).code == 1320001


def test_calls_wait_only_while_there_are_places() -> None:
    places = WaitingPlaces(1)
    refused: list[LimitError] = []

    class Nested(Wait):
        """Asks for a place while it has one."""

        def sleep(self, seconds: float) -> None:
            with pytest.raises(LimitError, match="1 calls wait already") as caught:
                places.pause(Wait(), seconds)
            refused.append(caught.value)

    places.pause(Nested(), 60)
    places.pause(Nested(), 60)
    assert len(refused) == 2
