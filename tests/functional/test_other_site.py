"""The warning that a browser drops the cookie, because page and mock have different names."""

from __future__ import annotations

import pytest

from mockserver.api.trace import short_reason
from mockserver.record.log_line import TextLines
from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import GET

FIXTURES = "{users: [{username: a, password: secret-of-a, token: t}]}"
FORM = "username=a&password={}&g-recaptcha-response=ok"
PAGE = "http://127.0.0.1:3000"
HINT = (
    "warning: browsers drop the cookie between http://localhost and a page on "
    "http://127.0.0.1:3000, which are two sites: "
    "open the page on http://localhost:3000, or call the mock on http://127.0.0.1"
)


def log_in(app: Mock, origin: str | None, password: str = "secret-of-a", path: str = "") -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    headers |= {} if origin is None else {"Origin": origin}
    result = app.client.simulate_post(
        path or "/api/v2/auth/login", headers=headers, body=FORM.format(password)
    )
    code = result.json["code"]
    assert isinstance(code, int)
    return code


def warnings(app: Mock) -> list[str]:
    found = app.admin("GET", "/requests?limit=1").json["requests"][0]["warnings"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_a_login_from_a_page_on_another_name_says_so(mock: MakeMock, profile: str) -> None:
    app = mock(FIXTURES.replace("t}", "null}"), profile=profile)
    assert log_in(app, PAGE) == 1220001
    entry = app.admin("GET", "/requests").json["requests"][0]
    assert entry["warnings"] == [HINT]
    assert entry["explain"][-1] == HINT
    assert app.why == f"user a logged in; {HINT}"
    assert short_reason(entry["explain"]) == app.why
    line = TextLines()(entry["time"], None, app.exchanges[-1])
    assert " 200 1220001 a " in line
    assert line.endswith(f"  user a logged in; {HINT}")


@pytest.mark.parametrize(("profile", "code"), [("documented", 1940103), ("server", 1940102)])
def test_a_request_that_lacks_the_cookie_says_so(mock: MakeMock, profile: str, code: int) -> None:
    app = mock(FIXTURES, profile=profile)
    assert app.call(GET, Origin=PAGE).code == code
    assert app.why == f"no cookie named animeloop.auth.sid; {HINT}"
    assert warnings(app) == [HINT]


@pytest.mark.parametrize(
    ("host", "origin", "advice"),
    [
        ("127.0.0.1:7775", "http://localhost:3000",
         "open the page on http://127.0.0.1:3000, or call the mock on http://localhost:7775"),
        ("[::1]:7775", "http://localhost:3000",
         "open the page on http://[::1]:3000, or call the mock on http://localhost:7775"),
        ("127.0.0.2", "http://127.0.0.1",
         "open the page on http://127.0.0.2, or call the mock on http://127.0.0.1"),
        ("LOCALHOST.:7775", "http://[0::1]:3000",
         "open the page on http://localhost:3000, or call the mock on http://[::1]:7775"),
    ],
)  # fmt: skip
def test_the_advice_has_both_ways_out(mock: MakeMock, host: str, origin: str, advice: str) -> None:
    app = mock(FIXTURES)
    app.call(GET, Host=host, Origin=origin)
    assert app.why.endswith(f"which are two sites: {advice}")


@pytest.mark.parametrize(
    "origin",
    [None, "http://localhost:3000", "http://localhost", "http://LOCALHOST.:1", "null", "",
     "http://example.org", "http://evil.localhost:1", "http://127.0.0.1:3000/path",
     "http://127.0.0.1:" + "0" * 100],
)  # fmt: skip
def test_other_pages_get_no_warning(mock: MakeMock, origin: str | None) -> None:
    app = mock(FIXTURES)
    log_in(app, origin)
    app.call(GET, **({} if origin is None else {"Origin": origin}))
    assert [exchange.outcome is not None for exchange in app.exchanges] == [True, True]
    assert "warning" not in "".join(exchange.why for exchange in app.exchanges)


def test_a_page_does_not_matter_if_another_host_is_asked(mock: MakeMock) -> None:
    app = mock(FIXTURES)
    app.call(GET, Host="mock.example", Origin=PAGE)
    assert app.why == "no cookie named animeloop.auth.sid"


def test_what_neither_sets_nor_lacks_a_cookie_gets_no_warning(mock: MakeMock) -> None:
    app = mock(FIXTURES)
    assert log_in(app, PAGE, "wrong-secret") == 1940106
    sandbox = app.admin("POST", "/sessions", {"username": "a"}).json
    app.call(GET, sandbox["cookie_header"], Origin=PAGE)
    app.call(GET, "animeloop.auth.sid=tampered", Origin=PAGE)
    app.call(GET, Origin=PAGE, Prefer="code=1320001")
    app.call(GET, Origin=PAGE, Prefer="scenario=malformed-json")
    app.call("/auth/verify", None, "GET", Origin=PAGE)
    assert len(app.exchanges) == 6 + 1, "and the write of the session"
    assert "two sites" not in "".join(exchange.why for exchange in app.exchanges)
