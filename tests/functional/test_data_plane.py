"""The endpoints through the WSGI application, without sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
from msgspec import Struct

from mockserver import create_app
from mockserver.api.catalog import DOCUMENTED_PAIRS, ENDPOINTS, PAIRS_OF_PAGE
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.profiles import DOCUMENTED as DOCUMENTED_PROFILE
from mockserver.api.service import Service
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.api.trace import Trace
from mockserver.credentials import cookies
from mockserver.errors import UsageError
from mockserver.fixtures import load_fixtures
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import NO_PREFERENCES
from mockserver.sandbox.decide import Decider
from mockserver.sandbox.reachability import reached
from mockserver.sandbox.rules import Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.waits import Delays
from tests.helpers.app import Answer, MakeMock, ManualClock, Mock, no_pause
from tests.helpers.text import (
    DOCUMENTED_COOKIE,
    DOCUMENTED_TOKEN,
    GET,
    NEW,
    REVOKE,
    SECRET,
    SHIPPED,
    cookie,
)
from tests.helpers.ways import FORM, JSON, BodyType

pytestmark = pytest.mark.usefixtures("state_kind")

PATHS = [GET, NEW, REVOKE]
DOCUMENTED = cookies.header(DOCUMENTED_COOKIE)
TAMPERED = cookies.header(cookies.encode("session-of-alice", cookies.sign("session-of-alice", "x")))

# A cookie for each way to be answered, and the code from each endpoint (get, new, revoke).
DECISIONS = {
    "no cookie": (None, 1940103, 1940103, 1940103),
    "another cookie": ("sid=x", 1940103, 1940103, 1940103),
    "an empty cookie": ("animeloop.auth.sid=", 1940102, 1940102, 1940102),
    "not signed": ("animeloop.auth.sid=session-of-alice", 1940102, 1940102, 1940102),
    "no signature": ("animeloop.auth.sid=s%3Asession", 1940102, 1940102, 1940102),
    "tampered": (TAMPERED, 1940102, 1940102, 1940102),
    "wrong signature for a pinned session": (
        cookie("4VtJUXAabKIew3Wib8scACX1lDZK6Z3d"), 1940102, 1940102, 1940102),
    "unknown session": (cookie("nobody-knows-it"), 1940103, 1940103, 1940103),
    "expired session": (cookie("session-expired"), 1940103, 1940103, 1940103),
    "session without a user": (cookie("session-without-user"), 1940103, 1940103, 1940103),
    "the user is gone": (cookie("session-of-gone"), 1940102, 1940102, 1940102),
    "the user's database is down": (cookie("session-of-dbdown"), 1950301, 1950301, 1950301),
    "the user's database is read-only": (cookie("session-of-readonly"), 1320001, 1950301, 1950301),
    "a user without token": (cookie("session-of-bob"), 1340401, 1320002, 1320003),
    "a user with a token": (cookie("session-of-alice"), 1320001, 1320002, 1320003),
    "the documentation's cookie": (DOCUMENTED, 1320001, 1320002, 1320003),
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", DECISIONS)
def test_each_cookie_is_answered_with_the_documented_code(
    shipped: Mock, name: str, path: str
) -> None:
    cookie_header, *codes = DECISIONS[name]
    answer = shipped.call(path, cookie_header)
    assert (answer.status, answer.code) == (200, codes[PATHS.index(path)])
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_the_sessions_reach_all_documented_pairs_of_the_token_page() -> None:
    found = {
        (path, code)
        for _, *codes in DECISIONS.values()
        for path, code in zip(PATHS, codes, strict=True)
    }
    pairs = PAIRS_OF_PAGE[TOKENS.name]
    assert found == {(endpoint.path, code.number) for endpoint, code in pairs}


SHIPPED_WAYS = reached(load_fixtures(SHIPPED), DOCUMENTED_PROFILE, ManualClock(), "normal")


@pytest.mark.parametrize("body_type", [FORM, JSON])
@pytest.mark.parametrize(
    ("endpoint", "code"), DOCUMENTED_PAIRS, ids=lambda v: getattr(v, "path", None) or str(v.number)
)
def test_the_shipped_fixtures_reach_all_documented_pairs(
    shipped: Mock, endpoint: Endpoint, code: Code, body_type: BodyType
) -> None:
    answer = shipped.go(endpoint, SHIPPED_WAYS[endpoint, code], body_type)
    assert answer.text == Reply(code, answer_data(code, answer.json)).body().decode()


def answer_data(code: Code, document: Any) -> Struct | None:
    """The data of a reply, of the documented type."""
    example = code.example
    assert not isinstance(example, tuple)
    return None if example is None else msgspec.convert(document["data"], type(example))


def test_the_documentations_cookie_gets_the_documentations_token(shipped: Mock) -> None:
    assert shipped.call(GET, DOCUMENTED).token == DOCUMENTED_TOKEN


def test_a_token_is_got_replaced_and_revoked(shipped: Mock) -> None:
    first = shipped.call(GET, DOCUMENTED).token
    second = shipped.call(NEW, DOCUMENTED).token
    third = shipped.call(NEW, DOCUMENTED).token
    assert len({first, second, third}) == 3, "also while the clock stands still"
    assert shipped.call(GET, DOCUMENTED).token == third
    assert shipped.call(REVOKE, DOCUMENTED).json["data"] == {}
    assert shipped.call(GET, DOCUMENTED).code == 1340401
    assert shipped.call(REVOKE, DOCUMENTED).code == 1320003, "also when there is none"
    assert shipped.call(GET, cookie("session-of-alice")).code == 1320001, "others keep theirs"


def test_a_new_token_verifies_with_the_secret_of_the_fixtures(mock: MakeMock) -> None:
    secret = "a secret of the fixtures, long enough for PyJWT"
    app = mock(f"{{secrets: {{jwt: '{secret}'}}, users: [{{username: a}}], "
               "sessions: [{sid: s, username: a}]}")  # fmt: skip
    claims = jwt.decode(app.call(NEW, cookie("s")).token, secret, algorithms=["HS256"])
    assert claims == {"username": "a", "date": "2026-01-01T12:00:00.000Z"}


def test_every_configured_secret_verifies(mock: MakeMock) -> None:
    app = mock("{secrets: {session: [new, old]}, sessions: [{sid: s}]}")
    assert app.call(GET, cookie("s", "old")).code == 1940103
    assert app.exchanges[-1].outcome is not None
    assert app.exchanges[-1].outcome.trace.sentences() == [
        "signature verifies with secret 2 of 2",
        "session s has no user in it",
    ]
    assert app.call(GET, cookie("s", SECRET)).code == 1940102
    assert app.why == "signature does not verify with any of 2 secrets"


def test_a_session_expires_unless_it_is_used(mock: MakeMock) -> None:
    app = mock("{users: [{username: a}], sessions: [{sid: s, username: a, ttl: 1h}]}")
    for _ in range(3):
        app.clock.advance(3_599_999)
        assert app.call(GET, cookie("s")).code == 1340401
    app.clock.advance(3_600_000)
    assert app.call(GET, cookie("s")).code == 1940103
    assert app.why == "session s expired 0 ms ago"


def test_digits_of_the_code_become_the_status_on_request(mock: MakeMock) -> None:
    users = "{users: [{username: a}], sessions: [{sid: s, username: a}]}"
    app = mock(users, http_status="from-code")
    assert app.call(GET, cookie("s")).status == 404
    assert app.call(GET).status == 401
    assert app.call(GET, "animeloop.auth.sid=x").status == 401
    assert app.call(NEW, cookie("s")).status == 200
    assert app.call(NEW, cookie("s"), prefer="scenario=db-down").status == 503
    assert app.call("/api/v2/nothing").status == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_bad_requests(shipped: Mock, method: str, path: str) -> None:
    answer = shipped.call(path, DOCUMENTED, method)
    assert answer.status == 400
    body = '{"status":"error","code":400,"message":"Bad request"}'
    assert answer.text == ("" if method == "HEAD" else body)
    assert shipped.exchanges[-1].code == 400
    reasons = {"OPTIONS": "OPTIONS is answered only as a CORS preflight"}
    assert shipped.why == reasons.get(method, f"no {method} on this path")


@pytest.mark.parametrize(
    "path",
    ["/", "/api/v2", "/api/v2/auth", "/api/v2/auth/token/", "/api/v2/auth/token/newer",
     "/api/v2/auth/token/new/x", "/API/v2/auth/token", "/api/v2//auth/token",
     "//api/v2/auth/token", "///api/v2/auth/token/new", "/api/v1/auth/token", "/favicon.ico"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_other_paths_are_bad_requests(shipped: Mock, path: str, method: str) -> None:
    answer = shipped.call(path, DOCUMENTED, method)
    assert (answer.status, answer.code) == (400, 400)
    assert shipped.why.partition(";")[0] == "no such path"


@pytest.mark.parametrize(
    "path", [endpoint.path for endpoint in ENDPOINTS if endpoint.sample_sends_get]
)
def test_get_is_answered_like_post_with_a_warning(mock: MakeMock, path: str) -> None:
    users = "{users: [{username: a, token: t}], sessions: [{sid: s, username: a}]}"
    by_post = mock(users).call(path, cookie("s"))
    app = mock(users)
    by_get = app.call(path, cookie("s"), "GET")
    assert by_get == by_post
    assert "warning: GET is answered like POST here" in app.why


@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if not endpoint.sample_sends_get],
    ids=lambda endpoint: endpoint.path,
)
def test_no_other_endpoint_takes_another_method(shipped: Mock, endpoint: Endpoint) -> None:
    for method in {"GET", "POST"} - {endpoint.method}:
        answer = shipped.call(endpoint.path, DOCUMENTED, method)
        assert (answer.status, answer.code) == (400, 400)
        assert shipped.why == f"no {method} on this path"


def test_pages_of_any_origin_may_use_the_cookie_and_read_the_reply(shipped: Mock) -> None:
    for answer in (
        shipped.call(GET, DOCUMENTED, Origin="http://localhost:3000"),
        shipped.call("/nothing", Origin="http://localhost:3000"),
        shipped.call(GET, Origin="http://localhost:3000", prefer="scenario=nothing"),
    ):
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["access-control-expose-headers"] == "Preference-Applied"
        assert answer.headers["vary"] == "Origin"


def test_without_origin_no_origin_is_allowed(shipped: Mock) -> None:
    answer = shipped.call(GET)
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "Origin"


def test_a_preflight_allows_what_the_endpoints_take(shipped: Mock) -> None:
    answer = shipped.call(
        NEW, None, "OPTIONS", Origin="http://localhost:3000", Access_Control_Request_Method="POST"
    )
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["access-control-allow-methods"] == "POST, GET"
    assert allowed_headers(answer) == USUAL_HEADERS
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert answer.headers["access-control-allow-credentials"] == "true"


USUAL_HEADERS = [
    "accept", "authorization", "content-length", "content-type", "prefer", "x-requested-with",
]  # fmt: skip


def allowed_headers(answer: Answer) -> list[str]:
    return sorted(answer.headers["access-control-allow-headers"].lower().split(", "))


@pytest.mark.parametrize("further", [["X-Trace", "accept"], "X-Trace, accept"])
def test_further_headers_can_be_allowed(mock: MakeMock, further: object) -> None:
    answer = mock("{}", cors_allow_header=further).call(
        NEW, None, "OPTIONS", Origin="http://localhost:3000", Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="x-trace,x-other",
    )  # fmt: skip
    assert allowed_headers(answer) == [*USUAL_HEADERS, "x-trace"]


def test_a_preflight_that_asks_for_more_is_told_in_the_log(mock: MakeMock) -> None:
    app = mock("{}", cors_allow_header="X-Trace")
    asked = "x-trace,accept,x-other"
    app.call(
        NEW, None, "OPTIONS", Origin="http://localhost:3000", Access_Control_Request_Method="POST",
        Access_Control_Request_Headers=asked,
    )  # fmt: skip
    assert app.why == "CORS preflight; not allowed: x-other"


def test_what_is_no_header_name_is_refused() -> None:
    with pytest.raises(UsageError, match="cors_allow_header: expected the name of a header"):
        create_app(SHIPPED, cors_allow_header="X Trace")


def test_a_preflight_for_an_unknown_path_is_a_bad_request(shipped: Mock) -> None:
    answer = shipped.call(
        "/nothing", None, "OPTIONS", Origin="http://x", Access_Control_Request_Method="POST"
    )
    assert answer.status == 400


def test_a_forced_success_shows_no_token_of_an_expired_session(mock: MakeMock) -> None:
    app = mock(
        "{users: [{username: a, token: secret}], sessions: [{sid: s, username: a, ttl: 1s}]}"
    )
    assert app.call(GET, cookie("s"), prefer="code=1320001").token == "secret"
    app.clock.advance(1000)
    assert app.call(GET, cookie("s"), prefer="code=1320001").token == DOCUMENTED_TOKEN


def test_a_reload_starts_anew_and_repeats_no_token(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("{users: [{username: a}], sessions: [{sid: s, username: a}]}")
    fixtures = load_fixtures(path)
    rules = Rules(ManualClock(), DOCUMENTED_PROFILE, scenario="db-recovers")
    sandbox = Sandbox("default", fixtures, rules)

    def ask(endpoint: Endpoint) -> Reply | None:
        presented = cookies.presented(cookie("s"))
        read = sandbox.begin(endpoint, presented, NO_PREFERENCES)
        decider = Decider(sandbox, Service(DOCUMENTED_PROFILE), Delays(no_pause))
        outcome, changes = decider.decide(read, endpoint, presented, NO_PREFERENCES, Trace())
        sandbox.commit(read, changes, Exchange("POST", endpoint.path, 200))
        return outcome.reply

    def code(endpoint: Endpoint) -> int:
        reply = ask(endpoint)
        assert reply is not None
        return reply.code.number

    assert [code(NEW_TOKEN) for _ in range(3)] == [1950301, 1950301, 1320002]
    first = ask(NEW_TOKEN)
    sandbox.reload(fixtures)
    assert [code(GET_TOKEN) for _ in range(3)] == [1950301, 1950301, 1340401]
    second = ask(NEW_TOKEN)
    assert first is not None
    assert second is not None
    assert first.data != second.data


@pytest.mark.in_memory
def test_a_bug_of_the_mock_is_told_as_such(
    shipped: Mock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Sandbox, "begin", lambda *_: 1 / 0)
    answer = shipped.call(GET)
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text
