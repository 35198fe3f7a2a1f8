"""The journal holds what clients sent and what they got, without secrets and within bounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.api.profiles import PROFILES
from mockserver.record.transcript import MAX_BODY_BYTES
from tests.helpers.app import Mock
from tests.helpers.text import GET, NEW, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")
PREFLIGHT = {"Origin": "http://a", "Access-Control-Request-Method": "POST"}
LOGIN = "/api/v2/auth/login"


@pytest.fixture(params=sorted(PROFILES))
def mock(request: pytest.FixtureRequest) -> Mock:
    return Mock(SHIPPED, profile=request.param)


def latest(mock: Mock) -> dict[str, Any]:
    (entry,) = mock.admin("GET", "/requests?order=newest&limit=1").json["requests"]
    assert isinstance(entry, dict)
    return entry


def sent_headers(result: Any) -> dict[str, str]:
    """The headers of a reply that the application itself sends, without the server's `Date`."""
    return {name.lower(): value for name, value in result.headers.items()}


def journalled(entry: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in entry["response"]["headers"].items()}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/api/v2" + GET, {}),
        ("POST", "/api/v2" + GET, {"Origin": "http://a", "Prefer": "code=1940103"}),
        ("POST", "/api/v2" + GET, {"Prefer": "code=7"}),
        ("POST", "/api/v2" + GET, {"Prefer": "scenario=bad-gateway"}),
        ("POST", "/api/v2" + GET, {"Prefer": "scenario=malformed-json"}),
        ("PUT", "/api/v2" + GET, {}),
        ("POST", "/nope", {}),
        ("OPTIONS", "/api/v2" + GET, {}),
        (
            "OPTIONS",
            "/api/v2" + GET,
            {"Origin": "http://a", "Access-Control-Request-Method": "POST"},
        ),
        ("GET", "/api/v2/auth/verify", {}),
        ("GET", "/api/v2/auth/verify", {"If-None-Match": "*"}),
        ("HEAD", "/api/v2/auth/verify", {}),
    ],
)
def test_the_reply_is_the_one_that_was_sent(
    mock: Mock, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = mock.client.simulate_request(method, path, headers=headers)
    entry = latest(mock)
    assert journalled(entry) == sent_headers(reply)
    assert entry["status"] == reply.status_code
    if method != "HEAD":
        assert entry["response"]["body"] == reply.text
    for name, value in headers.items():
        assert entry["request"]["headers"][name] == value


def test_a_login_shows_fields_without_secrets_and_the_cookie_without_signature(mock: Mock) -> None:
    mock.admin("PUT", "/users/kyon777", {"password": "imjohnsmith777"})
    fields = {"username": "kyon777", "password": "imjohnsmith777", "g-recaptcha-response": "okay"}
    reply = mock.client.simulate_post(LOGIN, json=fields, query_string="a=b")
    entry = latest(mock)
    assert entry["code"] == 1220001
    assert entry["request"]["query"] == "a=b"
    assert '"username":"kyon777"' in entry["request"]["body"]
    signature = reply.headers["set-cookie"].partition(";")[0].rpartition(".")[2]
    for secret in ("imjohnsmith777", "okay", signature):
        assert secret not in str(entry)
    assert entry["response"]["headers"]["Set-Cookie"].endswith("HttpOnly")


def test_a_body_that_nobody_reads_is_held_too(mock: Mock) -> None:
    headers = {"Cookie": ALICE, "Content-Type": "text/plain"}
    mock.client.simulate_post("/api/v2" + NEW, headers=headers, body="hello")
    assert latest(mock)["request"]["body"] == "hello"


def test_bodies_are_cut_and_say_so(mock: Mock) -> None:
    headers = {"Cookie": ALICE, "Content-Type": "text/plain"}
    for length, truncated in ((MAX_BODY_BYTES, False), (MAX_BODY_BYTES + 1, True)):
        mock.client.simulate_post("/api/v2" + NEW, headers=headers, body="x" * length)
        sent = latest(mock)["request"]
        assert (len(sent["body"]), sent["truncated"]) == (MAX_BODY_BYTES, truncated)


def test_requests_are_found_newest_first(mock: Mock) -> None:
    for path in (GET, NEW, GET):
        mock.call(path, ALICE)
    _, second, third = (entry["id"] for entry in mock.admin("GET", "/requests").json["requests"])
    document = mock.admin("GET", "/requests?order=newest&limit=2").json
    ids = [entry["id"] for entry in document["requests"]]
    assert (ids, document["total"]) == ([third, second], 3)
    assert third == second + 1


def test_a_har_has_each_entry_with_its_explanation(mock: Mock) -> None:
    mock.call(GET, ALICE)
    mock.call(NEW)
    log = mock.admin("GET", f"/requests.har?endpoint={NEW}").json["log"]
    (entry,) = log["entries"]
    assert entry["request"]["url"] == "http://localhost/api/v2" + NEW
    assert entry["response"]["content"]["text"].startswith('{"status":"error"')
    assert entry["comment"] == "no cookie named animeloop.auth.sid"


def test_a_har_has_the_cookies_without_signatures(mock: Mock) -> None:
    mock.admin("PUT", "/users/kyon777", {"password": "imjohnsmith777"})
    fields = {"username": "kyon777", "password": "imjohnsmith777", "g-recaptcha-response": "okay"}
    reply = mock.client.simulate_post(LOGIN, json=fields, headers={"Cookie": "a=b; =x; c"})
    mock.call(GET, ALICE)
    first, second = mock.admin("GET", "/requests.har").json["log"]["entries"]
    assert first["request"]["cookies"] == [{"name": "a", "value": "b"}]
    (made,) = first["response"]["cookies"]
    sent = reply.cookies["animeloop.auth.sid"]
    assert made.pop("value") == sent.value.rpartition(".")[0] + ".[signature]"
    assert datetime.fromisoformat(made.pop("expires")) == sent.expires
    assert made == {"name": "animeloop.auth.sid", "path": "/", "httpOnly": True, "secure": False}
    (held,) = second["request"]["cookies"]
    assert held == {"name": "animeloop.auth.sid", "value": "s%3Asession-of-alice.[signature]"}
    assert second["response"]["cookies"] == []


def test_a_har_has_the_length_of_the_body_that_was_sent(
    mock: Mock, request: pytest.FixtureRequest
) -> None:
    fields = {"username": "alice", "password": "suzumiya", "g-recaptcha-response": "03AHJ"}
    mock.send_form("POST", "/api/v2/auth/login", None, fields)
    mock.call(GET)
    sent, empty = mock.admin("GET", "/requests.har").json["log"]["entries"]
    assert sent["request"]["bodySize"] == len(urlencode(fields))
    assert len(sent["request"]["postData"]["text"]) != len(urlencode(fields))
    assert empty["request"]["bodySize"] == 0
    assert sent["response"]["bodySize"] == len(sent["response"]["content"]["text"])
    mock.call(GET, ALICE, "GET" if "dashboard" in request.node.name else "POST")
    *_, hidden = mock.admin("GET", "/requests.har").json["log"]["entries"]
    assert "[redacted]" in hidden["response"]["content"]["text"]
    assert hidden["response"]["bodySize"] == -1
