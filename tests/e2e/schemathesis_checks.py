"""Checks in place of those of Schemathesis that take every API to speak in HTTP statuses.

Schemathesis loads this file in its own process (SCHEMATHESIS_HOOKS).
"""

from __future__ import annotations

import os
from typing import Any

import schemathesis

from mockserver.api.codes import BAD_REQUEST_BODY, SESSION_INVALID, SESSION_MISSING

COOKIE = "animeloop.auth.sid=" + os.environ["ANIMELOOP_MOCK_COOKIE"]
# What each profile answers without the 400 envelope, beside POST.
ACCEPTED = {"documented": {"GET"}, "server": {"OPTIONS"}}[os.environ["ANIMELOOP_MOCK_PROFILE"]]


@schemathesis.check
def other_methods_get_the_bad_request(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case[Any]
) -> None:
    """In place of unsupported_method."""
    if response.request.method not in {"POST", *ACCEPTED}:
        assert response.status_code == 400
        assert response.content == BAD_REQUEST_BODY


@schemathesis.check
def without_the_session_there_is_no_token(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case[Any]
) -> None:
    """In place of ignored_auth and negative_data_rejection: nothing but the cookie can be wrong."""
    if response.request.method == "POST" and response.request.headers.get("Cookie") != COOKIE:
        assert response.json()["status"] == "error"
        assert response.json()["code"] in {SESSION_INVALID.number, SESSION_MISSING.number}
