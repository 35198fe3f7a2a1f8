"""What the mock itself adds to the profile `server`: it explains, and can be told what to do."""

from __future__ import annotations

from typing import Any

import pytest
from falcon.testing import TestClient

from tests.helpers.app import Mock
from tests.helpers.text import GET, NEW, REVOKE, SHIPPED, cookie

ALICE = cookie("session-of-alice")


@pytest.fixture
def as_server() -> Mock:
    return Mock(SHIPPED, profile="server")


def entries(mock: Mock, sandbox: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mock.admin("GET", "/requests", sandbox=sandbox).json["requests"]
    return found


def test_a_preferred_code_is_sent_though_the_profile_never_does(as_server: Mock) -> None:
    reply = as_server.call(GET, ALICE, Prefer="code=1940103")
    assert (reply.code, reply.headers["preference-applied"]) == (1940103, "code=1940103")
    assert reply.headers["x-powered-by"] == "Express"


def test_scenarios_apply(as_server: Mock) -> None:
    assert as_server.call(NEW, ALICE, Prefer="scenario=db-write-error").code == 1950301
    assert as_server.call(NEW, ALICE, Prefer="scenario=nope").status == 400


@pytest.mark.parametrize("path", ["/auth/token", "/AUTH//token/"])
def test_an_api_url_takes_the_same_paths(path: str, as_server: Mock) -> None:
    made = as_server.sandbox()
    reply = as_server.call(made["path"] + path, made["cookies"]["alice"])
    assert reply.code == 1320001
    assert [entry["endpoint"] for entry in entries(as_server, made["id"])] == [GET]


def test_an_api_url_of_a_sandbox_that_is_gone_is_told(as_server: Mock) -> None:
    reply = as_server.call("/__sandbox/nope/api/v2/auth/token", ALICE)
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")


def test_the_journal_says_which_body_was_refused_and_why(as_server: Mock) -> None:
    made = as_server.sandbox()
    headers = {
        "Host": "localhost",
        "Content-Type": "application/json; charset=latin1",
        "Cookie": made["cookies"]["alice"],
    }
    TestClient(as_server.app).simulate_post("/api/v2/auth/token", headers=headers, body="{}")
    (entry,) = entries(as_server, made["id"])
    assert (entry["status"], entry["code"]) == (415, None)
    assert entry["explain"] == ["body refused before routing: unsupported charset 'latin1'"]
    assert as_server.admin("GET", "/coverage", sandbox=made["id"]).json["covered"] == 0


def test_options_is_journalled_where_its_cookie_belongs(as_server: Mock, shipped: Mock) -> None:
    for mock in (as_server, shipped):
        made = mock.sandbox()
        headers = {"Origin": "http://a", "Access_Control_Request_Method": "POST"}
        mock.call(GET, made["cookies"]["alice"], "OPTIONS", **headers)
        assert [entry["method"] for entry in entries(mock, made["id"])] == ["OPTIONS"]


def test_an_encoded_sandbox_is_no_path_in_either_profile(as_server: Mock, shipped: Mock) -> None:
    for mock in (as_server, shipped):
        path = "/__sandbox/default/api/v2/auth/token"
        extras = {"REQUEST_URI": path.replace("default", "%64efault")}
        reply = TestClient(mock.app).simulate_post(path, extras=extras)
        assert (reply.status_code, reply.json["code"]) == (400, 400)


def test_the_journal_has_the_path_as_it_was_sent(as_server: Mock) -> None:
    client = TestClient(as_server.app)
    client.simulate_post("/api/v2/auth/token", extras={"REQUEST_URI": "/api/v2/auth/%74oken"})
    (entry,) = entries(as_server)
    assert (entry["path"], entry["status"]) == ("/api/v2/auth/%74oken", 400)


def test_a_scheme_within_a_path_leads_nowhere(as_server: Mock) -> None:
    target = "/api/v2/auth/token/revoke/a://x"
    extras = {"REQUEST_URI": target + "?q", "HTTP_COOKIE": ALICE}
    TestClient(as_server.app).simulate_post(target, extras=extras)
    (entry,) = entries(as_server)
    assert (entry["path"], entry["status"]) == (target, 400)
    assert as_server.call(GET, ALICE).json["code"] == 1320001


def test_a_proxys_page_has_no_header_of_the_api(as_server: Mock, shipped: Mock) -> None:
    for mock in (as_server, shipped):
        reply = mock.call(GET, ALICE, Prefer="scenario=bad-gateway", Origin="http://a")
        assert reply.status == 502
        kept = {"content-type", "content-length", "preference-applied"}
        assert set(reply.headers) == kept


def test_the_control_plane_reads_its_own_bodies(as_server: Mock) -> None:
    reply = as_server.admin("PUT", "/scenario", {"name": "db-down"})
    assert reply.status == 200
    assert "x-powered-by" not in reply.headers
    broken = TestClient(as_server.app).simulate_put(
        "/__admin/scenario",
        headers={"Host": "localhost", "Content-Type": "application/json"},
        body="{",
    )
    assert (broken.status_code, broken.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("kind", ["tampered", "unsigned", "unknown-session", "expired", "userless"])
def test_negative_cookies_say_the_code_of_the_profile(kind: str, as_server: Mock) -> None:
    negative = as_server.admin("GET", f"/cookies?kind={kind}").json
    assert negative["code"] == 1940102
    assert as_server.call(REVOKE, negative["cookie_header"]).code == 1940102


def test_ten_of_the_thirteen_pairs_can_be_met(as_server: Mock) -> None:
    for sid in ("session-of-alice", "session-of-bob", "session-of-dbdown", "nobody-knows"):
        for path in (GET, NEW, REVOKE, GET):
            as_server.call(path, cookie(sid))
    assert as_server.admin("GET", "/coverage").json["covered"] == 10
    assert as_server.admin("GET", "/health").json["profile"] == "server"
