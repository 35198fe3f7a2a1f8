"""The control plane on one sandbox: every call, and how it refuses what makes no sense."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import __version__
from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.pages import PAGES
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import GET, NEW, REVOKE, ROOT, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

USERS = """
users:
  - {username: anna, uid: 1, token: literal}
  - {username: ben, uid: 2}
  - {username: "bulk-{n:03}", repeat: 500}
sessions:
  - {sid: a, username: anna, ttl: 1h}
  - {sid: b, username: ben}
  - {sid: "bulk-{n:03}", username: "bulk-{n:03}", repeat: 500}
scenarios:
  mine: {description: Mine., faults: [{delay: {min: 10ms, max: 2s}, skip: 1, lasts: 90s}]}
"""
A, B = cookie("a"), cookie("b")
CALLS = (*SANDBOX_CALLS, *SERVER_CALLS)


@pytest.fixture
def app(mock: MakeMock) -> Mock:
    return mock(USERS)


def test_health_says_what_runs(app: Mock, state_kind: str) -> None:
    assert app.admin("GET", "/health").json == {
        "status": "ok", "version": __version__, "profile": "documented", "scenario": "normal",
        "state": state_kind, "users": 502, "sessions": 502,
    }  # fmt: skip


def test_the_scenario_is_switched_and_goes_back(app: Mock) -> None:
    assert app.admin("PUT", "/scenario", {"name": "db-recovers"}).status == 200
    assert [app.call(GET, A).code for _ in range(3)] == [1950301, 1950301, 1320001]
    app.admin("PUT", "/scenario", {"name": "db-recovers"})
    assert app.call(GET, A).code == 1950301, "counters begin anew"
    assert app.admin("GET", "/scenarios").json["active"] == "db-recovers"
    assert app.admin("DELETE", "/scenario").status == 204
    assert app.admin("GET", "/scenarios").json["active"] == "normal"
    assert app.call(GET, A).code == 1320001


def test_scenarios_are_listed_as_in_the_fixtures(app: Mock) -> None:
    listed = {s["name"]: s for s in app.admin("GET", "/scenarios").json["scenarios"]}
    assert listed["mine"] == {
        "name": "mine",
        "description": "Mine.",
        "faults": [
            {"operation": "database", "delay": {"min": "10ms", "max": "2s"}, "skip": 1,
             "lasts": "90s"},
        ],
    }  # fmt: skip
    assert listed["connection-reset"]["faults"] == [{"operation": "request", "wire": "reset"}]


def test_ad_hoc_faults_come_on_top_and_go(app: Mock) -> None:
    added = app.admin("POST", "/faults", {"error": "database", "times": 2})
    assert added.status == 201
    assert added.json == {
        "id": 1, "operation": "database", "error": "database", "times": 2, "fired": 0
    }  # fmt: skip
    assert app.call(GET, A, prefer="scenario=db-slow").code == 1950301
    assert app.delays == [2.0]
    assert app.admin("GET", "/faults").json["faults"][0]["fired"] == 1
    assert app.admin("DELETE", "/faults/1").status == 204
    assert app.call(GET, A).code == 1320001
    assert app.admin("DELETE", "/faults/1").status == 404
    assert app.admin("DELETE", "/faults").status == 204


def test_the_sleep_of_create_app_is_called_once_with_the_whole_delay(app: Mock) -> None:
    app.admin("POST", "/faults", {"delay": "2s", "ttl": "1s"})
    assert app.call(GET, A).code == 1320001
    assert app.delays == [2.0]
    explained = app.admin("GET", "/requests").json["requests"][0]["explain"]
    assert "ad-hoc fault 1: find_user delayed by 2 s" in explained


@pytest.mark.parametrize("path", ["/sandboxes", "/faults"])
@pytest.mark.parametrize(("ttl", "words"), [("1", "expected a duration"), ("0s", "longer than 0")])
def test_a_wrong_ttl_is_told_alike_everywhere(app: Mock, path: str, ttl: str, words: str) -> None:
    body = {"delay": "1s"} if path == "/faults" else {}
    answer = app.admin("POST", path, {**body, "ttl": ttl})
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/ttl"
    assert words in error["detail"]


@pytest.mark.parametrize("name", ["session_store", "session-store"])
def test_both_names_of_the_session_store_are_read_and_one_is_shown(
    mock: MakeMock, name: str
) -> None:
    fault = f"{{operation: {name}, error: database}}"
    app = mock(USERS + f"  down: {{faults: [{fault}]}}")
    app.admin("PUT", "/scenario", {"name": "down"})
    assert app.call(GET, A).code == 1950301
    added = app.admin("POST", "/faults", {"operation": name, "delay": "1s"})
    assert added.json["operation"] == "session_store"
    scenarios = app.admin("GET", "/scenarios").json["scenarios"]
    (down,) = (one for one in scenarios if one["name"] == "down")
    assert down["faults"][0]["operation"] == "session_store"
    (struck,) = app.admin("GET", "/requests").json["requests"][0]["faults"]
    assert struck["operation"] == "session_store"


def test_an_ad_hoc_fault_with_a_ttl_removes_itself(app: Mock) -> None:
    app.admin("POST", "/faults", {"error": "database", "ttl": "10m"})
    assert app.call(GET, A).code == 1950301
    app.admin("PUT", "/clock", {"advance": "10m"})
    assert app.call(GET, A).code == 1320001
    assert app.admin("GET", "/faults").json == {"faults": []}


def test_the_clock_is_frozen_moved_and_let_go(app: Mock) -> None:
    assert app.admin("PUT", "/clock", {"now": "2030-01-01T00:00:00Z"}).json == {
        "now": "2030-01-01T00:00:00.000Z", "frozen": True,
    }  # fmt: skip
    assert app.call(NEW, A).code == 1940103, "the session has expired meanwhile"
    app.admin("PUT", "/clock", {"now": "2026-01-01T12:30:00Z"})
    assert app.call(NEW, A).code == 1320002
    moved = app.admin("PUT", "/clock", {"advance": "31m"}).json
    assert moved == {"now": "2026-01-01T13:01:00.000Z", "frozen": True}
    entry = app.admin("GET", "/requests?limit=1").json["requests"][0]
    assert entry["time"] == "2030-01-01T00:00:00.000Z"
    assert app.admin("DELETE", "/clock").status == 204
    assert app.admin("GET", "/clock").json["now"] == "2026-01-01T12:00:00.000Z"


@pytest.mark.parametrize(
    "text", ["2030-01-01T00:00:00.1239999Z", "2030-01-01T01:00:00,123999999+01"]
)
def test_times_as_other_languages_print_them_are_cut_to_milliseconds(app: Mock, text: str) -> None:
    assert app.admin("PUT", "/clock", {"now": text}).json["now"] == "2030-01-01T00:00:00.123Z"
    session = app.admin("POST", "/sessions", {"username": "anna", "expires": text}).json
    assert session["expires"] == "2030-01-01T00:00:00.123Z"


@pytest.mark.parametrize(
    "body", [{}, {"now": "2026-01-01T00:00:00Z", "advance": "1s"}, {"now": "noon"},
             {"advance": "-1s"}, {"now": "9999-01-01T00:00:00Z"}, {"advance": 5}, {"to": 1}],
)  # fmt: skip
def test_a_clock_is_not_set_to_nonsense(app: Mock, body: object) -> None:
    assert app.admin("PUT", "/clock", body).status == 422
    assert app.admin("GET", "/clock").json["now"] == "2026-01-01T12:00:00.000Z"


def test_users_are_put_looked_at_and_deleted(app: Mock) -> None:
    put = app.admin("PUT", "/users/carl", {"uid": 9, "token": "issue", "scenario": "db-slow"})
    assert put.status == 201
    assert put.json["username"] == "carl"
    assert put.json["token"].count(".") == 2
    assert app.admin("GET", "/users/carl").json == put.json
    assert app.admin("PUT", "/users/carl", {}).status == 200
    assert app.admin("GET", "/users/carl").json["uid"] is None
    assert app.admin("DELETE", "/users/anna").status == 204
    assert app.call(GET, A).code == 1940102
    assert app.admin("GET", "/users/anna").status == 404
    assert app.admin("DELETE", "/users/anna").status == 404
    assert app.admin("GET", "/health").json["users"] == 502


def test_names_in_paths_may_have_any_letters(app: Mock) -> None:
    assert app.admin("PUT", "/users/a/b c ü", {}).json["username"] == "a/b c ü"
    assert app.admin("PUT", "/sessions/x/y=", {"username": None}).json["sid"] == "x/y="


def test_users_and_sessions_are_listed_page_by_page(app: Mock) -> None:
    app.admin("PUT", "/users/zoe", {})
    app.admin("DELETE", "/users/ben")
    for kind, key, total in (("users", "username", 502), ("sessions", "sid", 502)):
        names, after = [], ""
        while True:
            page = app.admin("GET", f"/{kind}?limit=200{after}").json
            names += [item[key] for item in page[kind]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert len(names) == len(set(names)) == total
    assert app.admin("GET", "/users").json["users"][0]["username"] == "anna"
    assert len(app.admin("GET", "/users").json["users"]) == 100
    assert app.admin("GET", "/users?after=nobody").status == 422


def test_sessions_are_minted_put_and_deleted(app: Mock) -> None:
    minted = app.admin("POST", "/sessions", {"username": "anna", "ttl": "1h"})
    assert minted.status == 201
    assert minted.json["expires"] == "2026-01-01T13:00:00.000Z"
    assert minted.json["cookie_header"] == "animeloop.auth.sid=" + minted.json["cookie"]
    assert app.call(GET, minted.json["cookie_header"]).code == 1320001
    sid = minted.json["sid"]
    listed = app.admin("GET", "/sessions?username=anna").json["sessions"]
    assert [session["sid"] for session in listed] == ["a", sid]
    put = app.admin("PUT", f"/sessions/{sid}", {"username": None, "sid": sid})
    assert (put.status, put.json["username"]) == (200, None)
    assert app.call(GET, minted.json["cookie_header"]).code == 1940103
    put = app.admin(
        "PUT", "/sessions/mine", {"username": "gone", "expires": "2026-01-01T12:00:01Z"}
    )
    assert put.status == 201
    assert app.call(GET, put.json["cookie_header"]).code == 1940102
    app.clock.advance(1000)
    assert app.call(GET, put.json["cookie_header"]).code == 1940103
    assert app.admin("DELETE", "/sessions/a").status == 204
    assert app.call(GET, A).code == 1940103
    assert app.admin("DELETE", "/sessions/a").status == 404


@pytest.mark.parametrize(
    ("kind", "code"),
    [("tampered", 1940102), ("unsigned", 1940102), ("wrong-secret", 1940102),
     ("unknown-session", 1940103), ("expired", 1940103), ("userless", 1940103)],
)  # fmt: skip
def test_negative_cookies_are_refused_as_they_say(app: Mock, kind: str, code: int) -> None:
    before = app.admin("GET", "/health").json
    made = app.admin("GET", f"/cookies?kind={kind}").json
    assert made["code"] == code
    for path in (GET, NEW, REVOKE):
        assert app.call(path, made["cookie_header"]).code == code
    assert app.admin("GET", "/health").json == before
    assert app.admin("GET", "/cookies?kind=tampred").status == 422
    assert app.admin("GET", "/cookies").status == 422


def test_the_journal_says_what_was_asked_answered_and_why(app: Mock) -> None:
    app.call(GET, A, prefer="scenario=db-down")
    app.call(NEW, A, "GET")
    app.call("/nothing")
    found = app.admin("GET", "/requests").json
    assert (found["complete"], found["total"]) == (True, 3)
    first, second, third = found["requests"]
    assert first | {"duration_ms": 0} == {
        "id": first["id"],
        "time": "2026-01-01T12:00:00.000Z",
        "method": "POST",
        "path": "/api/v2/auth/token",
        "endpoint": "/auth/token",
        "status": 200,
        "code": 1950301,
        "username": "anna",
        "sid": "a",
        "scenario": "db-down",
        "faults": [{"source": "scenario db-down", "operation": "find_user", "effect": "error"}],
        "explain": [
            "signature verifies with secret 1 of 1",
            "session a belongs to anna",
            "scenario db-down: find_user failed",
        ],
        "warnings": [],
        "duration_ms": 0,
        "request": first["request"],
        "response": first["response"],
    }
    assert second["code"] == 1320002
    assert len(second["warnings"]) == 1
    assert (third["endpoint"], third["code"], third["explain"]) == (None, 400, ["no such path"])
    assert app.admin("GET", f"/requests/{first['id']}").json == first
    assert app.admin("GET", "/requests/0").status == 404


def test_neither_signatures_nor_tokens_are_in_the_journal(app: Mock) -> None:
    token = app.call(NEW, A).token
    app.call(GET, cookie("a", "another secret"), Authorization=f"Bearer {token}")
    text = app.admin("GET", "/requests").text
    signatures = [header.rpartition(".")[2] for header in (A, cookie("a", "another secret"))]
    assert not any(secret in text for secret in (token, *signatures))


def test_the_journal_is_filtered_counted_and_cleared(app: Mock) -> None:
    for path, who in ((GET, A), (GET, B), (NEW, A), (NEW, None)):
        app.call(path, who)
    ids = [entry["id"] for entry in app.admin("GET", "/requests").json["requests"]]
    for query, expected in (
        ("endpoint=/auth/token", ids[:2]),
        ("code=1340401", ids[1:2]),
        ("username=anna", [ids[0], ids[2]]),
        (f"after={ids[1]}", ids[2:]),
        ("limit=1", ids[:1]),
        ("endpoint=/auth/token/new&code=1940103", ids[3:]),
    ):
        found = app.admin("GET", f"/requests?{query}").json
        assert [entry["id"] for entry in found["requests"]] == expected
        if "limit" not in query:
            count = app.admin("GET", f"/requests/count?{query}&at_least=2").json
            assert count == {
                "count": len(expected), "complete": True, "met": len(expected) >= 2,
            }  # fmt: skip
    assert app.admin("DELETE", "/requests").status == 204
    assert app.admin("GET", "/requests").json == {"complete": True, "total": 0, "requests": []}


def test_coverage_counts_answers_and_lists_forced_ones_apart(app: Mock) -> None:
    app.call(GET, A)
    app.call(GET, A)
    app.call(GET, A, prefer="code=1950301")
    app.call(GET, A, prefer="scenario=truncated-body")
    for scope in ("", "?scope=server"):
        found = app.admin("GET", f"/coverage{scope}").json
        assert (found["documented"], found["covered"], found["percent"]) == (13, 1, 7.7)
        assert len(found["pairs"]) == 13
        counted = [pair for pair in found["pairs"] if pair["count"]]
        assert counted == [{"endpoint": GET, "code": 1320001, "count": 2}]
        assert found["forced"] == [{"endpoint": GET, "code": 1950301, "count": 1}]
        app.admin("GET", "/coverage")
    app.admin("POST", "/reset")
    assert app.admin("GET", "/coverage").json["covered"] == 0
    assert app.admin("GET", "/coverage?scope=server").json["covered"] == 1


def test_coverage_counts_the_pairs_of_a_page(app: Mock) -> None:
    app.call(GET, A)
    app.call("/auth/logout", A)
    app.call("/auth/login", prefer="code=1220001")
    token, account = (app.admin("GET", f"/coverage?page={page.name}").json for page in PAGES)
    assert app.admin("GET", "/coverage").json == token
    assert (token["covered"], account["covered"]) == (1, 1)
    for page, found in zip(PAGES, (token, account), strict=True):
        pairs = [
            (endpoint.path, code.number) for endpoint in page.endpoints for code in endpoint.codes
        ]
        assert [(pair["endpoint"], pair["code"]) for pair in found["pairs"]] == pairs
        assert found["documented"] == len(pairs)
    assert [pair["code"] for pair in account["pairs"] if pair["count"]] == [1220002]
    assert (token["forced"], [pair["code"] for pair in account["forced"]]) == ([], [1220001])
    whole = app.admin("GET", "/coverage?page=all&scope=server").json
    assert whole["pairs"] == token["pairs"] + account["pairs"]
    assert (whole["covered"], whole["documented"]) == (2, len(DOCUMENTED_PAIRS))
    assert whole["percent"] == round(200 / len(DOCUMENTED_PAIRS), 1)
    refused = app.admin("GET", "/coverage?page=acount")
    assert refused.status == 422
    assert "did you mean 'account'?" in refused.json["detail"]


def test_reset_puts_everything_back(app: Mock) -> None:
    first = app.call(NEW, B).token
    app.admin("PUT", "/scenario", {"name": "db-down"})
    app.admin("POST", "/faults", {"error": "database"})
    app.admin("PUT", "/clock", {"advance": "40h"})
    app.admin("DELETE", "/users/anna")
    app.admin("PUT", "/sessions/new", {"username": "ben"})
    assert app.admin("POST", "/reset").status == 204
    assert app.call(GET, B).code == 1340401
    assert app.call(GET, A).token == "literal"
    assert app.admin("GET", "/faults").json == {"faults": []}
    assert app.admin("GET", "/requests").json["total"] == 2
    assert app.call(NEW, B).token == first, "as at the start, to the byte"


def test_a_browser_is_given_the_cookie(app: Mock) -> None:
    answer = app.admin("GET", "/use?username=anna")
    assert answer.status == 200
    value = A.partition("=")[2]
    expected = f"animeloop.auth.sid={value}; Path=/; HttpOnly; SameSite=Lax"
    assert answer.headers["set-cookie"] == expected
    assert app.admin("GET", "/use?username=ana").status == 422
    assert app.admin("GET", "/use").status == 422
    app.clock.advance(10**9)
    assert app.admin("GET", "/use?username=anna").status == 409


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("PUT", "/scenario", {"name": "db-dwn"}, 422, "did you mean 'db-down'?"),
        ("PUT", "/scenario", {"nme": "db-down"}, 422, "/nme: unknown key 'nme'; did you mean"),
        ("PUT", "/scenario", ["db-down"], 422, "the body: expected a mapping, got a list"),
        ("PUT", "/scenario", None, 422, "the body: key 'name' is missing"),
        ("POST", "/reset", {"all": 1}, 422, "/all: unknown key 'all'"),
        ("POST", "/faults", {"delay": "1s", "wire": "reset"}, 422, "wire needs operation: request"),
        ("POST", "/faults", {"error": "db"}, 422, "/error: expected database or unavailable"),
        ("POST", "/faults", {"delay": {"min": "1s", "max": "x"}}, 422, "/delay/max: expected a"),
        ("POST", "/faults", {"delay": "1s", "ttl": "1"}, 422, "/ttl: expected a duration"),
        (
            "PUT",
            "/users/x",
            {"uid": "7"},
            422,
            "/uid: expected an integer of at most 53 bits",
        ),
        ("PUT", "/users/x", {"username": "y"}, 422, "expected 'x', as in the path"),
        ("PUT", "/users/x", {"scenario": "nope"}, 422, "unknown scenario 'nope'"),
        ("POST", "/sessions", {"username": "ana"}, 422, "unknown user 'ana'; did you mean 'anna'?"),
        ("POST", "/sessions", {}, 422, "key 'username' is missing"),
        ("POST", "/sandboxes", {"scenario": "x"}, 422, "unknown scenario 'x'"),
        ("POST", "/sandboxes", {"tll": "1s"}, 422, "/tll: unknown key 'tll'; did you mean 'ttl'?"),
        ("GET", "/requests?cde=1", None, 422, "unknown query parameter 'cde'; did you mean 'code'"),
        ("GET", "/requests?code=1&code=2", None, 422, "query parameter 'code' is given twice"),
        ("GET", "/requests?code=7", None, 422, "unknown code '7'"),
        ("GET", "/requests?limit=x", None, 422, "limit: expected a number"),
        ("GET", "/requests/count?wait=61s", None, 422, "wait: expected at most 60s"),
        ("GET", "/requests/count?wait=1", None, 422, "wait: expected a duration"),
        ("GET", "/coverage?scope=all", None, 422, "unknown scope 'all'; expected one of sandbox"),
        ("GET", "/health?x=1", None, 422, "unknown query parameter 'x'; this call takes none"),
        ("GET", "/scenrios", None, 404, "did you mean '/__admin/scenarios'?"),
        ("GET", "/nope", None, 404, "the control plane has no '/__admin/nope'"),
        (
            "PATCH",
            "/scenario",
            None,
            405,
            "PATCH /__admin/scenario; it takes DELETE, GET, PUT",
        ),
        ("DELETE", "/sandboxes/nope", None, 404, "there is no sandbox 'nope'"),
        ("DELETE", "/sandboxes/default", None, 409, "cannot be deleted"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(
    app: Mock, method: str, path: str, body: object, status: int, words: str
) -> None:
    answer = app.admin(method, path, body)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert words in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/scenrios", "/scenarios"),
        ("/senarois", None),
        ("/userz/anna", "/users/anna"),
        ("/sandboxes/default/helth", "/sandboxes/default/health"),
        ("/sandboxs", "/sandboxes"),
        ("/requests/1/count", None),
        ("/helth/1", None),
        ("/abc", None),
        ("//", None),
        ("/" + "x" * 5000, None),
    ],
)
def test_an_unknown_call_is_told_the_near_one_and_all_paths_in_one_notation(
    app: Mock, path: str, meant: str | None
) -> None:
    answer = app.admin("GET", path)
    assert answer.status == 404
    assert answer.json["detail"].partition("; did you mean ")[2] == (
        "" if meant is None else f"'/__admin{meant}'?"
    )
    valid = answer.json["valid"]
    assert {"/__admin/sessions/{sid}", "/__admin/sandboxes/{id}/requests/{id}"} <= set(valid)
    names = {name for known in valid for name in re.findall(r"\{(.*?)\}", known)}
    assert names == {"id", "sid", "username"}
    assert not any("ID" in known for known in valid)


def test_bodies_must_be_json_and_say_so(app: Mock) -> None:
    for text, kind, status in (
        ("{", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("\xff", "application/json", 400),
        ('{"name": "normal", "name": "db-down"}', "application/json", 422),
        ('{"name": "db-down", "x": [{"y": {}, "y": {}}]}', "application/json", 422),
        ('{"name": 1' + "0" * 5000 + "}", "application/json", 400),
        ('{"name": 1' + "0" * 300 + "}", "application/json", 422),
        ('{"name": "db-down"}', "text/plain", 415),
        ('{"name": "db-down"}', "", 415),
        (" " * 1_000_001, "application/json", 413),
    ):
        result = app.client.simulate_put(
            "/__admin/scenario", body=text.encode("latin-1"), headers={"Content-Type": kind}
        )
        assert (result.status_code, result.json["status"]) == (status, status)
    assert app.admin("GET", "/scenarios").json["active"] == "normal"


def test_the_page_of_the_control_plane_has_every_call() -> None:
    text = (ROOT / "docs" / "control-plane.md").read_text()
    for method, path in ((call.method, call.path) for call in CALLS):
        shown = path.replace(":path", "").replace("{sandbox_id}", "{id}")
        shown = re.sub(r"\{(fault|mail|request)_id\}", "{id}", shown)
        assert f"`{method} {shown}`" in text, f"{method} {shown}"


FUZZED = Mock(SHIPPED)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["name", "now", "advance", "error", "delay", "wire", "operation", "ttl", "username", "sid",
     "uid", "token", "scenario", "expires", "min", "probability", "times", "endpoint"]
)  # fmt: skip
BODIES = st.one_of(
    JSON_VALUES.map(json.dumps), st.dictionaries(FIELDS, JSON_VALUES).map(json.dumps), st.text()
)
PATHS = st.sampled_from([call.path for call in CALLS])


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]), PATHS, BODIES,
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)  # fmt: skip
def test_any_bytes_get_a_document_and_no_server_error(
    method: str, path: str, body: str, query: str
) -> None:
    filled = re.sub(r"\{[^}]*\}", "default", path)
    result = FUZZED.client.simulate_request(
        method, "/__admin" + filled, body=body.encode("utf-8", "replace"),
        headers={"Content-Type": "application/json"},
        query_string=query.replace("wait", "x").lstrip("?"),
    )  # fmt: skip
    assert result.status_code < 500
    if result.status_code >= 400:
        assert result.json["status"] == result.status_code


SIGNATURE = A.rpartition(".")[2].replace("%2B", "+").replace("%2F", "/")
JWT = "eyJ0eXAiOiJKV1QifQ.eyJ1c2VybmFtZSI6ImEifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "value",
    [f"a.{SIGNATURE}", f"s%253Aa.{SIGNATURE}", f"s%3Aa.{SIGNATURE}%", f"s:a.{SIGNATURE}.",
     f"s:a.{SIGNATURE}.x", SIGNATURE, f"s:{SIGNATURE}", JWT, f"s:{JWT}.x"],
)  # fmt: skip
def test_secrets_in_odd_cookies_are_not_in_the_journal(app: Mock, value: str) -> None:
    app.call(GET, f"animeloop.auth.sid={value}")
    app.call(GET, None, prefer=f"code={JWT}")
    app.call(f"/x/{JWT}")
    text = app.admin("GET", "/requests").text
    assert SIGNATURE not in text
    assert JWT not in text


def test_deletes_take_no_body(app: Mock) -> None:
    assert app.admin("DELETE", "/scenario", {"name": "x"}).status == 422
    result = app.client.simulate_delete(
        "/__admin/requests", body="x", headers={"Content-Type": "text/plain"}
    )
    assert result.status_code == 415


def test_names_in_paths_are_not_empty(app: Mock) -> None:
    before = app.admin("GET", "/health").json
    for path in ("/users/", "/sessions/"):
        assert app.admin("PUT", path, {"username": None}).status == 422
    assert app.admin("GET", "/health").json == before
    assert app.admin("DELETE", "/sessions/default~!userless").status == 404


def test_neither_an_unknown_call_nor_the_near_one_is_told_with_its_token(app: Mock) -> None:
    token = app.call(NEW, A).json["data"]["token"]
    detail = app.admin("GET", f"/userz/{token}").json["detail"]
    assert detail == (
        "the control plane has no '/__admin/userz/[token]'; did you mean '/__admin/users/[token]'?"
    )
