"""What clients of the control plane make the mock hold, work on, or tell is bounded."""

from __future__ import annotations

import difflib
import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import count
from types import BuiltinFunctionType, FunctionType, ModuleType

import pytest
from falcon.testing import TestClient

from mockserver.api.profiles import DOCUMENTED
from mockserver.errors import FixtureError, did_you_mean
from mockserver.fixtures import load_fixtures
from mockserver.fixtures.field_types import MAX_TEXT
from mockserver.fixtures.validate import flaws
from mockserver.http.admin.bodies import UserBody
from mockserver.http.admin.unprocessable import MAX_ERRORS, MAX_LISTED
from mockserver.http.app import make_app
from mockserver.record.bounded_log import LogBudget
from mockserver.sandbox.active_faults import MAX_AD_HOC_FAULTS
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import Rules
from mockserver.state.budget import StateBudget
from tests.helpers.app import MakeMock, ManualClock, Mock
from tests.helpers.text import GET, NEW, SHIPPED, cookie
from tests.helpers.timing import seconds

pytestmark = pytest.mark.usefixtures("state_kind")

LONG = "x" * (MAX_TEXT + 1)
FIXTURES = """
users: [{username: anna, token: issue}]
sessions: [{sid: a, username: anna, ttl: 1h}]
"""
A = cookie("a")


@pytest.fixture
def app(mock: MakeMock) -> Mock:
    return mock(FIXTURES)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/users/x", {"token": LONG}),
        ("PUT", "/users/x", {"email": LONG}),
        ("PUT", "/users/x", {"scenario": LONG}),
        ("PUT", "/users/x", {"username": LONG}),
        ("PUT", f"/users/{LONG}", {}),
        ("POST", "/sessions", {"username": LONG}),
        ("PUT", "/sessions/x", {"username": LONG}),
        ("PUT", "/sessions/x", {"username": "anna", "sid": LONG}),
        ("PUT", "/sessions/x", {"username": "anna", "ttl": "1s" * MAX_TEXT}),
        ("PUT", "/sessions/x", {"username": "anna", "expires": LONG}),
        ("PUT", f"/sessions/{LONG}", {"username": "anna"}),
        ("POST", "/faults", {"error": "database", "username": LONG}),
        ("POST", "/faults", {"error": "database", "endpoint": LONG}),
        ("POST", "/faults", {"error": "database", "ttl": "1s" * MAX_TEXT}),
        ("PUT", "/scenario", {"name": LONG}),
        ("POST", "/sandboxes", {"scenario": LONG}),
    ],
)
def test_texts_are_bounded(app: Mock, method: str, path: str, body: object) -> None:
    before = app.admin("GET", "/health").json
    answer = app.admin(method, path, body)
    assert answer.status == 422
    assert len(answer.text) < 1000
    assert app.admin("GET", "/health").json == before


@pytest.mark.parametrize("field", ["token", "email"])
def test_texts_up_to_the_bound_are_taken(app: Mock, field: str) -> None:
    assert app.admin("PUT", "/users/x", {field: LONG[1:]}).json[field] == LONG[1:]


@pytest.mark.parametrize("field", ["token", "email"])
def test_the_fixtures_have_the_same_bounds(mock: MakeMock, field: str) -> None:
    with pytest.raises(FixtureError, match=f"at most {MAX_TEXT} characters"):
        mock(f"users: [{{username: x, {field}: {LONG}}}]")


def server(max_bytes: int, clock: ManualClock | None = None) -> tuple[MemoryBackend, TestClient]:
    rules = Rules(
        clock or ManualClock(), DOCUMENTED, journal=LogBudget(10),
        state=StateBudget(max_bytes),
    )  # fmt: skip
    backend = MemoryBackend(load_fixtures(SHIPPED), rules)
    return backend, TestClient(make_app(backend), headers={"Host": "localhost"})


BODIES = {"users": {}, "sessions": {"username": "alice"}}


def puts(client: TestClient, kind: str, base: str = "/__admin") -> Iterator[int]:
    """The statuses of putting one more user or session each time."""
    for number in count():
        reply = client.simulate_put(f"{base}/{kind}/new-{number}", json=BODIES[kind])
        yield reply.status_code


@pytest.mark.in_memory
@pytest.mark.parametrize("kind", ["users", "sessions"])
def test_what_is_put_is_bounded_in_all(kind: str) -> None:
    _, client = server(100_000)
    statuses = []
    for status in puts(client, kind):
        statuses.append(status)
        if status != 201:
            break
    assert statuses[-1] == 409
    assert 100 < len(statuses) < 300
    refused = client.simulate_put("/__admin/users/other", json={"token": "issue"})
    assert "no room for more users and sessions" in refused.json["detail"]
    assert client.simulate_get("/__admin/users/other").status_code == 404
    assert client.simulate_post("/__admin/sessions", json={"username": "alice"}).status_code == 409
    assert client.simulate_delete(f"/__admin/{kind}/new-0").status_code == 204
    assert client.simulate_put(f"/__admin/{kind}/new-0", json=BODIES[kind]).status_code == 201
    alice = {"Cookie": cookie("session-of-alice")}
    assert client.simulate_post("/api/v2" + NEW, headers=alice).json["code"] == 1320002


@pytest.mark.in_memory
def test_the_bound_is_one_for_all_sandboxes_and_what_goes_gives_room() -> None:
    backend, client = server(100_000)
    made = backend.create()
    base = f"/__admin/sandboxes/{made.id}"
    assert next(status for status in puts(client, "users", base) if status != 201) == 409
    assert client.simulate_put("/__admin/users/x", json={}).status_code == 409
    assert client.simulate_post(base + "/reset").status_code == 204
    assert client.simulate_put("/__admin/users/x", json={}).status_code == 201
    assert next(status for status in puts(client, "sessions", base) if status != 201) == 409
    assert client.simulate_delete(base).status_code == 204
    del made
    gc.collect()
    assert client.simulate_put("/__admin/users/y", json={}).status_code == 201


@pytest.mark.in_memory
def test_replacing_counts_once() -> None:
    _, client = server(100_000)
    for _ in range(300):
        assert client.simulate_put("/__admin/users/x", json={"token": LONG[1:]}).status_code < 300


@pytest.mark.in_memory
def test_expired_sessions_make_room() -> None:
    clock = ManualClock()
    backend, client = server(100_000, clock)
    body = {"username": "alice", "ttl": "1h"}
    live = client.simulate_post("/__admin/sessions", json={"username": "alice", "ttl": "9h"})
    while client.simulate_post("/__admin/sessions", json=body).status_code == 201:
        pass
    clock.advance(3_600_000)
    assert client.simulate_post("/__admin/sessions", json=body).status_code == 201
    assert client.simulate_put("/__admin/users/x", json={}).status_code == 201
    assert client.simulate_get(f"/__admin/sessions/{live.json['sid']}").status_code == 200
    assert backend.default.store.counts()[1] == len(backend.default.fixtures.sessions) + 2


def test_no_limit_is_reached_by_60_of_the_largest_users(app: Mock) -> None:
    """Before there were limits, 60 calls held 58 MB."""
    gc.collect()
    tracemalloc.start()
    huge = "\U0001f600" * 60_000
    for number in range(60):
        app.admin("PUT", f"/users/{number}", {"token": huge})
        app.admin("PUT", f"/users/{number}", {"token": LONG[1:], "email": LONG[1:]})
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2_000_000


class Plane:
    """The control plane of a server, and what its backend holds."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.backend, self._client = server(10**6, self.clock)
        self.sandbox = f"/sandboxes/{self.backend.create().id}"

    def __call__(self, method: str, path: str, body: object = None) -> int:
        kind = None if body is None else "application/json"
        data = None if body is None else json.dumps(body)
        found = self._client.simulate_request(
            method, "/__admin" + path, body=data, content_type=kind
        )
        return found.status_code

    def ask(self, path: str, sid: str) -> int:
        reply = self._client.simulate_post("/api/v2" + path, headers={"Cookie": cookie(sid)})
        code: int = reply.json["code"]
        return code

    def size(self) -> int:
        """Bytes of all that the backend refers to, the journals emptied."""
        for sandbox in map(self.backend.get, [one.id for one in self.backend.summaries()]):
            assert sandbox.journal is not None
            sandbox.journal.clear()
        gc.collect()
        seen: dict[int, object] = {}
        left: list[object] = [self.backend]
        while left:
            one = left.pop()
            shared = isinstance(one, (type, ModuleType, FunctionType, BuiltinFunctionType))
            if id(one) not in seen and not shared:
                seen[id(one)] = one
                left += gc.get_referents(one)
        return sum(map(sys.getsizeof, seen.values()))


def user(call: Plane, number: int) -> None:
    path = f"/users/some-user-{number}"
    assert call("PUT", path, {"token": "issue"}) == 201
    assert call("DELETE", path) == 204


def user_with_session(call: Plane, number: int) -> None:
    name, sid = f"user-{number}", f"session-{number}"
    assert call("PUT", f"/users/{name}", {}) == 201
    assert call("PUT", f"/sessions/{sid}", {"username": name}) == 201
    assert call.ask(NEW, sid) == 1320002
    assert call("DELETE", f"/users/{name}") == 204
    assert call.ask(GET, sid) == 1940102
    assert call("DELETE", f"/sessions/{sid}") == 204


def session_with_expiry(call: Plane, number: int) -> None:
    path = f"/sessions/some-session-{number}"
    assert call("PUT", path, {"username": "alice", "expires": "2030-01-01T00:00:00Z"}) == 201
    assert call("DELETE", path) == 204


def unknown(call: Plane, number: int) -> None:
    assert call("DELETE", f"/users/nobody-{number}") == 404
    assert call("DELETE", f"/sessions/nothing-{number}") == 404
    assert call.ask(GET, f"nothing-{number}") == 1940103


def session_of_a_sandbox(call: Plane, number: int) -> None:
    path = f"{call.sandbox}/sessions/foreign-{number}"
    assert call("PUT", path, {"username": "alice"}) == 201
    assert call.ask(GET, f"foreign-{number}") == 1320001
    assert call("DELETE", path) == 204


def reset(call: Plane, number: int) -> None:
    body = {"username": "alice"}
    assert call("PUT", f"{call.sandbox}/sessions/foreign-{number}", body) == 201
    assert call("PUT", f"{call.sandbox}/users/user-{number}", {"token": "issue"}) == 201
    assert call("POST", f"{call.sandbox}/reset") == 204


def sandbox(call: Plane, number: int) -> None:
    made = f"/sandboxes/{call.backend.create().id}"
    assert call("PUT", f"{made}/sessions/foreign-{number}", {"username": "alice"}) == 201
    assert call("DELETE", made) == 204


def user_of_the_fixtures(call: Plane, _number: int) -> None:
    assert call("DELETE", "/users/alice") == 204
    assert call("PUT", "/users/alice", {"token": "issue"}) == 201


def fault(call: Plane, number: int) -> None:
    body = {"error": "database", "username": f"user-{number}", "ttl": "1s"}
    assert call("POST", "/faults", body) == 201
    call.clock.advance(1000)
    assert call.ask(GET, "session-of-alice") == 1320001


@pytest.mark.in_memory
@pytest.mark.parametrize(
    "change",
    [user, user_with_session, session_with_expiry, unknown, session_of_a_sandbox, reset, sandbox,
     user_of_the_fixtures, fault],
)  # fmt: skip
def test_a_hundred_put_and_deleted_leave_nothing(change: Callable[[Plane, int], None]) -> None:
    plane = Plane()
    assert plane.ask(GET, "session-of-alice") == 1320001
    for number in range(10):  # what is made once is made
        change(plane, number)
    before = plane.size()
    for number in range(10, 110):
        change(plane, number)
    assert abs(plane.size() - before) < 1000, "a hundred entries take ten times as much"


def test_expired_faults_are_removed_and_slow_nobody(app: Mock) -> None:
    for _ in range(MAX_AD_HOC_FAULTS):
        app.admin("POST", "/faults", {"error": "database", "ttl": "1s"})
    app.clock.advance(1000)
    assert app.admin("DELETE", "/faults/1").status == 404
    assert app.call(GET, A).code == 1320001
    assert app.admin("POST", "/faults", {"error": "database"}).status == 201
    app.admin("PUT", "/clock", {"now": "2020-01-01T00:00:00Z"})
    assert len(app.admin("GET", "/faults").json["faults"]) == 1, "what is gone does not come back"


def test_ad_hoc_faults_are_bounded_and_spent_ones_make_room(app: Mock) -> None:
    for _ in range(MAX_AD_HOC_FAULTS - 1):
        assert app.admin("POST", "/faults", {"error": "database", "username": "x"}).status == 201
    assert app.admin("POST", "/faults", {"error": "database", "times": 1}).status == 201
    refused = app.admin("POST", "/faults", {"error": "database"})
    assert (refused.status, f"{MAX_AD_HOC_FAULTS} ad-hoc faults" in refused.text) == (409, True)
    assert app.call(GET, A).code == 1950301
    assert app.admin("POST", "/faults", {"error": "database"}).status == 201
    assert app.admin("POST", "/faults", {"error": "database"}).status == 409


@pytest.mark.parametrize("path", ["/users/x", "/sessions/x", "/clock", "/scenario"])
def test_a_body_of_unknown_keys_gets_a_short_reply_soon(app: Mock, path: str) -> None:
    body = {f"usernam{number}": 1 for number in range(40_000)}
    assert len(str(body)) < 1_000_000
    answer = app.admin("PUT", path, body)
    assert answer.status == 422
    assert 0 < len(answer.json["errors"]) <= MAX_ERRORS
    assert len(answer.text) < 20_000
    assert answer.json["detail"].endswith("; and more")
    assert seconds(lambda: app.admin("PUT", path, body)) < 5


@pytest.mark.parametrize(
    "body",
    [
        {"k" * 900_000: 1},
        {"token": "x" * 900_000},
        {"email": {"a": ["x"] * 100_000}},
        {"token": [[[[["x"] * 1000] * 20]]] * 5},
        {"uid": "9" * 900_000},
        ["x"] * 100_000,
    ],
)
def test_a_refusal_does_not_repeat_what_is_long(app: Mock, body: object) -> None:
    answer = app.admin("PUT", "/users/x", body)
    assert answer.status == 422
    assert len(answer.text) < 2000


def test_a_name_that_is_unknown_is_told_soon_whatever_names_there_are(app: Mock) -> None:
    """Names made for it took two seconds to compare with."""
    names = ["a" * 50 + "b" * (40 + number % 9) + str(number) for number in range(400)]
    for name in names:
        app.admin("PUT", f"/users/{name}", {})
    body = {"username": "ab" * 50}
    assert seconds(lambda: app.admin("POST", "/sessions", body)) < 1.5
    answer = app.admin("POST", "/sessions", body)
    assert answer.status == 422
    assert len(answer.json["valid"]) == MAX_LISTED
    assert len(answer.text) < 30_000


@pytest.mark.in_memory
def test_few_names_are_compared_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    ratio, compared = difflib.SequenceMatcher.ratio, []

    def counting(self: difflib.SequenceMatcher[str]) -> float:
        compared.append(self)
        return ratio(self)

    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", counting)
    did_you_mean("ab" * 50, ["a" * 50 + "b" * 50 + str(number) for number in range(500)])
    assert 0 < len(compared) <= 20


@pytest.mark.in_memory
def test_of_many_unknown_keys_the_first_are_named_and_the_others_counted() -> None:
    body = {f"username{number}": {"x": 1} for number in range(50_000)}
    found = [flaw.message for flaw in flaws({"uid": "x", **body}, UserBody)]
    assert found[0] == "unknown key 'username0'; did you mean 'username'?"
    assert found[20] == "49980 more unknown keys"
    assert found[21].startswith("expected an integer")
    assert len(found) == 22


@pytest.mark.in_memory
def test_the_nearest_name_is_found_among_many() -> None:
    names = [f"user-{number:03}" for number in range(400)]
    assert did_you_mean("usr-123", names) == "; did you mean 'user-123'?"
    assert did_you_mean("nothing like it", names) == ""
