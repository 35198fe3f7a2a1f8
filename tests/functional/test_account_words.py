"""What journal and request log say of requests to the account page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.helpers.accounts import (
    LOGIN,
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

_FULL_WIDTH = "".join(chr(0xFEE0 + ord(digit)) for digit in "1940106")
_LIST = "a list, as of a field that is given twice"
both = pytest.mark.parametrize("profile", ["documented", "server"])
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


def negative(mock: Accounts, kind: str) -> str:
    header: str = mock.admin("GET", f"/cookies?kind={kind}").json["cookie_header"]
    return header


def explained(mock: Accounts) -> list[str]:
    steps: list[str] = mock.journal[-1]["explain"]
    return steps


@both
@pytest.mark.parametrize("path", [LOGIN, REGISTER])
def test_a_captcha_service_that_is_down_is_named(made: Make, profile: str, path: str) -> None:
    mock = made(profile)
    down = "scenario recaptcha-down: recaptcha failed"
    assert mock.post(path, registration(), Prefer="scenario=recaptcha-down").code == 1940101
    assert mock.why == down
    assert explained(mock) == [down]
    assert mock.post(path, {**registration(), "g-recaptcha-response": "invalid"}).code == 1940101
    assert mock.why == "the reCAPTCHA value is not one that passes here"


@both
def test_a_mail_server_that_is_down_is_named(made: Make, profile: str) -> None:
    mock = made(profile)
    down = "scenario mail-down: send_mail failed"
    prefer = "scenario=mail-down"
    assert mock.post(SENDEMAIL, credentials("mikuru"), Prefer=prefer).code == 1450301
    assert mock.why == down
    assert mock.post(REGISTER, registration(), Prefer=prefer).code == 1120001
    assert mock.why == down
    assert explained(mock) == ["user kyon777 registered", down]
    assert [mail["reason"] for mail in mock.outbox()["messages"]] == [
        "the mail server is unavailable", "the mail server is unavailable",
    ]  # fmt: skip
    assert mock.post(SENDEMAIL, credentials("nameless")).code == 1450301
    assert mock.why == "verification mail to nobody was refused: the user has no address"


@both
@pytest.mark.parametrize("path", [LOGIN, REGISTER, SENDEMAIL])
@pytest.mark.parametrize("username", [[], [("username", None)], [("username", [None])]])
def test_a_missing_username_names_nobody(
    made: Make, profile: str, path: str, username: list[tuple[str, object]]
) -> None:
    mock = made(profile)
    fields = {**without(registration(), "username"), **dict(username)}
    mock.admin("PUT", "/users/null", {"scenario": "db-slow"})
    mock.post_json(path, fields)
    assert mock.journal[-1]["username"] is None
    assert mock.journal[-1]["scenario"] == "normal"


@both
def test_a_forced_code_has_the_words_of_the_profile_and_the_documented_data(
    made: Make, profile: str
) -> None:
    mock = made(profile)
    for path, real in ((REGISTER, registration("haruhi")), (SENDEMAIL, credentials())):
        said = mock.post(path, real).document
        assert mock.post(path, {}, Prefer=f"code={said['code']}").document == said


@both
def test_a_forced_login_names_the_user_as_the_profile_does(made: Make, profile: str) -> None:
    mock = made(profile)
    example = {"username": "kyon777", "email": "johnsmith@haruhi.tv"}
    for fields, data in (
        (credentials(), {"username": "haruhi", "email": "haruhi@example.org"}),
        (credentials("nameless"), {"username": "nameless", "email": None}),
        (credentials("nobody"), example),
        ({}, example),
    ):
        said = mock.post(LOGIN, fields, Prefer="code=1220001")
        assert said.document["data"] == (data if profile == "server" else {})
        assert said.set_cookie is None


@both
@pytest.mark.parametrize("path", [LOGIN, REGISTER, SENDEMAIL])
def test_malformed_json_is_the_beginning_of_the_reply_of_the_endpoint(
    made: Make, profile: str, path: str
) -> None:
    mock = made(profile)
    fields = {LOGIN: credentials(), REGISTER: registration(), SENDEMAIL: credentials("mikuru")}
    whole = mock.post(path, fields[path]).content
    said = mock.post(path, fields[path], Prefer="scenario=malformed-json")
    assert whole.startswith(said.content)
    assert said.content.endswith(b"succ")
    assert b'"message":"' in said.content


@both
@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("Text/Plain; boundary=hunter2", "text/plain"),
        ("hunter2", "malformed"),
        ("application/json; hunter2", "malformed"),
        ("text/" + "x" * 500, "text/" + "x" * 94 + "…"),
    ],
)
def test_an_ignored_body_is_told_by_its_media_type_alone(
    made: Make, profile: str, kind: str, named: str
) -> None:
    mock = made(profile)
    mock.send(LOGIN, b"username=haruhi", kind)
    warning = f"warning: the body was not read: its type is {named}, neither a form nor JSON"
    assert mock.warnings == [warning]


@both
@pytest.mark.parametrize("value", ["hunter2", "", "1940106x", _FULL_WIDTH])
def test_a_code_that_is_no_number_is_not_repeated(made: Make, profile: str, value: str) -> None:
    mock = made(profile)
    said = mock.post(LOGIN, credentials(), Prefer=f"code={value.encode().decode('latin-1')}")
    assert said.status == 400
    assert said.document["detail"] == "Prefer: code: expected a number, such as 1220001"
    assert mock.why == said.document["detail"]
    assert "1940107" in mock.post(LOGIN, {}, Prefer="code=1940107").document["detail"]


@pytest.mark.parametrize("value", [7, True, ["a", "b"], {"a": 1}])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        *product((LOGIN, REGISTER), ("username", "password", "g-recaptcha-response")),
        *product((SENDEMAIL,), ("username", "password")),
        (REGISTER, "email"),
    ],
)
def test_a_field_that_is_not_text_is_named(
    made: Make, path: str, field: str, value: object
) -> None:
    mock = made()
    name = "kyon777" if path == REGISTER else "haruhi"
    mock.post_json(path, {**registration(name), field: value})
    kinds = {int: "a number", bool: "true or false", list: _LIST, dict: "an object"}
    assert mock.why == f"field {field} is not text but {kinds[type(value)]}"


def test_a_field_that_is_given_twice_in_a_form_is_named(made: Make) -> None:
    mock = made()
    body = b"username=haruhi&password=one&password=two&g-recaptcha-response=ok"
    assert mock.send(LOGIN, body).code == 1940106
    assert mock.why == f"field password is not text but {_LIST}"
    assert mock.send(f"{VERIFY}?code=a&code=b", method="GET").code == 1440002
    assert mock.why == f"field code is not text but {_LIST}"


@both
def test_a_login_says_why_its_cookie_did_not_count(made: Make, profile: str) -> None:
    mock = made(profile)
    for value, reasons in (
        (cookie("old"), ["signature verifies with secret 1 of 1", "session old expired"]),
        (cookie("of-haruhi", "another"), ["signature does not verify with the secret"]),
        ("animeloop.auth.sid=of-haruhi", ["the cookie is not a signed session id"]),
        (
            cookie("unheard"),
            ["signature verifies with secret 1 of 1", "session unheard is unknown"],
        ),
        (negative(mock, "expired"), ["signature verifies", "!expired expired"]),
        (negative(mock, "userless"), ["signature verifies", "has no user in it"]),
    ):
        assert mock.log_in(cookie=value).code == 1220001
        *steps, opened, last = explained(mock)
        found = "\n".join(steps)
        assert all(reason in found for reason in reasons), found
        assert opened.endswith(" made")
        assert last == "user haruhi logged in"


@both
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Username", "username"), ("user", "username"), ("pasword", "password"),
        ("passwd", "password"), ("PASSWORD", "password"), ("recaptcha", "g-recaptcha-response"),
        ("g_recaptcha_response", "g-recaptcha-response"), ("mail", "email"), ("e-mail", "email"),
        ("gRecaptchaResponse", "g-recaptcha-response"),
    ],
)  # fmt: skip
def test_a_field_that_is_misnamed_is_hinted_at_without_its_value(
    made: Make, profile: str, given: str, meant: str
) -> None:
    mock = made(profile)
    fields = {**without(registration(), meant), given: registration()[meant]}
    mock.post(REGISTER, fields)
    hint = f"hint: the field {given} looks like {meant} under another name"
    assert explained(mock) == [hint, f"field {meant} is missing or empty"]
    assert mock.why == f"field {meant} is missing or empty; {hint}"


@pytest.mark.parametrize("given", ["hunter2", "word", "haruhi_suzumiya", "p" * 2000, "username"])
def test_a_field_of_another_name_is_not_hinted_at(made: Make, given: str) -> None:
    mock = made()
    mock.post(LOGIN, {**without(credentials(), "password"), given: "haruhi"})
    assert explained(mock) == ["field password is missing or empty"]


@both
def test_a_code_that_is_misnamed_is_hinted_at(made: Make, profile: str) -> None:
    mock = made(profile)
    assert mock.send(f"{VERIFY}?Code=abc", method="GET").code == 1440001
    assert explained(mock)[0] == "hint: the field Code looks like code under another name"


@both
def test_a_json_array_is_named(made: Make, profile: str) -> None:
    mock = made(profile)
    assert mock.send(LOGIN, b' ["haruhi"]', "application/json; charset=utf-8").code == 1940101
    assert mock.warnings == ["warning: the body has no fields: it is a JSON array, not an object"]
    assert mock.send(LOGIN, b"{}", "application/json").code == 1940101
    assert mock.send(LOGIN, b"[=").code == 1940101
    assert mock.warnings == []


@both
def test_fields_in_the_query_are_named(made: Make, profile: str) -> None:
    mock = made(profile)
    assert mock.send(f"{LOGIN}?username=haruhi&password=x&theme=dark").code == 1940101
    assert mock.warnings == ["warning: the query was not read: send username, password in the body"]
    assert mock.post(f"{LOGIN}?username=haruhi&utm=1", credentials()).code == 1220001
    assert mock.warnings == []


@both
def test_a_second_verification_says_that_it_is_one(made: Make, profile: str) -> None:
    mock = made(profile)
    mock.post(SENDEMAIL, credentials("mikuru"))
    code = mock.outbox()["messages"][0]["code"]
    said = []
    for _ in range(2):
        assert mock.send(f"{VERIFY}?code={code}", method="GET").code == 1420001
        said.append(mock.why)
    assert said == ["the user of the code is verified", "the user of the code was verified already"]
