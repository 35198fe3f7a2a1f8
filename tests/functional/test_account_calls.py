"""The control plane's calls about passwords, verified users, addresses of sessions, and faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from falcon.testing import Result, TestClient

from mockserver.faults.servers import ANY_WSGI
from mockserver.fixtures import load_fixtures
from mockserver.http.app import make_app
from mockserver.record.exchange import Exchange
from mockserver.record.log_line import LOG_FORMATS, line_format
from mockserver.sandbox.control import Control
from mockserver.server.application import make_backend
from mockserver.server.settings import ServeSettings
from mockserver.state.model import Session, User
from mockserver.state.times import iso
from mockserver.state.waits import Delays, Wait
from tests.helpers.app import MakeMock, ManualClock
from tests.helpers.text import GET, NEW

pytestmark = pytest.mark.usefixtures("state_kind")

SECRET = "haruhi-suzumiya"
FIXTURES = f"""
users:
  - {{username: anna, uid: 1, email: a@example.org, password: {SECRET}, verified: false}}
  - {{username: ben}}
sessions:
  - {{sid: a, username: anna}}
"""


class Bench:
    """The application, and the state behind it."""

    def __init__(self, path: Path) -> None:
        path.write_text(FIXTURES)
        self.exchanges: list[Exchange] = []
        delays = Delays(Wait.sleep)
        self.backend: Control = make_backend(
            ServeSettings(), load_fixtures(path), ManualClock(), delays, ANY_WSGI
        )
        app = make_app(self.backend, "200", self.exchanges.append, delays=delays)
        self._client = TestClient(app, headers={"Host": "localhost"})

    def admin(self, method: str, path: str, body: object = None) -> Result:
        return self._client.simulate_request(method, "/__admin" + path, json=body)

    def user(self, name: str) -> User | None:
        return self.backend.default.store.find_user(name)

    def session(self, sid: str) -> Session:
        live = self.backend.default.store.load_session(sid)
        assert live is not None
        return live.session


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "fixtures.yaml")


def test_a_user_is_put_with_a_password(bench: Bench) -> None:
    body = {"uid": 3, "email": "c@x.org", "password": SECRET, "verified": False}
    put = bench.admin("PUT", "/users/carl", body)
    shown = {"username": "carl", "uid": 3, "email": "c@x.org", "verified": False, "token": None,
             "scenario": None, "admin": False, "avatar": None, "tokens": []}  # fmt: skip
    assert (put.status_code, put.json) == (201, shown)
    assert list(put.json) == list(shown)
    assert bench.user("carl") == User("carl", 3, "c@x.org", password=SECRET, verified=False)


def test_put_replaces_a_user_with_the_defaults_of_the_fixtures(bench: Bench) -> None:
    put = bench.admin("PUT", "/users/anna", {})
    assert put.json == {"username": "anna", "uid": None, "email": None, "verified": True,
                        "token": None, "scenario": None, "admin": False, "avatar": None,
                        "tokens": []}  # fmt: skip
    assert bench.user("anna") == User("anna")


@pytest.mark.parametrize("path", ["/users", "/users/anna"])
def test_no_answer_shows_a_password(bench: Bench, path: str) -> None:
    text = bench.admin("GET", path).text
    assert '"username":"anna","uid":1,"email":"a@example.org","verified":false,' in text
    assert SECRET not in text
    assert "password" not in text


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (f"$2a${SECRET}", "its bcrypt hash"),
        ("", "text of 0 characters"),
        (SECRET * 300, "text of 4500 characters"),
        (271828, "a number; in quotes it would be text"),
        ([SECRET], "a list or a mapping"),
        ({SECRET: SECRET}, "a list or a mapping"),
    ],
)
def test_a_complaint_does_not_quote_a_password(bench: Bench, value: Any, got: str) -> None:
    answer = bench.admin("PUT", "/users/carl", {"password": value})
    expected = "expected the password itself, text of 1 to 4096 characters, or null, got "
    assert answer.status_code == 422
    assert answer.json["detail"] == f"/password: {expected}{got}"
    assert answer.json["errors"] == [{"pointer": "/password", "detail": expected + got}]
    assert bench.user("carl") is None
    logged = [
        line_format(name)(iso(0), None, one) for name in LOG_FORMATS for one in bench.exchanges
    ]
    assert len(logged) == 2
    assert all("/password: expected the password itself" in line for line in logged)
    for text in (answer.text, *logged):
        assert SECRET not in text
        assert "271828" not in text


def test_a_write_with_a_password_is_logged_without_it(bench: Bench) -> None:
    bench.admin("PUT", "/users/carl", {"password": SECRET})
    bench.admin("PUT", "/users/carl", {"pasword": SECRET})
    logged = [
        line_format(name)(iso(0), None, one) for name in LOG_FORMATS for one in bench.exchanges
    ]
    assert len(logged) == 4
    assert all("PUT" in line and SECRET not in line for line in logged)


def test_a_flag_that_is_none_is_refused(bench: Bench) -> None:
    answer = bench.admin("PUT", "/users/carl", {"verified": None})
    assert answer.json["detail"] == "/verified: expected true or false, got null"


def test_a_session_remembers_the_address_of_its_user(bench: Bench) -> None:
    minted = bench.admin("POST", "/sessions", {"username": "anna"}).json["sid"]
    bench.admin("PUT", "/sessions/own", {"username": "anna"})
    assert bench.session(minted).email == bench.session("own").email == "a@example.org"
    bench.admin("PUT", "/users/anna", {"email": "new@example.org"})
    assert bench.session(minted).email == bench.session("own").email == "a@example.org"
    bench.admin("PUT", "/sessions/own", {"username": "anna"})
    assert bench.session("own").email == "new@example.org"


@pytest.mark.parametrize("username", ["ben", "nobody-of-that-name", None])
def test_a_session_without_an_address_remembers_none(bench: Bench, username: str | None) -> None:
    bench.admin("PUT", "/sessions/own", {"username": username})
    assert bench.session("own").email is None


@pytest.mark.parametrize(
    ("operation", "error"),
    [("save_user", "database"), ("save_session", "database"), ("recaptcha", "unavailable"),
     ("send_mail", "unavailable")],
)  # fmt: skip
def test_faults_of_accounts_are_added_and_shown(bench: Bench, operation: str, error: str) -> None:
    fault = {"operation": operation, "error": error}
    added = bench.admin("POST", "/faults", fault)
    assert added.status_code == 201
    assert added.json == {"id": 1, **fault, "fired": 0}
    assert bench.admin("GET", "/faults").json == {"faults": [added.json]}


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (
            {"operation": "recaptcha", "error": "database"},
            "/error: expected unavailable with operation recaptcha, got database",
        ),
        (
            {"error": "unavailable"},
            (
                "/error: expected database with operation database, got unavailable, "
                "which is for operation recaptcha or send_mail"
            ),
        ),
        (
            {"operation": "send_mail", "error": "unavailable", "after_commit": True},
            (
                "/after_commit: operation send_mail writes nothing: "
                "after_commit needs operation: save_token, save_user or save_session"
            ),
        ),
    ],
)
def test_an_error_that_does_not_belong_to_its_operation_is_refused(
    bench: Bench, fault: dict[str, object], detail: str
) -> None:
    answer = bench.admin("POST", "/faults", fault)
    assert (answer.status_code, answer.json["detail"]) == (422, detail)
    assert bench.admin("GET", "/faults").json == {"faults": []}


def test_a_fault_that_never_fires_is_added_with_a_warning(bench: Bench) -> None:
    fault = {"operation": "save_token", "endpoint": GET, "error": "database"}
    added = bench.admin("POST", "/faults", fault).json
    assert added["warnings"] == [f"endpoint: never fires: {GET} has no operation save_token"]
    assert "warnings" not in bench.admin("POST", "/faults", {**fault, "endpoint": NEW}).json


def test_scenarios_show_the_error_of_each_operation(bench: Bench) -> None:
    listed = {one["name"]: one for one in bench.admin("GET", "/scenarios").json["scenarios"]}
    assert listed["recaptcha-down"]["faults"] == [
        {"operation": "recaptcha", "error": "unavailable"}
    ]
    assert listed["mail-down"]["faults"] == [{"operation": "send_mail", "error": "unavailable"}]
    assert listed["db-write-error"]["faults"] == [
        {"operation": "save_token", "error": "database"},
        {"operation": "save_user", "error": "database"},
    ]


def test_a_login_under_a_hidden_session_makes_one_of_its_own(mock: MakeMock) -> None:
    made = mock(FIXTURES)
    userless = made.admin("GET", "/cookies?kind=userless").json["cookie_header"]
    fields = {"username": "anna", "password": SECRET, "g-recaptcha-response": "ok"}
    made.client.simulate_post("/api/v2/auth/login", json=fields, headers={"Cookie": userless})
    _, session = made.admin("GET", "/sessions").json["sessions"]
    assert len(session["sid"]) == 32
    assert made.call(GET, userless).code == 1940103
