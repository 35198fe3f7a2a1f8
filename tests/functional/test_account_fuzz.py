"""Bad input for the account page: any bytes, any types, any names that it accepts."""

from __future__ import annotations

import json
import re
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.api.catalog import ENDPOINTS
from mockserver.record.log_line import line_format
from mockserver.state.times import iso
from tests.helpers.accounts import (
    CAPTCHA,
    FORM,
    LOGIN,
    LOGOUT,
    REGISTER,
    SENDEMAIL,
    VERIFY,
    Accounts,
    accounts,
    credentials,
)
from tests.helpers.examples import examples
from tests.helpers.text import GET, NOON_MS, cookie

PROFILES: Final = ("documented", "server")
PATHS: Final = (REGISTER, LOGIN, LOGOUT, SENDEMAIL, VERIFY)
CODES: Final = {e.path: {code.number for code in e.codes} for e in ENDPOINTS}
both = pytest.mark.parametrize("profile", PROFILES)

SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["haruhi", "ok", "haruhi_suzumiya", "a@b.org", 0, -0.0, 1e400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["username", "password", "email", CAPTCHA, "code", "__proto__", "a[b]"])
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6)
JSON_BODIES = (OBJECTS | VALUES).map(lambda value: json.dumps(value).encode())
FORMS = st.lists(st.tuples(NAMES, st.text(max_size=20) | st.sampled_from(["ok", "haruhi"]))).map(
    lambda pairs: urlencode(pairs, errors="surrogatepass").encode()
)
TYPES = st.sampled_from([
    "application/json", FORM, "application/json; charset=utf-16", "application/json;charset=utf-7",
    FORM + "; charset=latin1", "text/plain", "multipart/form-data; boundary=x", "a/b; c=\"", "",
])  # fmt: skip
ENCODINGS = st.sampled_from([None, None, None, "gzip", "deflate", "br", "identity", "x" * 300])
BODIES = st.binary(max_size=60) | JSON_BODIES | FORMS
REQUESTS = st.lists(
    st.tuples(st.sampled_from(PATHS), BODIES, TYPES, ENCODINGS, st.booleans()), max_size=5
)
SHARED: Final = {profile: accounts(Path(tempfile.mkdtemp()), profile) for profile in PROFILES}


def check(mock: Accounts, said: Any, path: str) -> None:
    """Fail unless the reply is a documented one, or the 400 or the page of the profile."""
    if said.headers.get("content-type", "").startswith("text/html"):
        assert mock is SHARED["server"]
        # The recorded page for a code that is no JWT.
        allowed = {400, 413, 415} | ({500} if path.startswith(VERIFY) else set())
        assert said.status in allowed, said.content
        return
    assert said.status in (200, 304, 400)
    if said.status != 304:
        document = said.document
        assert document["code"] in (CODES[path.partition("?")[0]] | {400})


@both
@given(requests=REQUESTS)
def test_any_body_gets_a_documented_reply(
    profile: str, requests: list[tuple[str, bytes, str, str | None, bool]]
) -> None:
    mock = SHARED[profile]
    for path, body, kind, encoding, known in requests:
        headers = {} if encoding is None else {"Content_Encoding": encoding}
        method = "GET" if path == VERIFY else "POST"
        header = cookie("of-haruhi") if known else None
        said = mock.send(path, body, kind, header, method, "/api/v2", **headers)
        check(mock, said, path)


@both
@given(code=st.text(max_size=60) | st.lists(st.binary(max_size=12), min_size=3, max_size=3))
def test_any_code_gets_a_documented_reply(profile: str, code: str | list[bytes]) -> None:
    if isinstance(code, list):
        code = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in code)
    mock = SHARED[profile]
    for name in ("code", "code[]", "code[a][b]"):
        path = f"{VERIFY}?{name}={quote(code, errors='replace')}"
        check(mock, mock.send(path, method="GET"), path)


def deep(depth: int) -> list[tuple[bytes, str]]:
    inner = b"[" * depth + b"]" * depth
    nested = b'{"username":' * depth + b"1" + b"}" * depth
    return [
        (b'{"username":' + inner + b',"password":"x"}', "application/json"),
        (nested, "application/json"),
        (b"username" + b"[a]" * depth + b"=1", FORM),
    ]


LARGE: Final = [
    *deep(10_000),
    *deep(4000),
    (b"&".join(b"f%d=1" % n for n in range(10_000)), FORM),
    (json.dumps({f"f{n}": 1 for n in range(10_000)}).encode(), "application/json"),
    (b"username=" + b"x" * 110_000, FORM),
    (b'{"username":"' + b"x" * 102_000 + b'"}', "application/json"),
    (b'{"username":' + b"1" * 100_000 + b"}", "application/json"),
    (b"username[]=1&" * 999, FORM),
]


@both
@pytest.mark.parametrize(("body", "kind"), LARGE, ids=range(len(LARGE)))
def test_large_and_deep_bodies(profile: str, body: bytes, kind: str) -> None:
    mock = SHARED[profile]
    for path in (REGISTER, LOGIN, LOGOUT, SENDEMAIL):
        check(mock, mock.send(path, body, kind), path)
    long = [entry for entry in mock.journal[-4:] if len(json.dumps(entry)) > 20_000]
    assert long == []


# Whatever JSON can carry; a surrogate alone is read as U+FFFD.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ODD = ["a/b/c", "../..", "..%2f..", "\U0001f600" * 5, "nul\0byte", "cr\r\nlf: x", "%00%0d",
       "a?b#c", " " * 6, "\u202eabcd", "default~!x", "\u2028\u2029\x85\x1b[0m",
       "{n:06}"]  # fmt: skip
# Controls, line ends, and what turns the direction of a text around.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
USERNAMES = st.sampled_from(ODD) | ANY_TEXT.filter(lambda text: 5 <= len(text) <= 15)
PASSWORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=17)
LOCAL = ANY_TEXT.filter(lambda text: re.fullmatch(r"[^\s@]{1,20}", text) is not None)
EMAILS = st.builds("{}@{}.{}".format, LOCAL, LOCAL, LOCAL)


@settings(max_examples=examples(600), suppress_health_check=[HealthCheck.filter_too_much])
@given(username=USERNAMES, password=PASSWORDS, email=EMAILS, as_json=st.booleans())
def test_whoever_is_accepted_can_go_all_the_way(
    username: str, password: str, email: str, as_json: bool
) -> None:
    mock = SHARED["documented"]
    mock.admin("POST", "/reset")
    mock.exchanges.clear()
    fields = {"username": username, "password": password, "email": email, CAPTCHA: "ok"}
    send = mock.post_json if as_json else mock.post
    before = mock.user(username)
    assert before is None
    assert send(REGISTER, fields).code == 1120001
    assert mock.user(username)["email"] == email
    said = send(LOGIN, fields)
    assert said.code == 1220001
    assert mock.call(GET, said.cookie).code == 1340401
    (mail,) = mock.outbox(f"?username={quote(username, safe='')}")["messages"]
    assert (mail["username"], mail["to"]) == (username, email)
    if mail["delivered"]:
        assert send(SENDEMAIL, fields).code == 1420002
    link = mail["link"].removeprefix("http://localhost/api/v2")
    assert mock.send(link, method="GET").code == 1420001
    assert mock.user(username)["verified"] is True
    assert send(LOGIN, {**fields, "password": password + "x"}).code == 1940106
    found = mock.admin("GET", f"/requests?username={quote(username, safe='')}").json
    assert {entry["endpoint"] for entry in found["requests"]} >= {REGISTER, LOGIN, VERIFY}
    for exchange in mock.exchanges:
        text, as_line = (
            line_format(name)(iso(NOON_MS), None, exchange) for name in ("text", "json")
        )
        assert len(text.splitlines()) == 1
        assert len(as_line.splitlines()) == 1
        assert not UNSAFE.search(text)
        json.loads(as_line)
    assert mock.admin("DELETE", f"/users/{quote(username, safe='')}").status == 204


@given(password=st.text(max_size=20))
def test_only_the_very_password_logs_in(password: str) -> None:
    said = SHARED["documented"].post_json(LOGIN, credentials(password=password))
    assert said.code == (1940106 if password else 1940105)
