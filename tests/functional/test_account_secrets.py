"""No password, reCAPTCHA value, verification code or signature is shown anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.record.exchange import Exchange
from mockserver.record.log_line import LOG_FORMATS, line_format
from mockserver.record.text import redacted
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
    registration,
)
from tests.helpers.text import GET, NOON_MS, SECRET

pytestmark = pytest.mark.usefixtures("state_kind")

both = pytest.mark.parametrize("profile", ["documented", "server"])
# The marks stand alone in what a client sends, whatever else it sends.
PASSWORDS = ("mark_password", "mark_wrong_one", "mark pass\r\nword")
CAPTCHA_VALUE = "mark_captcha"
USER = (
    f'  - {{username: marked, password: "{PASSWORDS[0]}", email: m@example.org, verified: false}}'
)
TYPES = ("application/json", FORM, "text/plain", "application/json; charset=latin1", "a/b;;",
         "application/json; charset=utf-16")  # fmt: skip


def attempts() -> Iterator[dict[str, Any]]:
    """What clients send that is right, wrong, incomplete or of other types."""
    for password in (*PASSWORDS, [PASSWORDS[0]], {"a": PASSWORDS[0]}):
        for captcha in (CAPTCHA_VALUE, [CAPTCHA_VALUE], {CAPTCHA_VALUE: CAPTCHA_VALUE}, "invalid"):
            for username in ("marked", "nobody", "kyon777", "", ["marked"], {"a": 1}, 5):
                yield {"username": username, "password": password, CAPTCHA: captcha,
                       "email": "kyon@example.org"}  # fmt: skip


def bodies() -> Iterator[tuple[bytes, str]]:
    for fields in attempts():
        yield json.dumps(fields).encode(), "application/json"
    whole = json.dumps(registration(password=PASSWORDS[0], **{CAPTCHA: CAPTCHA_VALUE})).encode()
    form = f"username=marked&password={quote(PASSWORDS[2])}&{CAPTCHA}={CAPTCHA_VALUE}".encode()
    for kind in TYPES:
        for body in (whole, whole[:-3], whole.replace(b":", b""), b'"mark_password"', form):
            yield body, kind
    yield form + b"&x=1" * 1001, FORM
    yield whole + b" " * 102_400, "application/json"
    yield b"mark_password=" + form, FORM
    yield b"[[" + whole, "application/json"


def logged(exchange: Exchange) -> list[str]:
    return [line_format(name)(iso(NOON_MS), "default", exchange) for name in LOG_FORMATS]


def everything(mock: Accounts, profile: str) -> Iterator[str]:
    """Go everywhere with the secrets. Yields what others than the client may see."""
    tried = list(bodies())
    for path in (REGISTER, LOGIN, SENDEMAIL, LOGOUT, VERIFY, GET, "/auth/nope"):
        for body, kind in tried:
            for prefer in ({}, {"Prefer": "scenario=db-down"}, {"Prefer": "code=1"}):
                if prefer and body is not tried[0][0]:
                    continue
                said = mock.send(path, body, kind, **prefer)
                yield said.content.decode()
    for body in (b'{"password": ["mark_password"]}', b'{"password": "mark_password"',
                 b'{"passwort": "mark_password"}', b'{"password": "mark_password", "uid": "x"}',
                 b'{"password": "$2a$10$mark_password"}'):  # fmt: skip
        put = mock.send("/users/other", body, "application/json", method="PUT", base="/__admin")
        yield put.content.decode()
    yield json.dumps([mock.journal, mock.admin("GET", "/users").json])
    for exchange in mock.exchanges:
        yield from logged(exchange)


@both
def test_passwords_and_recaptcha_values_are_shown_nowhere(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    fields = {"password": PASSWORDS[0], "email": "m@example.org", "verified": False}
    assert mock.admin("PUT", "/users/marked", fields).status == 201
    shown = list(everything(mock, profile))
    assert len(shown) > 1000
    assert [text for text in shown if "mark_" in text or "mark pass" in text] == []
    assert (
        mock.post(LOGIN, {"username": "marked", "password": PASSWORDS[0], CAPTCHA: "ok"}).code
        == 1220001
    )


@both
@pytest.mark.parametrize("form", ["{}", "s:{}", "s%3A{}", "s%253A{}.x"])
def test_the_text_of_a_malformed_cookie_is_no_session_id_unless_a_session_has_it(
    tmp_path: Path, profile: str, form: str
) -> None:
    """It may be a secret."""
    mock = accounts(tmp_path, profile)
    for path in (LOGOUT, GET):
        mock.send(path, cookie=f"animeloop.auth.sid={form.format('mark_secret')}")
        assert mock.journal[-1]["sid"] is None
        mock.send(path, cookie=f"animeloop.auth.sid={form.format('of-haruhi')}")
        assert mock.journal[-1]["sid"] == (None if "%253A" in form else "of-haruhi")
    shown = [json.dumps(entry) for entry in mock.journal]
    assert [text for text in shown if "animeloop.auth.sid=[redacted]" in text] != []
    shown += [line for exchange in mock.exchanges for line in logged(exchange)]
    assert [text for text in shown if "mark_secret" in text] == []


@both
def test_codes_and_signatures_are_shown_nowhere_but_in_the_outbox(
    tmp_path: Path, profile: str
) -> None:
    mock = accounts(tmp_path, profile)
    mock.post(REGISTER, registration())
    code = mock.outbox()["messages"][0]["code"]
    claims, signature = code.split(".")[1:]
    cookie = mock.log_in().cookie
    _, _, cookie_signature = cookie.rpartition(".")
    secrets = [code, claims, signature, cookie_signature, SECRET, "mock-jwt-secret"]
    queries = (code, code[:-4], f"{code}.{code}", quote(code * 40))
    paths = [f"{VERIFY}?code={query}" for query in queries]
    paths += [f"{VERIFY}/?code={code}", f"{VERIFY}/{code}", f"{VERIFY}?code[]={code}"]
    paths += [f"{VERIFY}?x={code}", f"{LOGIN}?code={code}"]
    for path in paths:
        for method in ("GET", "POST", "HEAD", "PUT"):
            for prefer in ({}, {"Prefer": f"code={code}"}, {"Prefer": f"scenario={code}"}):
                mock.send(path, b"", None, cookie, method, **prefer)
    mock.post(LOGIN, {"username": code, "password": cookie_signature, CAPTCHA: code}, cookie)
    mock.send(LOGOUT, cookie=cookie.replace("s%3A", "s%253A"))
    mock.send(LOGOUT, cookie=cookie)
    shown = [line for one in mock.exchanges for line in logged(one)]
    shown.append(json.dumps(mock.journal))
    found = [(text[:300], secret) for text in shown for secret in secrets if secret in text]
    assert found == []
    assert len(mock.exchanges) > 100


@both
@pytest.mark.parametrize(
    "body",
    [
        b"username=alice;password=mark_1;g-recaptcha-response=mark_2",
        b"username=alice\r\npassword=mark_1\r\ng-recaptcha-response=mark_2",
        b"username=alice%26password%3Dmark_1&g-recaptcha-response=ok",
        b"username=alice%2526password%253Dmark_1&g-recaptcha-response=ok",
        b"username=%7B%22password%22%3A%22mark_1%22%7D&g-recaptcha-response=ok",
        b"username=%7B%22newPassword%22%20%3A%20%22mark_1%22%7D&g-recaptcha-response=ok",
    ],
)
def test_a_secret_within_a_username_is_shown_nowhere(
    tmp_path: Path, profile: str, body: bytes
) -> None:
    mock = accounts(tmp_path, profile)
    mock.send(LOGIN, body)
    shown = [json.dumps(mock.journal[-1]), *logged(mock.exchanges[-1])]
    assert [text for text in shown if "mark_" in text] == []
    assert [text for text in shown if "alice" in text or "[redacted]" in text] == shown


@both
def test_the_values_of_a_json_array_are_hidden(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    mock.send(LOGIN, b'["password", "mark_1", {"username": "mark_2"}]', "application/json")
    assert mock.journal[-1]["request"]["body"] == "[redacted]"
    mock.send(LOGIN, b'{"username": "alice"}', "application/json")
    assert mock.journal[-1]["request"]["body"] == '{"username":"alice"}'


@both
@pytest.mark.parametrize("separator", ["%3F", "&", ";", "%253F", "/"])
def test_a_secret_within_a_path_is_shown_nowhere(
    tmp_path: Path, profile: str, separator: str
) -> None:
    mock = accounts(tmp_path, profile)
    for query in ("password=mark_1", "x=1&g-recaptcha-response=mark_1", "user[password]=mark_1"):
        mock.send(f"{LOGIN}{separator}{query}")
    mock.send(f"{VERIFY}{separator.replace('/', '?')}code=mark_1")
    shown = [json.dumps(entry) for entry in mock.journal]
    shown += [line for exchange in mock.exchanges for line in logged(exchange)]
    assert [text for text in shown if "mark_" in text] == []


@both
def test_no_part_of_a_signature_is_shown(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    cookie = mock.log_in().cookie
    head, _, signature = cookie.rpartition(".")
    for sent in (
        cookie[:-1], cookie + "x", f"{head}..{signature}", f"{head}.x{signature}", cookie + "=",
        f"{cookie}.x", f"{cookie[:-1]}.x", f"a=b; {cookie[:-1]}; c=d",
    ):  # fmt: skip
        mock.send(GET, cookie=sent)
        text = json.dumps(mock.journal[-1]["request"])
        assert signature[:20] not in text, sent
        assert "animeloop.auth.sid=" in text
    assert "characters instead of 43" in str(mock.journal[-1]["explain"])
    mock.send(GET, cookie="animeloop.auth.sid=")
    assert mock.journal[-1]["request"]["headers"]["Cookie"] == "animeloop.auth.sid="


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET http://alice:pw@x/a?code=b&d", "GET http://[redacted]@x/a?code=[redacted]&d"),
        ("a?code=b&password=c&d", "a?code=[redacted]&[redacted]"),
        ("?code=//a:b@c", "?code=[redacted]"),
        ("the password is not that of user x", "the password is not that of user x"),
        ("field password: expected text", "field password: expected text"),
        ("Prefer: code=1220001", "Prefer: code=1220001"),
        ("http://127.0.0.1:80/a@b", "http://127.0.0.1:80/a@b"),
    ],
)
def test_fields_are_redacted_by_name_and_sentences_are_not(text: str, shown: str) -> None:
    assert redacted(text) == shown
