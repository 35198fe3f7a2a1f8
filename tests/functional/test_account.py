"""The account page in process: its codes, in the order of the checks, in both profiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.credentials.codes import verification_code
from mockserver.credentials.jwt import issuer_of
from tests.helpers.accounts import (
    CAPTCHA,
    LOGIN,
    LOGOUT,
    REGISTER,
    SENDEMAIL,
    VERIFY,
    Accounts,
    accounts,
    credentials,
    registration,
    without,
)
from tests.helpers.text import cookie

pytestmark = pytest.mark.usefixtures("state_kind")

MESSAGES: dict[int, Any] = {
    1120001: "register successfully.",
    1140001: "[username] is empty, please provide a correct one.",
    1140002: "[username] must be at least 5 at most 15 characters long, please try another.",
    1140003: "[password] is empty, please provide a correct one.",
    1140004: "[password] must be at least 6 at most 17 characters long, please try another.",
    1140005: "[email] is empty, please provide a correct one.",
    1140006: "[email] is not in correct format, please try another.",
    1140901: {"documented": "This username has been registered.",
              "server": "this username has been registered."},
    1220001: "login successfully.",
    1220002: "logout successfully.",
    1420001: "verify account successfully.",
    1420002: "send verification email successfully.",
    1420003: {"documented": "this account has already been verified.",
              "server": "this account has already been verified"},
    1440001: "[code] is empty, please provide a correct one.",
    1440002: "[code] is invalid, please provide a correct one.",
    1450301: "mail smtp server error.",
    1940101: "Google reCAPTCHA verification failed.",
    1940102: "cookie session validation failed.",
    1940104: "username is empty.",
    1940105: "password is empty.",
    1940106: "incorrect username or password.",
    1950301: "internal server error, database error.",
}  # fmt: skip
both = pytest.mark.parametrize("profile", ["documented", "server"])
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


def fails(mock: Accounts, *operations: str) -> None:
    for operation in operations:
        error = "unavailable" if operation in ("recaptcha", "send_mail") else "database"
        fault = {"operation": operation, "error": error}
        assert mock.admin("POST", "/faults", fault).status == 201


# Each row makes one check fail, and every later one too: the earliest decides.
FULL = registration()
WRONG = {"username": "x", "password": "x", "email": "x"}
CHECKS: list[tuple[str, dict[str, Any], tuple[str, ...], int]] = [
    (REGISTER, {**WRONG, CAPTCHA: "invalid"}, (), 1940101),
    (REGISTER, WRONG, (), 1940101),
    (REGISTER, {**FULL}, ("recaptcha",), 1940101),
    (REGISTER, {**WRONG, CAPTCHA: "ok", "username": ""}, ("database",), 1140001),
    (REGISTER, without({**WRONG, CAPTCHA: "ok"}, "username"), ("database",), 1140001),
    (REGISTER, {CAPTCHA: "ok", "username": "four"}, ("database",), 1140002),
    (REGISTER, {**FULL, "username": "x" * 16}, ("database",), 1140002),
    (REGISTER, {CAPTCHA: "ok", "username": "haruhi"}, ("database",), 1140003),
    (REGISTER, {**WRONG, CAPTCHA: "ok", "username": "haruhi"}, ("database",), 1140004),
    (REGISTER, without({**FULL, "username": "haruhi"}, "email"), ("database",), 1140005),
    (REGISTER, {**FULL, "username": "haruhi", "email": "x"}, ("database",), 1140006),
    (REGISTER, {**FULL, "username": "haruhi"}, ("find_user",), 1950301),
    (REGISTER, {**FULL, "username": "haruhi"}, ("save_user",), 1140901),
    (REGISTER, FULL, ("save_user", "send_mail"), 1950301),
    (REGISTER, FULL, ("send_mail",), 1120001),
    (REGISTER, FULL, (), 1120001),
    (LOGIN, {CAPTCHA: "invalid"}, ("database",), 1940101),
    (LOGIN, {CAPTCHA: "ok"}, ("database",), 1940104),
    (LOGIN, {CAPTCHA: "ok", "username": "", "password": ""}, ("database",), 1940104),
    (LOGIN, {CAPTCHA: "ok", "username": "nobody"}, ("database",), 1940105),
    (LOGIN, credentials("nobody"), ("find_user", "session_store"), 1950301),
    (LOGIN, credentials("nobody"), ("session_store",), 1940106),
    (LOGIN, credentials(password="another one"), ("session_store",), 1940106),
    (LOGIN, credentials(), ("save_session",), 1220001),
    (LOGIN, credentials(), (), 1220001),
    (SENDEMAIL, {}, ("database",), 1940104),
    (SENDEMAIL, {"username": "nobody"}, ("database",), 1940105),
    (SENDEMAIL, credentials("nobody"), ("find_user",), 1950301),
    (SENDEMAIL, credentials("nobody"), ("send_mail",), 1940106),
    (SENDEMAIL, credentials("mikuru", password="another one"), ("send_mail",), 1940106),
    (SENDEMAIL, credentials("haruhi"), ("send_mail",), 1420003),
    (SENDEMAIL, credentials("mikuru"), ("send_mail",), 1450301),
    (SENDEMAIL, credentials("nameless"), (), 1450301),
    (SENDEMAIL, without(credentials("mikuru"), CAPTCHA), (), 1420002),
]


@both
@pytest.mark.parametrize(("path", "fields", "failing", "code"), CHECKS)
def test_the_first_check_that_fails_decides(
    made: Make, profile: str, path: str, fields: dict[str, Any], failing: tuple[str, ...], code: int
) -> None:
    for as_json in (False, True):
        mock = made(profile)
        fails(mock, *failing)
        said = mock.post_json(path, fields) if as_json else mock.post(path, fields)
        message = MESSAGES[code]
        expected = {
            "status": "success" if code in (1120001, 1220001, 1420002, 1420003) else "error",
            "code": code,
            "message": message if isinstance(message, str) else message[profile],
        }
        if expected["status"] == "success":
            of_user = {"username": "haruhi", "email": "haruhi@example.org"}
            is_login = code == 1220001 and profile == "server"
            expected["data"] = of_user if is_login else {}
        assert (said.status, list(said.document.items())) == (200, list(expected.items()))


@both
@pytest.mark.parametrize(
    ("sid", "failing", "code"),
    [
        (None, ("session_store", "find_user"), 1940102),
        ("unknown", (), 1940102),
        ("old", (), 1940102),
        ("of-nobody", ("find_user",), 1940102),
        ("of-haruhi", ("find_user",), 1950301),
        ("of-the-gone", (), 1940102),
        ("of-haruhi", (), 1220002),
    ],
)
def test_the_checks_of_a_logout(
    made: Make, profile: str, sid: str | None, failing: tuple[str, ...], code: int
) -> None:
    mock = made(profile)
    fails(mock, *failing)
    said = mock.send(LOGOUT, cookie=None if sid is None else cookie(sid))
    assert (said.code, said.document["message"]) == (code, MESSAGES[code])
    assert said.set_cookie is None
    alive = mock.admin("GET", "/sessions/of-haruhi").status
    assert alive == (404 if code == 1220002 else 200)


@pytest.mark.parametrize(("profile", "code"), [("documented", 1950301), ("server", 1940102)])
def test_a_logout_without_session_store(made: Make, profile: str, code: int) -> None:
    mock = made(profile)
    fails(mock, "session_store")
    assert mock.send(LOGOUT, cookie=cookie("of-haruhi")).code == code
    assert mock.admin("GET", "/sessions/of-haruhi").status == 200


def test_a_login_without_session_store(made: Make) -> None:
    documented = made("documented")
    fails(documented, "session_store")
    assert documented.log_in().code == 1950301
    server = made("server")
    fails(server, "session_store")
    said = server.log_in(Origin="http://a.example")
    assert (said.status, said.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert said.headers["access-control-allow-origin"] == "http://a.example"
    assert "etag" not in said.headers
    assert said.set_cookie is None


KEY = "mock-jwt-secret"
GOOD = verification_code("mikuru", "2026-01-01T00:00:00.000Z", KEY)


@both
def test_the_checks_of_verify(made: Make, profile: str) -> None:
    mock = made(profile)
    for query in ("", "?code=", "?other=x"):
        assert mock.send(VERIFY + query, method="GET").code == 1440001
    no_action = issuer_of(KEY).sign({"username": "mikuru"})
    assert mock.send(f"{VERIFY}?code={no_action}", method="GET").code == 1440002
    for code in ("x", "a.b.c", verification_code("mikuru", "", "another key"), GOOD[:-2]):
        said = mock.send(f"{VERIFY}?code={code}", method="GET")
        if profile == "server":
            assert (said.status, said.headers["content-type"][:9]) == (500, "text/html")
        else:
            assert (said.status, said.code) == (200, 1440002)
    assert mock.user("mikuru")["verified"] is False
    fails(mock, "save_user")
    assert mock.send(f"{VERIFY}?code={GOOD}", method="GET").code == 1950301
    assert mock.user("mikuru")["verified"] is False
    mock.admin("DELETE", "/faults")
    assert mock.send(f"{VERIFY}?code={GOOD}", method="GET").code == 1420001
    assert mock.user("mikuru")["verified"] is True
    nobody = verification_code("nobody", "", KEY)
    assert mock.send(f"{VERIFY}?code={nobody}", method="GET").code == 1420001
    assert mock.user("nobody") is None


@both
@pytest.mark.parametrize("field", ["username", "password", "email"])
@pytest.mark.parametrize("value", [["haruhi"], {"a": 1}, 12345678.5, True])
def test_fields_that_are_not_text(made: Make, profile: str, field: str, value: object) -> None:
    said = made(profile).post_json(REGISTER, {**registration(), field: value})
    malformed = {"username": 1140002, "password": 1140004, "email": 1140006}[field]
    if profile == "documented":
        assert said.code == malformed
    elif field == "username" and value == ["haruhi"]:
        assert said.code == 1140901
    else:
        assert said.code in (malformed, 1950301)


@pytest.mark.parametrize(
    ("fields", "documented", "server"),
    [
        ({"username": "\u6dbc\u5bae\u30cf\u30eb\u30d2"}, 1120001, 1140002),
        ({"username": "\U0001f600" * 15}, 1120001, 1140002),
        ({"username": "\U0001f600" * 16}, 1140002, 1140002),
        ({"password": "short_"}, 1120001, 1140004),
        ({"password": "x" * 17}, 1120001, 1120001),
        ({"password": "x" * 18}, 1140004, 1120001),
        ({"password": "x" * 33}, 1140004, 1140004),
        ({"password": "with a space"}, 1120001, 1140004),
        ({"email": "a@b.museum"}, 1120001, 1140006),
        ({"email": "a+b@example.org"}, 1120001, 1140006),
        ({"email": "a@b.c"}, 1120001, 1140006),
        ({"email": "a@b"}, 1140006, 1140006),
    ],
)
def test_what_the_two_profiles_accept(
    made: Make, fields: dict[str, str], documented: int, server: int
) -> None:
    for profile, code in (("documented", documented), ("server", server)):
        assert made(profile).post(REGISTER, registration(**fields)).code == code


def test_a_user_without_password(made: Make) -> None:
    assert made("documented").log_in("keyless").code == 1940106
    server = made("server")
    assert server.log_in("keyless").code == 1950301
    assert len(server.warnings) == 1
