"""What journal and request log say of requests to the account page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.accounts import (
    LOGIN,
    REGISTER,
    SENDEMAIL,
    Accounts,
    accounts,
    credentials,
    registration,
    without,
)

_FULL_WIDTH = "".join(chr(0xFEE0 + ord(digit)) for digit in "1940106")
both = pytest.mark.parametrize("profile", ["documented", "server"])
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


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
    assert mock.post(LOGIN, {}, Prefer="code=1220001").document["data"] == {}


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
