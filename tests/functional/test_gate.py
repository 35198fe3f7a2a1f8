"""Who may call the control plane."""

from __future__ import annotations

import pytest
from falcon.testing import Result, TestClient

from mockserver import MockServer, create_app
from mockserver.errors import UsageError
from mockserver.http.admin.policy import AdminPolicy
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED

HEALTH = "/__admin/health"


def client(policy: AdminPolicy | None = None) -> TestClient:
    app = create_app(SHIPPED, admin=policy)
    return TestClient(app, headers={"Host": "localhost"})


def put(policy: AdminPolicy | None = None, **headers: str) -> Result:
    """A write, with these headers beside a Host of loopback."""
    sent = {"Host": "localhost:7775", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client(policy).simulate_put("/__admin/scenario", headers=sent, body='{"name":"normal"}')


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:7775", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:7775", "LocalHost",
     "localhost.", "localhost:", "LOCALHOST.:7775", "127.0.0.1:", "[0:0:0:0:0:0:0:1]"],
)  # fmt: skip
def test_loopback_hosts_are_answered(host: str) -> None:
    assert put(Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "2130706433", "0.0.0.0",
     "127.1", "[::ffff:127.0.0.1]", "::1", "localhost:x", "a@localhost", "",
     "localhost..", "localhost, localhost", "localhost,evil.example", "evil.example, localhost",
     "evil.localhost", "localhost/", "localhost\\evil.example"],
)  # fmt: skip
def test_dns_rebinding_is_refused(host: str) -> None:
    answer = put(Host=host)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("target", ["http://evil.example/__admin/health", "http:///__admin/health"])
@pytest.mark.parametrize("variable", ["REQUEST_URI", "RAW_URI"])
def test_the_host_of_an_absolute_target_is_checked_too(variable: str, target: str) -> None:
    app = client()
    assert app.simulate_get(HEALTH, extras={variable: target}).status_code == 403
    own = "http://LOCALHOST:7775/__admin/health"
    assert app.simulate_get(HEALTH, extras={variable: own}).status_code == 200


def test_a_host_can_be_allowed_in_any_spelling() -> None:
    policy = AdminPolicy(allow_hosts=("Mock.Test.", "fe80::A"))
    assert policy.allow_hosts == ("mock.test", "[fe80::a]")
    for host in ("mock.test:7775", "MOCK.TEST", "mock.test.", "[FE80:0::a]:1"):
        assert put(policy, Host=host).status_code == 200
    for host in ("other.test", "a.mock.test", "mock.test.evil.example"):
        assert put(policy, Host=host).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://localhost:7775"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:7775, http://evil.example"},
        {"Origin": "http://localhost:7775/"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost.evil.example:7775"},
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
        {"Origin": "http://LOCALHOST.:7775"},
        {"Origin": "http://localhost", "Host": "localhost:80"},
        {"Origin": "http://localhost:80", "Host": "localhost:"},
        {"Origin": "http://[::1]:7775", "Host": "[::1]:7775"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_its_own_pages_and_the_address_bar_are_answered(headers: dict[str, str]) -> None:
    assert put(None, **headers).status_code == 200


def test_an_origin_can_be_allowed_preflight_included() -> None:
    policy = AdminPolicy(allow_origins=("HTTP://LocalHost.:03000",), token="t")
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
    assert guarded.simulate_head(HEALTH).status_code == 200
    known = guarded.simulate_get(HEALTH, headers={"Authorization": "Bearer sesame"})
    assert known.json["scenario"] == "normal"
    assert guarded.simulate_post(HEALTH).status_code == 401


@pytest.mark.parametrize("token", ["", "sesame ", "\tsesame", "ses\name", "s\xe9same", "sesame\n"])
def test_a_token_that_no_client_can_send_is_refused_at_start(token: str) -> None:
    with pytest.raises(UsageError, match="token: expected a token") as refused:
        AdminPolicy(token=token)
    assert "\n" not in str(refused.value)
    with pytest.raises(UsageError, match="admin_token: expected "):
        MockServer(SHIPPED, admin_token=token)


def test_entries_that_can_never_match_are_refused_at_start() -> None:
    with pytest.raises(UsageError, match=r"allow_hosts: expected .*, not 'mock.test:80'"):
        AdminPolicy(allow_hosts=("mock.test", "mock.test:80"))
    with pytest.raises(UsageError, match=r"allow_origins: expected .*, not 'http://a/b'"):
        AdminPolicy(allow_origins=("http://a/b",))
    with pytest.raises(UsageError, match="allow_hosts: expected a tuple"):
        AdminPolicy(allow_hosts="mock.test")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="admin_allow_host: expected"):
        MockServer(SHIPPED, admin_allow_host=["mock.test:80"])
    with pytest.raises(UsageError, match="admin_allow_origin: expected"):
        MockServer(SHIPPED, admin_allow_origin="null")


def test_beyond_loopback_a_token_is_not_optional() -> None:
    with pytest.raises(UsageError, match="token: expected a token"):
        AdminPolicy(loopback=False)
    assert not AdminPolicy(loopback=False, enabled=False).enabled


def test_beyond_loopback_any_host_is_answered_with_the_token() -> None:
    policy = AdminPolicy(loopback=False, token="sesame")
    assert put(policy, Host="mock.test", Authorization="Bearer sesame").status_code == 200
    assert put(policy, Host="mock.test").status_code == 401


@pytest.mark.parametrize("token", [None, "sesame"])
def test_switched_off_it_answers_health_checks_alone(token: str | None) -> None:
    off = client(AdminPolicy(enabled=False, token=token))
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    assert off.simulate_get(HEALTH, headers=sent).json == {"status": "ok"}
    assert off.simulate_head(HEALTH).status_code == 200
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert off.simulate_request(method, HEALTH).status_code == 404
    for path in ("/users", "", "/", "/nope", "/health/", "/sandboxes/default/health"):
        assert off.simulate_get("/__admin" + path).status_code == 404
    assert off.simulate_get(HEALTH, headers={"Host": "evil.example"}).status_code == 403


def test_head_of_health_has_the_headers_of_get_and_no_body() -> None:
    for path in (HEALTH, "/__admin/sandboxes/default/health"):
        head, get = client().simulate_head(path), client().simulate_get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == get.headers


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/health", {"GET", "HEAD"}),
        ("/scenario", {"GET", "PUT", "DELETE"}),
        ("/users", {"GET"}),
        ("/reset", {"POST"}),
        ("/sandboxes", {"GET", "POST"}),
        ("/sandboxes/default/users/alice", {"GET", "PUT", "DELETE"}),
    ],
)
def test_a_405_tells_exactly_the_methods_that_work(path: str, methods: set[str]) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO"):
        answer = client().simulate_request(method, "/__admin" + path)
        assert (answer.status_code == 405) is (method not in methods), method
        if answer.status_code == 405:
            assert set(answer.headers["allow"].split(", ")) == methods
            if method != "HEAD":
                assert answer.json["detail"].endswith(f"takes {answer.headers['allow']}")


def test_every_reply_says_nosniff() -> None:
    alien = {"Host": "evil.example"}
    open_, guarded = client(), client(AdminPolicy(token="t"))
    preflight = {"Origin": "http://a", "Access-Control-Request-Method": "PUT"}
    replies = [
        (200, open_.simulate_get(HEALTH)),
        (200, open_.simulate_get("/__admin/use", query_string="username=alice")),
        (204, open_.simulate_post("/__admin/reset")),
        (204, client(AdminPolicy(allow_origins=("http://a",))).simulate_options(
            HEALTH, headers=preflight)),
        (401, guarded.simulate_get("/__admin/users")),
        (403, open_.simulate_get(HEALTH, headers=alien)),
        (404, open_.simulate_get("/__admin/nope")),
        (404, client(AdminPolicy(enabled=False)).simulate_get("/__admin/users")),
        (405, open_.simulate_put(HEALTH)),
        (422, open_.simulate_get(HEALTH, query_string="x=1")),
    ]  # fmt: skip
    for status, answer in replies:
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff", status
    api = open_.simulate_post("/api/v2/auth/token")
    assert "x-content-type-options" not in api.headers


def test_get_scenario_names_the_active_one() -> None:
    app = client()
    assert app.simulate_get("/__admin/scenario").json == {"name": "normal"}
    app.simulate_put("/__admin/scenario", json={"name": "db-down"})
    assert app.simulate_get("/__admin/scenario").json == {"name": "db-down"}
    assert app.simulate_get("/__admin/sandboxes/default/scenario").json == {"name": "db-down"}


def test_the_api_itself_is_open_to_every_host() -> None:
    answer = client().simulate_post("/api/v2/auth/token", headers={"Host": "evil.example"})
    assert answer.json["code"] == 1940103


def test_every_write_is_told_with_its_outcome_and_reads_are_not(shipped: Mock) -> None:
    shipped.admin("GET", "/users")
    shipped.admin("PUT", "/scenario", {"name": "db-down"})
    shipped.admin("DELETE", "/nope")
    shipped.admin("POST", "/reset", host="evil.example")
    told = [(one.method, one.path, one.status) for one in shipped.exchanges]
    assert told == [
        ("PUT", "/__admin/scenario", 200),
        ("DELETE", "/__admin/nope", 404),
        ("POST", "/__admin/reset", 403),
    ]
    assert "evil.example" in shipped.why
    assert shipped.admin("GET", "/requests").json["total"] == 0


def test_use_of_a_user_without_a_session_is_a_conflict_and_makes_none(shipped: Mock) -> None:
    shipped.admin("PUT", "/users/carl", {})
    before = shipped.admin("GET", "/health").json
    answer = shipped.admin("GET", "/use?username=carl")
    assert answer.status == 409
    assert "POST /__admin/sessions" in answer.json["detail"]
    assert "set-cookie" not in answer.headers
    assert shipped.admin("GET", "/health").json == before
