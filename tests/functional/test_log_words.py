"""What the request log says in words: hints at near misses, and what a write did."""

from __future__ import annotations

import pytest

from mockserver.api.trace import short_reason
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from mockserver.http.admin.effects import EFFECTS
from mockserver.http.admin.write_log import SAFE_METHODS
from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import GET, cookie

FIXTURES = """
users: [{username: anna, token: literal, tokens: [{token: first}]}]
sessions: [{sid: a, username: anna}]
"""
A = cookie("a")
OTHER = A.replace("animeloop.auth.sid", "connect.sid")
HINT = "hint: the cookie connect.sid looks like the session cookie under another name"


@pytest.fixture
def app(mock: MakeMock) -> Mock:
    return mock(FIXTURES)


def explained(app: Mock) -> list[str]:
    entries = app.admin("GET", "/requests?order=newest&limit=1").json["requests"]
    found: list[str] = entries[0]["explain"]
    return found


def test_a_cookie_under_another_name_is_hinted_at(app: Mock) -> None:
    assert app.call(GET, OTHER).code == 1940103
    assert app.why == f"no cookie named animeloop.auth.sid; {HINT}"
    assert explained(app) == [HINT, "no cookie named animeloop.auth.sid"]


@pytest.mark.parametrize("path", ["/auth/login", "/auth/register"])
def test_where_no_session_is_needed_no_cookie_is_hinted_at(app: Mock, path: str) -> None:
    app.call(path, OTHER)
    assert "hint" not in app.why


def test_no_hint_where_there_is_a_session_cookie_or_a_forced_code(app: Mock) -> None:
    app.call(GET, f"{OTHER}; {A}")
    assert app.why == "token returned"
    app.call(GET, OTHER, prefer="code=1950301")
    assert "hint" not in app.why


def test_a_path_that_is_nearly_right_is_hinted_at(app: Mock) -> None:
    assert app.call("/api/v2/auth/Token/", A).status == 400
    assert app.why == "no such path; did you mean /api/v2/auth/token?"
    assert explained(app) == [app.why]
    made = app.sandbox()
    assert app.call(f"/__sandbox/{made['id']}/auth/token", A).status == 400
    assert app.why.endswith(f"; did you mean {made['path']}/auth/token?")


def test_the_server_profile_hints_at_a_missing_base_path(mock: MakeMock) -> None:
    app = mock(FIXTURES, profile="server")
    app.call("/v2/auth/token")
    assert app.why == "no such path; did you mean /api/v2/auth/token?"


@pytest.mark.parametrize("prefer", ["scenario=db-slow", "scenario=bad-gateway", "scenario=db-down"])
def test_the_short_reason_can_be_read_from_the_journal(app: Mock, prefer: str) -> None:
    for method in ("GET", "POST"):
        for header in (A, OTHER):
            app.call(GET, header, method, prefer=prefer)
            assert short_reason(explained(app)) == app.why


def test_each_exchange_knows_its_sandbox(app: Mock) -> None:
    made = app.sandbox()
    for path, header, sandbox_id in (
        (GET, A, "default"),
        (GET, made["cookies"]["anna"], made["id"]),
        (f"{made['path']}/auth/token", None, made["id"]),
        ("/nothing", A, "default"),
        ("/nothing", made["cookies"]["anna"], made["id"]),
        (f"{made['path']}/nothing", None, made["id"]),
        ("/__sandbox/gone/api/v2/auth/token", None, None),
    ):
        app.call(path, header)
        assert app.exchanges[-1].sandbox_id == sandbox_id


WRITES = [
    ("PUT", "/scenario", {"name": "db-down"}, "scenario db-down"),
    ("DELETE", "/scenario", None, "scenario normal, as at the start"),
    ("POST", "/reset", None, "sandbox default reset"),
    ("POST", "/faults", {"error": "database"}, "fault 1 added: database: error database"),
    ("POST", "/faults",
     {"delay": {"min": "1ms", "max": "2s"}, "endpoint": "/auth/token", "times": 2},
     "fault 1 added: database: delay 1ms to 2s, endpoint /auth/token, times 2"),
    ("DELETE", "/faults", None, "all ad-hoc faults removed"),
    ("PUT", "/clock", {"now": "2026-01-01T00:00:00Z"}, "clock frozen at 2026-01-01T00:00:00.000Z"),
    ("PUT", "/clock", {"advance": "1h"}, "clock advanced by 1h to 2026-01-01T13:00:00.000Z"),
    ("DELETE", "/clock", None, "clock as at the start, frozen"),
    ("PUT", "/users/ben", {}, "user ben created"),
    ("PUT", "/users/anna", {}, "user anna replaced"),
    ("DELETE", "/users/anna", None, "user anna deleted"),
    ("PUT", "/users/anna/tokens/7", {"token": "issue"}, "token 7 of user anna created"),
    ("PUT", "/users/anna/tokens/0", {"token": "t"}, "token 0 of user anna replaced"),
    ("DELETE", "/users/anna/tokens/0", None, "token 0 of user anna deleted"),
    ("PUT", "/sessions/b", {"username": "anna"}, "session b of anna created"),
    ("PUT", "/sessions/a", {"username": None}, "session a of nobody replaced"),
    ("DELETE", "/sessions/a", None, "session a deleted"),
    ("DELETE", "/requests", None, "journal cleared"),
    ("DELETE", "/outbox", None, "outbox emptied"),
    ("PUT", "/scenario", {"name": "db-dwn"},
     "unknown scenario 'db-dwn'; did you mean 'db-down'?"),
    ("DELETE", "/faults/7", None, "there is no fault '7'"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "words"), WRITES)
def test_a_write_says_what_it_did(
    app: Mock, method: str, path: str, body: object, words: str
) -> None:
    app.admin(method, path, body)
    assert app.why == words
    assert app.exchanges[-1].sandbox_id == "default"


def test_writes_whose_words_have_an_id(app: Mock) -> None:
    sid = app.admin("POST", "/sessions", {"username": "anna"}).json["sid"]
    assert app.why == f"session {sid} of anna created"
    number = app.admin("POST", "/faults", {"error": "database"}).json["id"]
    app.admin("DELETE", f"/faults/{number}")
    assert app.why == f"fault {number} removed"
    made = app.sandbox(scenario="db-down")
    assert app.why == f"sandbox {made['id']} created, scenario db-down"
    app.admin("PUT", "/scenario", {"name": "db-slow"}, sandbox=made["id"])
    assert (app.why, app.exchanges[-1].sandbox_id) == ("scenario db-slow", made["id"])
    app.admin("DELETE", "", sandbox=made["id"])
    assert app.why == f"sandbox {made['id']} deleted"


def test_every_write_has_words() -> None:
    writes = [call for call in (*SANDBOX_CALLS, *SERVER_CALLS) if call.method not in SAFE_METHODS]
    assert [call.path for call in writes if call.handler not in EFFECTS] == []


def test_reads_are_not_logged(app: Mock) -> None:
    app.admin("GET", "/scenario")
    assert app.exchanges == []
