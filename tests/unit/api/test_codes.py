from __future__ import annotations

import json

import pytest

from mockserver.api.catalog import CODES, DOCUMENTED_PAIRS, ENDPOINTS
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN, TokenData

# Copied by hand from the table of the API's documentation page.
DOCUMENTED = {
    1320001: ("success", "request token successfully."),
    1320002: ("success", "request a new token successfully."),
    1320003: ("success", "revoke the token successfully."),
    1340401: ("error", "request token failed. token doesn't exist."),
    1940102: ("error", "cookie session validation failed."),
    1940103: ("error", "cookie session doesn't exist."),
    1950301: ("error", "internal server error, database error."),
}


def test_the_codes_are_those_of_the_documentation() -> None:
    assert {code.number: (code.status, code.message) for code in CODES} == DOCUMENTED


def test_there_are_thirteen_documented_pairs() -> None:
    assert len(DOCUMENTED_PAIRS) == len(set(DOCUMENTED_PAIRS)) == 13
    assert [len(endpoint.codes) for endpoint in ENDPOINTS] == [5, 4, 4]


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.number))
def test_digits_three_to_five_spell_the_http_status(code: Code) -> None:
    assert str(code.http_status) == str(code.number)[2:5]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_an_endpoint_has_one_success_and_it_comes_first(endpoint: object) -> None:
    assert endpoint in ENDPOINTS
    codes = next(e for e in ENDPOINTS if e is endpoint).codes
    assert [code.is_success for code in codes] == [True] + [False] * (len(codes) - 1)


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.number))
def test_the_envelope_has_its_keys_in_the_documented_order(code: Code) -> None:
    text = Reply(code, code.example).body().decode()
    keys = ["status", "code", "message"] + (["data"] if code.is_success else [])
    assert list(json.loads(text)) == keys
    assert text == json.dumps(json.loads(text), separators=(",", ":"))


def test_data_holds_the_token_and_is_empty_for_revoke() -> None:
    found, _, revoked = (endpoint.success for endpoint in ENDPOINTS)
    assert Reply(found, TokenData("t")).body().endswith(b'"data":{"token":"t"}}')
    assert Reply(revoked).body().endswith(b'"data":{}}')


def test_text_that_is_not_ascii_is_sent_as_it_is() -> None:
    assert '"tökén"'.encode() in Reply(ENDPOINTS[0].success, TokenData("tökén")).body()


def test_a_reply_that_does_not_vary_is_encoded_once() -> None:
    revoked = ENDPOINTS[2].success
    assert Reply(revoked).body() is Reply(revoked).body()


def test_an_endpoint_tells_whether_it_changes_the_stored_token() -> None:
    reads = Endpoint("/auth/token/peek", "peek", "", GET_TOKEN.codes, GET_TOKEN.operations)
    assert [e.saves_token for e in (GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN, reads)] == [
        False,
        True,
        True,
        False,
    ]
