from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.credentials import cookies
from tests.helpers.text import SECRET, WIRE

VECTORS = json.loads((WIRE / "cookie-vectors.json").read_text())["vectors"]
CASES = [json.loads(line) for line in (WIRE / "server.jsonl").read_text().splitlines()]
SID = "a-session"


def recorded() -> list[Any]:
    """Each recorded request of a live session: its Cookie headers, and whether it got in."""
    found = []
    for case in CASES:
        if not case["id"].startswith("cookie."):
            continue
        sid = None
        for step in case["steps"]:
            sid = step.get("put_session", {}).get("sid", sid)
            if "request_b64" not in step:
                continue
            head = base64.b64decode(step["request_b64"]).partition(b"\r\n\r\n")[0]
            fields = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
            values = [v.strip() for name, _, v in fields if name.lower() == b"cookie"]
            header = b"; ".join(values).decode("latin-1") if values else None
            accepted = '"success"' in step["responses"][0]["body"]
            found.append(pytest.param(header, sid, accepted, id=f"{case['id']}: {step['label']}"))
    return found


def verified_sid(header: str | None, *secrets: str) -> str | None:
    value = cookies.find(header)
    signed = None if value is None else cookies.split(value)
    if not isinstance(signed, cookies.SignedValue):
        return None
    return None if signed.verified_by(secrets or (SECRET,)) is None else signed.sid


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["kind"])
def test_signatures_and_values_equal_the_test_vectors(vector: dict[str, str]) -> None:
    signature = cookies.sign(vector["sid"], vector["secret"])
    assert signature == vector["signature"]
    assert cookies.encode(vector["sid"], signature) == vector["cookieValue"]


@pytest.mark.parametrize(("header", "sid", "accepted"), recorded())
def test_a_cookie_is_accepted_exactly_if_the_real_server_accepted_it(
    header: str | None, sid: str | None, accepted: bool
) -> None:
    assert verified_sid(header) == (sid if accepted else None)


@given(st.text(min_size=1), st.text(min_size=1))
@example('a.b;c,d"e', "s")
def test_what_is_signed_and_encoded_is_found_and_verifies(sid: str, secret: str) -> None:
    value = cookies.encode(sid, cookies.sign(sid, secret))
    assert verified_sid(f"other=1; {cookies.header(value)}; more", secret) == sid


@given(st.text())
@example("s:a/b+c.d")
def test_encoding_is_that_of_encode_uri_component(text: str) -> None:
    assert cookies.encode_component(text) == quote(text, safe="-_.!~*'()")


@given(st.text(alphabet=st.characters(max_codepoint=255)))
@example("animeloop.auth.sid=%")
@example("animeloop.auth.sid=s%3A.")
@example("animeloop.auth.sid=%ff")
@example('animeloop.auth.sid="')
def test_no_header_makes_the_parser_fail(header: str) -> None:
    assert verified_sid(header) is None
    assert verified_sid("animeloop.auth.sid=" + header) is None


@given(st.text(), st.text().filter(lambda text: "." not in text))
def test_what_is_encoded_is_taken_apart_again(sid: str, signature: str) -> None:
    header = cookies.header(cookies.encode(sid, signature))
    assert cookies.presented(header) == cookies.SignedValue(sid, signature)


SIGNED = st.builds(
    lambda sid, secret: cookies.encode(sid, cookies.sign(sid, secret)),
    st.sampled_from([SID, "", ".", "é", "other"]),
    st.sampled_from([SECRET, "another"]),
)
LATIN = st.text(st.characters(max_codepoint=255), max_size=5)


@given(SIGNED, LATIN, st.integers(0, 200), st.integers(0, 5))
def test_what_verifies_was_signed(value: str, piece: str, start: int, length: int) -> None:
    changed = value[:start] + piece + value[start + length :]
    presented = cookies.presented(f"animeloop.auth.sid={changed}")
    if isinstance(presented, cookies.SignedValue) and presented.verified_by((SECRET,)) is not None:
        digest = hmac.new(SECRET.encode(), presented.sid.encode(), hashlib.sha256).digest()
        assert presented.signature == base64.b64encode(digest).decode().rstrip("=")


@given(st.data())
def test_no_changed_signature_verifies(data: st.DataObject) -> None:
    signature = cookies.sign(SID, SECRET)
    position = data.draw(st.integers(0, len(signature) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda c: c != signature[position]))
    changed = signature[:position] + letter + signature[position + 1 :]
    assert cookies.SignedValue(SID, changed).verified_by((SECRET,)) is None


def test_a_padded_signature_does_not_verify() -> None:
    padded = cookies.sign(SID, SECRET) + "="
    assert cookies.SignedValue(SID, padded).verified_by((SECRET,)) is None


def test_any_of_several_secrets_verifies_and_is_named() -> None:
    signed = cookies.SignedValue(SID, cookies.sign(SID, "old"))
    assert signed.verified_by(("new", "old")) == 1
    assert signed.verified_by(("new",)) is None


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (None, None),
        ("", None),
        ("other=x", None),
        ("animeloop.auth.sid", None),
        ("animeloop.auth.sid=", ""),
        ("ANIMELOOP.AUTH.SID=x", None),
        ("animeloop.auth.sid=a=b", "a=b"),
        ("animeloop.auth.sid=first; animeloop.auth.sid=second", "first"),
        ("a; animeloop.auth.sid = x ;b=c", "x"),
        ("\xa0animeloop.auth.sid=\xa0x\xa0", "x"),
        ('animeloop.auth.sid="quoted"', "quoted"),
        ("animeloop.auth.sid=%E4%BD%A0", "你"),
        ("animeloop.auth.sid=%FF", "%FF"),
        ("animeloop.auth.sid=a%2", "a%2"),
        ("animeloop.auth.sid=\xe9%41", "\xe9A"),
    ],
)
def test_finding_the_value_in_a_header(header: str | None, value: str | None) -> None:
    assert cookies.find(header) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", cookies.Malformed("", cookies.Defect.UNSIGNED)),
        ("abc.def", cookies.Malformed("abc.def", cookies.Defect.UNSIGNED)),
        ("s%3Aa.b", cookies.Malformed("s%3Aa.b", cookies.Defect.ENCODED_TWICE)),
        ("s:abc", cookies.Malformed("abc", cookies.Defect.NO_SIGNATURE)),
        ("s:a.b.c", cookies.SignedValue("a.b", "c")),
        ("s:.", cookies.SignedValue("", "")),
    ],
)
def test_taking_a_value_apart(value: str, expected: object) -> None:
    assert cookies.split(value) == expected


def test_a_cookie_that_is_long_is_verified_and_not_remembered() -> None:
    sid = "s" * 10_000
    header = cookies.header(cookies.encode(sid, cookies.sign(sid, SECRET)))
    remembered = cookies._presented.cache_info().currsize
    assert verified_sid(header) == sid
    presented = cookies.presented(header)
    assert isinstance(presented, cookies.SignedValue)
    assert presented.verified_by((SECRET,)) == 0
    assert presented.verified_by(("another",)) is None
    assert cookies._presented.cache_info().currsize == remembered


def test_a_verdict_is_of_the_secrets_that_were_asked_for() -> None:
    """After a reload other secrets count, also for a cookie that has been seen."""
    header = cookies.header(cookies.encode(SID, cookies.sign(SID, "first")))
    for secrets, verdict in ((("first",), 0), (("second",), None), (("second", "first"), 1)):
        presented = cookies.presented(header)
        assert isinstance(presented, cookies.SignedValue)
        assert presented.verified_by(secrets) == verdict
