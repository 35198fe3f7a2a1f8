"""The OpenAPI document as it is served, and that the mock answers what it says."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from mockserver.api.account.page import LOG_IN, LOGGED_IN, VERIFY
from mockserver.api.catalog import ALL_PAGES, pairs_of
from mockserver.api.openapi import document
from mockserver.api.page import Code, Endpoint
from mockserver.api.profiles import PROFILES
from mockserver.cli.main import main
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.reachability import reached
from mockserver.server.settings import HTTP_STATUS_MODES
from mockserver.state.clock import SystemClock
from tests.helpers.app import Mock
from tests.helpers.openapi import errors, media
from tests.helpers.text import GET, SHIPPED
from tests.helpers.ways import FORM, JSON

MODES = pytest.mark.parametrize("mode", HTTP_STATUS_MODES)
PROFILE_NAMES = pytest.mark.parametrize("profile", PROFILES)
FIXTURES = load_fixtures(SHIPPED)


@MODES
def test_it_is_served_for_the_server_that_was_asked_in_its_mode(mode: str) -> None:
    mock = Mock(SHIPPED, http_status=mode)
    answer = mock.admin("GET", "/openapi.json", Host="127.0.0.1:8080")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == document("http://127.0.0.1:8080/api/v2", mode)


@PROFILE_NAMES
def test_it_is_that_of_the_profile(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = document("http://127.0.0.1:7775/api/v2", profile=PROFILES[profile])
    mock = Mock(SHIPPED, profile=profile)
    assert mock.admin("GET", "/openapi.json", Host="127.0.0.1:7775").json == made
    assert main(["openapi", "--profile", profile]) == 0
    assert json.loads(capsys.readouterr().out) == made


def test_under_a_sandbox_its_server_is_the_api_url(shipped: Mock) -> None:
    sandbox = shipped.sandbox()
    answer = shipped.admin("GET", "/openapi.json", sandbox=sandbox["id"])
    assert answer.json == document(sandbox["api_url"])
    assert shipped.admin("GET", "/openapi.json", sandbox="none").status == 404


def test_it_takes_no_parameters_and_the_gate_stands_before_it(shipped: Mock) -> None:
    assert shipped.admin("GET", "/openapi.json?format=yaml").status == 422
    assert shipped.admin("GET", "/openapi.json", Host="evil.example").status == 403
    assert shipped.admin("GET", "/openapi.json", Origin="http://evil.example").status == 403


@MODES
@PROFILE_NAMES
def test_every_reply_that_the_fixtures_reach_fulfils_it(profile: str, mode: str) -> None:
    rules = PROFILES[profile]
    found = reached(FIXTURES, rules, SystemClock(), "normal")
    assert set(found) == {
        pair for pair in pairs_of(profile)[ALL_PAGES] if pair[1] not in rules.unsent
    }
    mock = Mock(SHIPPED, profile=profile, http_status=mode)
    made = mock.admin("GET", "/openapi.json").json
    for (endpoint, code), way in found.items():
        for body_type in (FORM, JSON):
            mock.admin("POST", "/reset")
            answer = mock.go(endpoint, way, body_type)
            assert answer.code == code.number, way.description
            assert errors(made, endpoint.path, answer.status, answer.json) == []


@PROFILE_NAMES
def test_the_data_of_a_login_is_that_of_the_profile(profile: str) -> None:
    mock = Mock(SHIPPED, profile=profile)
    login = {"username": "alice", "password": "wonderland", "g-recaptcha-response": "x"}
    answer = mock.go(LOG_IN, Way(None, "", fields=login))
    example = media(mock.admin("GET", "/openapi.json").json, LOG_IN.path, 200)["examples"]
    shown = example[str(LOGGED_IN.number)]["value"]
    assert shown["data"].keys() == answer.json["data"].keys()
    assert {**shown, "data": answer.json["data"]} == answer.json
    made = document("", profile=PROFILES[profile])
    more = {**answer.json["data"], "admin": True}
    assert errors(made, LOG_IN.path, 200, {**answer.json, "data": more})


def test_pages_of_the_real_server_are_in_it_and_in_no_other() -> None:
    for name, profile in PROFILES.items():
        made = document("", profile=profile)
        mock = Mock(SHIPPED, profile=name)
        asked = [
            (VERIFY, mock.call(f"{VERIFY.path}?code=x", method="GET")),
            (LOG_IN, mock.call(LOG_IN.path, body="{", Content_Type=JSON)),
            (LOG_IN, mock.call(LOG_IN.path, body="{}", Content_Type=f"{JSON}; charset=x")),
            (LOG_IN, mock.call(LOG_IN.path, body=f'["{"x" * 110_000}"]', Content_Type=JSON)),
        ]
        pages = 0
        for endpoint, answer in asked:
            [operation] = made["paths"][endpoint.path].values()
            content = operation["responses"][str(answer.status)]["content"]
            assert answer.headers["content-type"].partition(";")[0] in content
            pages += "text/html" in answer.headers["content-type"]
        assert pages == (len(asked) if profile.sends_pages else 0)
        assert ("text/html" in json.dumps(made)) == profile.sends_pages


@cache
def served(profile: str, mode: str) -> tuple[Mock, dict[str, Any]]:
    """A mock for requests that change nothing, and its document."""
    made = document("", mode, profile=PROFILES[profile])
    return Mock(SHIPPED, profile=profile, http_status=mode), made


@MODES
@pytest.mark.parametrize(
    ("profile", "endpoint", "code"),
    [(name, *pair) for name in PROFILES for pair in pairs_of(name)[ALL_PAGES]],
    ids=lambda v: v if isinstance(v, str) else getattr(v, "path", None) or str(v.number),
)
def test_every_documented_reply_fulfils_it(
    profile: str, mode: str, endpoint: Endpoint, code: Code
) -> None:
    mock, made = served(profile, mode)
    answer = mock.call(endpoint.path, method=endpoint.method, prefer=f"code={code.number}")
    assert (answer.code, answer.status) == (code.number, code.sent_status(mode))
    assert errors(made, endpoint.path, answer.status, answer.json) == []
    assert json.dumps(answer.json, separators=(",", ":")) == answer.text


@pytest.mark.parametrize(("method", "path"), [("PUT", GET), ("POST", "/api/v2/auth/tokens")])
def test_another_path_or_method_gets_the_400_that_is_in_it(
    shipped: Mock, method: str, path: str
) -> None:
    answer = shipped.call(path, method=method)
    assert answer.status == 400
    assert errors(document(""), GET, 400, answer.json) == []
