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
    """It may be a secret. Only the headers of the request show it, as they were sent."""
    mock = accounts(tmp_path, profile)
    for path in (LOGOUT, GET):
        mock.send(path, cookie=f"animeloop.auth.sid={form.format('mark_secret')}")
        assert mock.journal[-1]["sid"] is None
        mock.send(path, cookie=f"animeloop.auth.sid={form.format('of-haruhi')}")
        assert mock.journal[-1]["sid"] == (None if "%253A" in form else "of-haruhi")
    shown = [json.dumps({**entry, "request": None}) for entry in mock.journal]
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
