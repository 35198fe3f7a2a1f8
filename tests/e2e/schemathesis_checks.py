"""Checks in place of those of Schemathesis that take every API to speak in HTTP statuses.

Schemathesis loads this file in its own process (SCHEMATHESIS_HOOKS).
"""

from __future__ import annotations

import os
from typing import Any
from urllib.request import Request, urlopen

import schemathesis
from msgspec import Struct
from msgspec.structs import fields

from mockserver.api.account.page import LOG_OUT
from mockserver.api.behaviours import SENT
from mockserver.api.catalog import endpoints_of
from mockserver.api.common import BAD_REQUEST_BODY, DATABASE_ERROR
from mockserver.api.dashboard.page import REMOVE_TOKEN
from mockserver.api.profiles import PROFILES, Failure

COOKIE = "animeloop.auth.sid=" + os.environ["ANIMELOOP_MOCK_COOKIE"]
PROFILE = PROFILES[os.environ["ANIMELOOP_MOCK_PROFILE"]]
BY_PATH = {endpoint.path: endpoint for endpoint in endpoints_of(PROFILE.name)}
NO_SESSION = {PROFILE.codes[failure] for failure in (Failure.NO_COOKIE, Failure.BAD_COOKIE)}


ERROR_PAGES = {endpoint for sent in SENT[PROFILE.name] for endpoint in sent.error_pages}


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext,
    case: schemathesis.Case[Any],
    _response: schemathesis.Response,
) -> None:
    """Bring the session back that a logout has ended, or nothing else would be authenticated."""
    if case.operation.path == LOG_OUT.path:
        url = os.environ["ANIMELOOP_MOCK_URL"] + "/__admin/reset"
        urlopen(Request(url, method="POST")).close()


def accepted(path: str) -> set[str]:
    """The methods that the profile answers without the 400 envelope."""
    endpoint = BY_PATH[path]
    if PROFILE.sends_pages:
        return {endpoint.method, "OPTIONS"} | ({"HEAD"} if endpoint.method == "GET" else set())
    return {endpoint.method} | ({"GET"} if endpoint.sample_sends_get else set())


@schemathesis.check
def other_methods_get_the_bad_request(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """In place of unsupported_method."""
    if response.request.method not in accepted(case.operation.path):
        assert response.status_code == 400
        assert response.content == BAD_REQUEST_BODY


@schemathesis.check
def without_the_session_there_is_no_success(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """In place of ignored_auth."""
    endpoint = BY_PATH[case.operation.path]
    is_asked = response.request.method == endpoint.method and endpoint.needs_session
    if is_asked and response.request.headers.get("Cookie") != COOKIE:
        if "html" in response.headers["content-type"][0]:  # a body that is refused before routing
            assert response.status_code in {400, 413, 415}
            return
        missing = {endpoint.session_missing} if endpoint.session_missing is not None else set()
        assert response.json()["code"] in {code.number for code in NO_SESSION | missing}


def required(takes: type[Struct]) -> set[str]:
    """The names of the fields that must be there."""
    return {field.encode_name for field in fields(takes) if field.required}


@schemathesis.check
def without_a_field_there_is_no_success(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """In place of negative_data_rejection."""
    endpoint = BY_PATH[case.operation.path]
    takes, given = endpoint.body or endpoint.query, case.body if endpoint.body else case.query
    if takes is None or not required(takes) or response.request.method != endpoint.method:
        return
    has_all = isinstance(given, dict) and required(takes) <= set(given)
    if not has_all and "json" in response.headers["content-type"][0]:
        assert response.json()["status"] == "error"


@schemathesis.check
def a_server_error_is_one_of_the_real_server(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """In place of not_a_server_error."""
    if response.status_code < 500:
        return
    endpoint = BY_PATH[case.operation.path]
    if "html" in response.headers["content-type"][0]:
        assert endpoint in ERROR_PAGES
        return
    values = case.body.values() if isinstance(case.body, dict) else ()
    assert response.json()["code"] == DATABASE_ERROR.number
    assert PROFILE.sends_pages
    # The database cannot look for every text: the `id` of a token must be a number.
    assert endpoint is REMOVE_TOKEN or not all(isinstance(value, str) for value in values)
