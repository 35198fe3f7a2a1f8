"""The OpenAPI document as it is served, and that the mock answers what it says."""

from __future__ import annotations

import json

import pytest

from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.openapi import document
from mockserver.api.page import Code, Endpoint
from mockserver.api.profiles import PROFILES
from mockserver.credentials import cookies
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.reachability import reached
from mockserver.server.settings import HTTP_STATUS_MODES
from mockserver.state.clock import SystemClock
from tests.helpers.app import Mock
from tests.helpers.openapi import errors
from tests.helpers.text import GET, SHIPPED

MODES = pytest.mark.parametrize("mode", HTTP_STATUS_MODES)
PROFILE_NAMES = pytest.mark.parametrize("profile", PROFILES)
FIXTURES = load_fixtures(SHIPPED)


@MODES
def test_it_is_served_for_the_server_that_was_asked_in_its_mode(mode: str) -> None:
    mock = Mock(SHIPPED, http_status=mode)
    answer = mock.admin("GET", "/openapi.json", Host="127.0.0.1:8080")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == document("http://127.0.0.1:8080/api/v2", mode)


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
    documented = {code for code in rules.codes.values() if not code.is_success}
    assert {code for _, code in found if not code.is_success} == documented
    for (endpoint, code), way in found.items():
        mock = Mock(SHIPPED, profile=profile, http_status=mode)
        header = None if way.cookie is None else cookies.header(way.cookie)
        made = mock.admin("GET", "/openapi.json").json
        for _ in range(5):  # a user's scenario may let some requests pass
            answer = mock.call(endpoint.path, header)
            assert errors(made, endpoint.path, answer.status, answer.json) == []
            if answer.code == code.number:
                break
        else:
            pytest.fail(f"{endpoint.path} {code.number} was not reached by {way.description}")


@MODES
@PROFILE_NAMES
@pytest.mark.parametrize(
    ("endpoint", "code"), DOCUMENTED_PAIRS, ids=lambda v: getattr(v, "path", None) or str(v.number)
)
def test_every_documented_reply_fulfils_it(
    profile: str, mode: str, endpoint: Endpoint, code: Code
) -> None:
    mock = Mock(SHIPPED, profile=profile, http_status=mode)
    answer = mock.call(endpoint.path, prefer=f"code={code.number}")
    assert (answer.code, answer.status) == (code.number, code.sent_status(mode))
    assert errors(document("", mode), endpoint.path, answer.status, answer.json) == []
    assert json.dumps(answer.json, separators=(",", ":")) == answer.text


@pytest.mark.parametrize(("method", "path"), [("PUT", GET), ("POST", "/api/v2/auth/tokens")])
def test_another_path_or_method_gets_the_400_that_is_in_it(
    shipped: Mock, method: str, path: str
) -> None:
    answer = shipped.call(path, method=method)
    assert answer.status == 400
    assert errors(document(""), GET, 400, answer.json) == []
