from __future__ import annotations

import base64
import json

import jwt
import pytest

from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.times import iso
from tests.helpers.text import NOON_MS, WIRE

KEY = "a key of at least thirty-two bytes, for the reader"
PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"


def part(token: str, index: int) -> str:
    text = token.split(".")[index]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def recorded_jwt() -> dict[str, object]:
    for line in (WIRE / "server.jsonl").read_text().splitlines():
        for step in json.loads(line)["steps"]:
            for response in step.get("responses", ()):
                if "jwt" in response:
                    found: dict[str, object] = response["jwt"]
                    return found
    raise AssertionError("no recorded token")


def test_header_and_claims_are_those_of_the_real_server() -> None:
    recorded = recorded_jwt()
    token = TokenIssuer(KEY).issue(0, "first_user", iso(NOON_MS))
    assert part(token, 0) == recorded["header"]
    claims = json.loads(part(token, 1))
    assert list(claims) == recorded["claim_order"]
    assert claims == {"uid": 0, "username": "first_user", "date": "2026-01-01T12:00:00.000Z"}


def test_a_user_without_uid_gets_a_token_without_uid() -> None:
    claims = json.loads(part(TokenIssuer(KEY).issue(None, "x", iso(NOON_MS)), 1))
    assert list(claims) == ["username", "date"]


def test_names_are_not_escaped() -> None:
    assert '"username":"müller你"' in part(TokenIssuer(KEY).issue(None, "müller你", iso(0)), 1)


def test_the_signature_verifies() -> None:
    token = TokenIssuer(KEY).issue(1, "x", iso(NOON_MS))
    assert jwt.decode(token, KEY, algorithms=["HS256"])["username"] == "x"


def test_a_short_key_is_accepted_without_a_warning() -> None:
    assert TokenIssuer("k").issue(None, "x", iso(0)).count(".") == 2


def test_a_key_that_pyjwt_refuses_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="plain text secret"):
        TokenIssuer(PEM)
