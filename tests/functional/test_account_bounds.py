"""What a client chooses costs neither much time nor much memory, and is told truly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.api.account.rules import rules_of
from mockserver.record.outbox import refusal_of
from tests.helpers.accounts import (
    LOGIN,
    REGISTER,
    VERIFY,
    Accounts,
    accounts,
    credentials,
    registration,
)
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED
from tests.helpers.timing import seconds

pytestmark = pytest.mark.usefixtures("state_kind")

both = pytest.mark.parametrize("profile", ["documented", "server"])
HOSTILE = [
    "a@" + "." * 100_000 + "@",
    "a" * 100_000 + "<@;.b",
    "a@" * 50_000,
    "a@" + "b." * 50_000 + " ",
    "@" * 100_000,
]


@both
def test_an_address_longer_than_fixtures_can_hold_is_malformed(
    tmp_path: Path, profile: str
) -> None:
    mock = accounts(tmp_path, profile)
    for length, code in ((4097, 1140006), (4096, 1120001)):
        address = "a" * (length - len("@example.org")) + "@example.org"
        assert mock.post(REGISTER, {**registration(), "email": address}).code == code


@both
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([1], "is not text"), ({"a": 1}, "is not text"), (["ok"], "is not text but a list"),
        ("", "is missing or empty"), (None, "is missing or empty"),
    ],
)  # fmt: skip
def test_a_recaptcha_value_that_is_no_text_is_told_from_none(
    tmp_path: Path, profile: str, value: object, why: str
) -> None:
    mock = accounts(tmp_path, profile)
    body = json.dumps({**credentials(), "g-recaptcha-response": value}).encode()
    mock.send(LOGIN, body, "application/json")
    assert f"field g-recaptcha-response {why}" in mock.why


def latest(mock: Accounts) -> dict[str, object]:
    entry = mock.journal[-1]
    assert isinstance(entry, dict)
    return entry


@both
@pytest.mark.parametrize("address", HOSTILE, ids=range(len(HOSTILE)))
def test_an_address_is_judged_in_linear_time(profile: str, address: str) -> None:
    assert seconds(lambda: rules_of(profile).accepts_email(address)) < 0.5
    assert seconds(lambda: refusal_of(address)) < 0.5


@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("a@b.c", True), ("ü@bücher.de", True), ("a@b.c.d", True), ("a@b..c", True),
        ("a@.c", False), ("a@b.", False), ("a@b", False), ("@b.c", False), ("a@b@c.d", False),
        ("a @b.c", False), ("a@b.c\n", False), ("", False),
    ],
)  # fmt: skip
def test_the_documentation_wants_something_at_something_with_a_dot(
    address: str, accepted: bool
) -> None:
    assert rules_of("documented").accepts_email(address) is accepted


def test_an_entry_holds_no_long_address(tmp_path: Path) -> None:
    mock = accounts(tmp_path, "documented")
    mock.post(REGISTER, registration(email="a" * 4000 + "@b.co"))
    (exchange,) = mock.exchanges
    assert sum(map(len, exchange.explain)) < 500
    assert exchange.size > sum(map(len, exchange.explain))


@both
def test_the_journal_tells_who_was_verified(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    mock.post(REGISTER, registration())
    code = mock.outbox()["messages"][-1]["code"]
    assert mock.send(f"{VERIFY}?code={code}", method="GET").code == 1420001
    assert latest(mock)["explain"] == ["the user of the code is verified"]
    mock.admin("DELETE", f"/users/{registration()['username']}")
    assert mock.send(f"{VERIFY}?code={code}", method="GET").code == 1420001
    said = ["there is no user of the name in the code, which the reply does not tell"]
    assert latest(mock)["explain"] == said


@both
def test_the_journal_tells_that_a_session_was_not_saved(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    mock.admin("POST", "/faults", {"operation": "save_session", "error": "database"})
    assert mock.post(LOGIN, credentials("haruhi")).set_cookie is not None
    explain = latest(mock)["explain"]
    assert isinstance(explain, list)
    assert "save_session failed" in explain[-3]
    assert explain[-2].endswith("was not saved; its cookie is set all the same")
    assert explain[-1] == "user haruhi logged in"


@both
def test_a_forced_request_is_journalled_under_the_user_that_it_names(
    tmp_path: Path, profile: str
) -> None:
    mock = accounts(tmp_path, profile)
    assert mock.post(LOGIN, credentials("haruhi"), Prefer="code=1940106").code == 1940106
    assert latest(mock)["username"] == "haruhi"
    mock.send(LOGIN, b"{", "application/json", Prefer="code=1940106")
    if profile == "documented":
        assert (latest(mock)["code"], latest(mock)["username"]) == (1940106, None)


def test_logins_do_not_change_the_ids_of_sandboxes() -> None:
    ids = []
    for logins in (0, 3):
        mock = Mock(SHIPPED, seed=7)
        for _ in range(logins):
            mock.client.simulate_post("/api/v2" + LOGIN, json={})
        ids.append(mock.sandbox()["id"])
    assert ids[0] == ids[1]


@both
def test_an_ignored_body_is_named_by_its_media_type_alone(tmp_path: Path, profile: str) -> None:
    mock = accounts(tmp_path, profile)
    mock.send(LOGIN, b"username=haruhi", "text/plain; x=s3cret")
    entry = latest(mock)
    assert "its type is text/plain, neither" in str(entry["explain"])
    assert "s3cret" not in str(entry["explain"]) + str(entry["warnings"])
