"""The stand-in for the vendor's script: where it is, where it is not, and which value it has."""

from __future__ import annotations

import json

import pytest
from falcon.testing import TestClient

from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import SHIPPED

SCRIPT = "/recaptcha/api.js"
PROFILES = ("documented", "server")


@pytest.fixture(params=PROFILES)
def app(request: pytest.FixtureRequest) -> Mock:
    return Mock(SHIPPED, profile=request.param)


def response_in(script: str) -> str:
    """The value that widgets get, as JavaScript reads it."""
    (line,) = [line for line in script.splitlines() if "var RESPONSE = " in line]
    value = json.loads(line.partition(" = ")[2].removesuffix(";"))
    assert isinstance(value, str)
    return value


def test_any_page_may_load_the_script_and_nobody_records_it(app: Mock) -> None:
    answer = app.call(SCRIPT, method="GET", Origin="http://localhost:3000")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/javascript")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert int(answer.headers["content-length"]) == len(answer.text)
    assert answer.text.isascii()
    assert "@RESPONSE@" not in answer.text
    assert "set-cookie" not in answer.headers
    assert app.exchanges == []
    assert app.admin("GET", "/requests").json["total"] == 0


def test_the_query_is_the_scripts_affair(app: Mock) -> None:
    result = app.client.simulate_get(SCRIPT, query_string="onload=begin&render=explicit&hl=de")
    assert result.text == app.call(SCRIPT, method="GET").text


def test_a_sandbox_has_the_script_and_its_journal_does_not(app: Mock) -> None:
    made = app.sandbox()
    path = f"/__sandbox/{made['id']}{SCRIPT}"
    assert app.call(path, method="GET").text == app.call(SCRIPT, method="GET").text
    assert app.admin("GET", "/requests", sandbox=made["id"]).json["total"] == 0
    app.admin("DELETE", "", sandbox=made["id"])
    assert app.call(path, method="GET").status == 404


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_other_methods_are_bad_requests(app: Mock, method: str) -> None:
    answer = app.call(SCRIPT, method=method)
    assert answer.status == 400
    assert app.why == "no such path"


@pytest.mark.parametrize(
    "path",
    ["/recaptcha/api.js/", "/recaptcha/API.js", "//recaptcha/api.js", "/recaptcha//api.js",
     "/x/recaptcha/api.js", "/recaptcha/api%2Ejs", "/recaptcha/enterprise.js", "/recaptcha",
     "/api/v2/recaptcha/api.js", "/__sandbox/default/api/v2/recaptcha/api.js",
     "/__sandbox/default//recaptcha/api.js", "/__sandbox/default/x/recaptcha/api.js"],
)  # fmt: skip
def test_other_paths_are_bad_requests(app: Mock, path: str) -> None:
    assert app.call(path, method="GET").code == 400


@pytest.mark.parametrize(
    ("accept", "value"),
    [(None, "ok"), (["yes", "ok"], "yes"), (["</script>\u2028'\"\\\n"], "</script>\u2028'\"\\\n")],
)
def test_the_value_is_one_that_passes(mock: MakeMock, accept: list[str] | None, value: str) -> None:
    app = mock("" if accept is None else json.dumps({"recaptcha": {"accept": accept}}))
    script = app.call(SCRIPT, method="GET").text
    assert response_in(script) == value
    assert "</script" not in script
    assert script.isascii()


def test_a_script_under_a_prefix_is_found(app: Mock) -> None:
    def mounted(environ: dict[str, object], start_response: object) -> object:
        environ["SCRIPT_NAME"] = "/mock"
        environ["REQUEST_URI"] = "/mock" + SCRIPT
        return app.app(environ, start_response)  # type: ignore[arg-type]

    client = TestClient(mounted)
    assert client.simulate_get(SCRIPT).status_code == 200
