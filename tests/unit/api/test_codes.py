from __future__ import annotations

import json

import pytest

from mockserver.api.account.page import ALREADY_VERIFIED, SEND_EMAIL
from mockserver.api.catalog import (
    ALL_PAGES,
    CODES,
    DOCUMENTED_PAIRS,
    ENDPOINTS,
    PAIRS_OF_PAGE,
    pairs_of,
)
from mockserver.api.dashboard.page import PAGE as DASHBOARD
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.pages import PAGES
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN, TokenData

# Copied by hand from the tables of the API's documentation pages.
DOCUMENTED = {
    1120001: ("success", "register successfully."),
    1140001: ("error", "[username] is empty, please provide a correct one."),
    1140002: (
        "error",
        "[username] must be at least 5 at most 15 characters long, please try another.",
    ),
    1140003: ("error", "[password] is empty, please provide a correct one."),
    1140004: (
        "error",
        "[password] must be at least 6 at most 17 characters long, please try another.",
    ),
    1140005: ("error", "[email] is empty, please provide a correct one."),
    1140006: ("error", "[email] is not in correct format, please try another."),
    1140901: ("error", "This username has been registered."),
    1220001: ("success", "login successfully."),
    1220002: ("success", "logout successfully."),
    1320001: ("success", "request token successfully."),
    1320002: ("success", "request a new token successfully."),
    1320003: ("success", "revoke the token successfully."),
    1340401: ("error", "request token failed. token doesn't exist."),
    1420001: ("success", "verify account successfully."),
    1420002: ("success", "send verification email successfully."),
    1420003: ("success", "this account has already been verified."),
    1440001: ("error", "[code] is empty, please provide a correct one."),
    1440002: ("error", "[code] is invalid, please provide a correct one."),
    1450301: ("error", "mail smtp server error."),
    1940101: ("error", "Google reCAPTCHA verification failed."),
    1940102: ("error", "cookie session validation failed."),
    1940103: ("error", "cookie session doesn't exist."),
    1940104: ("error", "username is empty."),
    1940105: ("error", "password is empty."),
    1940106: ("error", "incorrect username or password."),
    1950301: ("error", "internal server error, database error."),
}


def test_the_codes_are_those_of_the_documentation() -> None:
    assert {code.number: (code.status, code.message) for code in CODES} == DOCUMENTED


# Copied by hand from the recordings, and for 1520003 from the branch's source.
OF_DASHBOARD = {
    1220002: "logout successfully.",
    1320001: "get token success.",
    1320002: "create a new token success.",
    1320003: "revoke the token success.",
    1520001: "fetch userinfo success",
    1520002: "update userinfo success",
    1520003: "upload new avatar success.",
    1940102: "cookie session validation failed.",
    1940103: "cookie session doesn't exist.",
    1950301: "internal server error, database error.",
}


def test_the_codes_of_the_dashboard_page_are_those_of_the_branch() -> None:
    found = {code.number: code.message for one in DASHBOARD.endpoints for code in one.codes}
    assert found == OF_DASHBOARD
    assert [len(one.codes) for one in DASHBOARD.endpoints] == [4] * 7


def test_each_profile_has_the_pairs_of_its_pages() -> None:
    assert pairs_of("documented") == pairs_of("server") == PAIRS_OF_PAGE
    own = pairs_of("dashboard")
    assert list(own) == list(PAIRS_OF_PAGE) == ["token", "account", "dashboard", "all"]
    assert (len(own["dashboard"]), len(own["account"]), len(own["all"])) == (28, 27, 55)
    assert own["all"] == own["dashboard"] + own["account"]
    assert own["token"] == PAIRS_OF_PAGE["token"]
    assert not set(own["all"]) & set(own["token"])
    assert not set(PAIRS_OF_PAGE["all"]) & set(PAIRS_OF_PAGE["dashboard"])


def test_each_page_has_its_documented_pairs() -> None:
    assert len(DOCUMENTED_PAIRS) == len(set(DOCUMENTED_PAIRS)) == 13 + 30
    assert {page.name: [len(endpoint.codes) for endpoint in page.endpoints] for page in PAGES} == {
        "token": [5, 4, 4],
        "account": [10, 6, 3, 4, 7],
    }
    of_pages = [pair for page in PAGES for pair in PAIRS_OF_PAGE[page.name]]
    assert tuple(of_pages) == PAIRS_OF_PAGE[ALL_PAGES] == DOCUMENTED_PAIRS


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.number))
def test_digits_three_to_five_spell_the_http_status(code: Code) -> None:
    assert str(code.http_status) == str(code.number)[2:5]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_a_success_comes_first_and_another_is_the_exception(endpoint: Endpoint) -> None:
    first, *others = endpoint.codes
    assert endpoint.success is first
    assert first.is_success
    successes = [code for code in others if code.is_success]
    assert successes == ([ALREADY_VERIFIED] if endpoint is SEND_EMAIL else [])


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.number))
def test_the_envelope_has_its_keys_in_the_documented_order(code: Code) -> None:
    text = Reply(code, code.example).body().decode()
    keys = ["status", "code", "message"] + (["data"] if code.is_success else [])
    assert list(json.loads(text)) == keys
    assert text == json.dumps(json.loads(text), separators=(",", ":"))


def test_data_holds_the_token_and_is_empty_for_revoke() -> None:
    found, revoked = GET_TOKEN.success, REVOKE_TOKEN.success
    assert Reply(found, TokenData("t")).body().endswith(b'"data":{"token":"t"}}')
    assert Reply(revoked).body().endswith(b'"data":{}}')


def test_text_that_is_not_ascii_is_sent_as_it_is() -> None:
    assert '"tökén"'.encode() in Reply(GET_TOKEN.success, TokenData("tökén")).body()


def test_a_reply_that_does_not_vary_is_encoded_once() -> None:
    revoked = REVOKE_TOKEN.success
    assert Reply(revoked).body() is Reply(revoked).body()


def test_an_endpoint_tells_whether_it_changes_the_stored_token() -> None:
    reads = Endpoint("/auth/token/peek", "peek", "", GET_TOKEN.codes, GET_TOKEN.operations)
    assert [e.saves_token for e in (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN, reads)] == [
        False,
        True,
        True,
        False,
    ]
