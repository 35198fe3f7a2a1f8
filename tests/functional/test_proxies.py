"""Behind a proxy on loopback that ends TLS."""

from __future__ import annotations

import pytest
from falcon.testing import Result, TestClient

from mockserver import create_app
from mockserver.http.admin.policy import AdminPolicy
from tests.helpers.text import SHIPPED

ALLOWED = AdminPolicy(allow_hosts=("mock.test",))


def post(policy: AdminPolicy | None = None, peer: str = "127.0.0.1", **headers: str) -> Result:
    """Make a sandbox; keyword arguments are headers."""
    sent = {"Host": "127.0.0.1:7775"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    app = TestClient(create_app(SHIPPED, admin=policy))
    return app.simulate_post("/__admin/sandboxes", headers=sent, extras={"REMOTE_ADDR": peer})


def base(answer: Result) -> str:
    """What comes before the sandbox in its `api_url`."""
    assert answer.status_code == 201, answer.text
    return str(answer.json["api_url"]).partition("/__sandbox/")[0]


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({}, "http://127.0.0.1:7775"),
        ({"X_Forwarded_Proto": "https"}, "https://127.0.0.1:7775"),
        ({"X_Forwarded_Proto": "HTTPS, http"}, "https://127.0.0.1:7775"),
        ({"X_Forwarded_Host": "localhost:8443"}, "http://localhost:8443"),
        ({"X_Forwarded_Proto": "https", "X_Forwarded_Host": "LOCALHOST.:443"}, "https://localhost"),
        ({"X_Forwarded_Proto": "https", "X_Forwarded_Host": "mock.test, 127.0.0.1"},
         "https://mock.test"),
        ({"X_Forwarded_Proto": "https", "Host": "localhost:8443"}, "https://localhost:8443"),
        ({"X_Forwarded_Proto": "", "X_Forwarded_Host": " "}, "http://127.0.0.1:7775"),
        ({"X_Forwarded_Proto": "javascript"}, "http://127.0.0.1:7775"),
        ({"X_Forwarded_Proto": "https://evil.example/#"}, "http://127.0.0.1:7775"),
    ],
)  # fmt: skip
def test_it_decides_the_api_url(headers: dict[str, str], url: str) -> None:
    assert base(post(ALLOWED, **headers)) == url


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_its_https_origin_is_the_own_one(peer: str) -> None:
    said = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "localhost:8443"}
    assert post(None, peer, Origin="https://localhost:8443", **said).status_code == 201
    for origin in ("http://localhost:8443", "https://localhost", "http://127.0.0.1:7775"):
        assert post(None, peer, Origin=origin, **said).status_code == 403


@pytest.mark.parametrize("peer", ["192.168.1.5", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "x"])
def test_what_any_other_peer_says_does_not_count(peer: str) -> None:
    said = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.example"}
    assert base(post(None, peer, **said)) == "http://127.0.0.1:7775"
    assert post(None, peer, Origin="https://evil.example", **said).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7775", "localhost, evil.example"])
def test_a_page_that_has_rebound_its_name_gains_nothing_by_it(host: str) -> None:
    """Such a page is same-origin with the mock, so that it may set the headers of a proxy."""
    page = {"Host": "evil.example:7775", "Origin": "http://evil.example:7775"}
    assert post(None, X_Forwarded_Host=host, **page).status_code == 403
    assert post(None, X_Forwarded_Proto="https", X_Forwarded_Host=host, **page).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example, localhost", "localhost/evil", "a@localhost", "localhost:x",
     "[::1", "localhost#", "\\localhost"],
)  # fmt: skip
def test_a_name_that_a_proxy_hides_behind_its_own_host_is_checked(host: str) -> None:
    answer = post(None, X_Forwarded_Host=host, Origin=f"http://{host}")
    assert answer.status_code == 403
    assert "X-Forwarded-Host" in answer.json["detail"]


@pytest.mark.parametrize("name", ["Host", "X_Forwarded_Host"])
@pytest.mark.parametrize("host", ["a/b?c", "a b", "a@b", "<script>", "x:y", "a, b", ""])
def test_what_is_malformed_is_never_part_of_a_url(name: str, host: str) -> None:
    """Beyond loopback any host is answered, with the token."""
    policy = AdminPolicy(loopback=False, token="t")
    first = host.partition(",")[0] if name == "X_Forwarded_Host" else ""
    url = base(post(policy, Authorization="Bearer t", **{name: host}))
    own = "http://falconframework.org" if name == "Host" else "http://127.0.0.1:7775"
    assert url == (f"http://{first}" if first == "a" else own)


def test_the_openapi_document_has_the_same_server() -> None:
    app = TestClient(create_app(SHIPPED))
    sent = {"Host": "localhost:8443", "X-Forwarded-Proto": "https"}
    found = app.simulate_get("/__admin/openapi.json", headers=sent).json
    assert found["servers"][0]["url"] == "https://localhost:8443/api/v2"
