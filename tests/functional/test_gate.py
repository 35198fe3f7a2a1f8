"""Who may call the control plane."""

from __future__ import annotations

import pytest
from falcon.testing import Result, TestClient

from mockserver import create_app
from mockserver.http.admin.gate import AdminPolicy
from tests.support import SHIPPED

HEALTH = "/__admin/health"


def client(policy: AdminPolicy | None = None) -> TestClient:
    return TestClient(create_app(SHIPPED, admin=policy))


def put(policy: AdminPolicy | None = None, **headers: str) -> Result:
    """A write, with these headers beside a Host of loopback."""
    sent = {"Host": "localhost:7775", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client(policy).simulate_put("/__admin/scenario", headers=sent, body='{"name":"normal"}')


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7775", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:7775"]
)
def test_loopback_hosts_are_answered(host: str) -> None:
    assert put(Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "2130706433", "0.0.0.0",
     "127.1", "[::ffff:127.0.0.1]", "::1", "localhost:x", "a@localhost", ""],
)  # fmt: skip
def test_dns_rebinding_is_refused(host: str) -> None:
    answer = put(Host=host)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_host_can_be_allowed() -> None:
    policy = AdminPolicy(allow_hosts=("mock.test",))
    assert put(policy, Host="mock.test:7775").status_code == 200
    assert put(policy, Host="other.test").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://localhost:7775"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://localhost:7775", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_cross_site_requests_are_refused(headers: dict[str, str]) -> None:
    answer = put(None, **headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:7775", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_its_own_pages_and_the_address_bar_are_answered(headers: dict[str, str]) -> None:
    assert put(None, **headers).status_code == 200


def test_an_origin_can_be_allowed_preflight_included() -> None:
    policy = AdminPolicy(allow_origins=("http://localhost:3000",), token="t")
    sent = {"Host": "localhost:7775", "Origin": "http://localhost:3000"}
    ask = {**sent, "Access-Control-Request-Method": "PUT"}
    preflight = client(policy).simulate_options("/__admin/scenario", headers=ask)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE"
    assert preflight.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    answer = put(policy, Origin="http://localhost:3000", Authorization="Bearer t")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert client().simulate_options("/__admin/scenario", headers=ask).status_code == 403


def test_a_token_is_asked_for_and_compared_as_a_whole() -> None:
    policy = AdminPolicy(token="sesame")
    for given in ("", "sesame", "Bearer", "Bearer sesam", "Bearer sesame2", "Basic sesame",
                  "Bearer s\xe9same"):  # fmt: skip
        answer = put(policy, Authorization=given)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert put(policy, Authorization="Bearer sesame").status_code == 200
    assert put(policy, Authorization="bearer sesame").status_code == 200


def test_health_tells_strangers_only_that_it_runs() -> None:
    guarded = client(AdminPolicy(token="sesame", loopback=False))
    assert guarded.simulate_get(HEALTH).json == {"status": "ok"}
    known = guarded.simulate_get(HEALTH, headers={"Authorization": "Bearer sesame"})
    assert known.json["scenario"] == "normal"


def test_beyond_loopback_any_host_is_answered_with_the_token() -> None:
    policy = AdminPolicy(loopback=False, token="sesame")
    assert put(policy, Host="mock.test", Authorization="Bearer sesame").status_code == 200
    assert put(policy, Host="mock.test").status_code == 401


def test_it_can_be_switched_off() -> None:
    assert put(AdminPolicy(enabled=False)).status_code == 404


def test_the_api_itself_is_open_to_every_host() -> None:
    answer = client().simulate_post("/api/v2/auth/token", headers={"Host": "evil.example"})
    assert answer.json["code"] == 1940103
