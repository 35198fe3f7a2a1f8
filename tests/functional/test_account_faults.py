"""Faults, magic users, preferences and mails of the account page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.credentials.codes import verification_code
from mockserver.errors import FullError
from mockserver.sandbox import rules
from mockserver.state.budget import StateBudget
from tests.helpers.accounts import (
    LOGIN,
    LOGOUT,
    REGISTER,
    SENDEMAIL,
    VERIFY,
    Accounts,
    accounts,
    credentials,
    registration,
)
from tests.helpers.text import GET, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

both = pytest.mark.parametrize("profile", ["documented", "server"])
MAGIC = """
  - {sid: of-magic, username: magic}
scenarios:
  reads-down: {faults: [{operation: find_user, error: database}]}
  writes-lost:
    faults:
      - {operation: save_user, error: database, after_commit: true}
      - {operation: save_session, error: database, after_commit: true}
  slow: {faults: [{operation: recaptcha, delay: 2s}, {operation: send_mail, delay: 3s}]}
"""
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


def magic(mock: Accounts, scenario: str) -> None:
    fields = {"scenario": scenario, "password": "haruhi_suzumiya", "verified": False}
    mock.admin("PUT", "/users/magic", {**fields, "email": "m@example.org"})


@both
def test_the_user_named_in_a_body_or_a_code_decides_the_scenario(made: Make, profile: str) -> None:
    mock = made(profile, MAGIC)
    magic(mock, "reads-down")
    assert mock.log_in("magic").code == 1950301
    assert mock.post(SENDEMAIL, credentials("magic")).code == 1950301
    assert mock.post(REGISTER, registration("magic")).code == 1950301
    assert mock.log_in("haruhi", cookie("of-magic")).code == 1220001
    assert mock.log_in("magic", cookie("of-haruhi")).code == 1950301
    magic(mock, "db-write-error")
    code = verification_code("magic", "", "mock-jwt-secret")
    assert mock.send(f"{VERIFY}?code={code}", method="GET").code == 1950301
    assert mock.send(LOGOUT, cookie=cookie("of-magic")).code in (1220002, 1940102)
    assert mock.journal[-2]["username"] == "magic"


@both
def test_what_is_stored_although_the_write_seems_to_fail(made: Make, profile: str) -> None:
    mock = made(profile, MAGIC)
    mock.admin("PUT", "/scenario", {"name": "writes-lost"})
    assert mock.post(REGISTER, registration()).code == 1950301
    assert mock.user("kyon777")["verified"] is False
    assert mock.outbox()["messages"] == []
    code = verification_code("kyon777", "", "mock-jwt-secret")
    assert mock.send(f"{VERIFY}?code={code}", method="GET").code == 1950301
    assert mock.user("kyon777")["verified"] is True
    mock.admin("PUT", "/scenario", {"name": "normal"})
    assert mock.log_in("kyon777").code == 1220001


@both
def test_a_session_that_is_not_saved(made: Make, profile: str) -> None:
    mock = made(profile)
    fault = {"operation": "save_session", "error": "database"}
    mock.admin("POST", "/faults", fault)
    said = mock.log_in()
    assert said.code == 1220001
    assert mock.call(GET, said.cookie).code in (1940102, 1940103)
    assert mock.log_in("mikuru", cookie("of-haruhi")).set_cookie is not None
    assert mock.admin("GET", "/sessions/of-haruhi").json["username"] == "haruhi"
    mock.admin("DELETE", "/faults")
    mock.admin("POST", "/faults", {**fault, "after_commit": True})
    assert mock.call(GET, mock.log_in().cookie).code == 1340401


@both
def test_delays_of_the_services(made: Make, profile: str) -> None:
    mock = made(profile, MAGIC)
    slow = {"Prefer": "scenario=slow"}
    said = mock.post(REGISTER, registration(), **slow)
    assert (said.code, said.headers["preference-applied"]) == (1120001, "scenario=slow")
    assert mock.delays == [2, 3]
    mock.post(LOGIN, {}, **slow)
    assert mock.delays == [2, 3]
    mock.log_in(**slow)
    assert mock.delays == [2, 3, 2]


@both
def test_the_builtin_scenarios_of_services(made: Make, profile: str) -> None:
    mock = made(profile)
    assert mock.log_in(Prefer="scenario=recaptcha-down").code == 1940101
    mail = mock.post(SENDEMAIL, credentials("mikuru"), Prefer="scenario=mail-down")
    assert mail.code == 1450301
    assert mock.post(REGISTER, registration(), Prefer="scenario=mail-down").code == 1120001
    assert [one["delivered"] for one in mock.outbox()["messages"]] == [False, False]
    assert mock.log_in(Prefer="scenario=db-down").code == 1950301


@both
def test_a_forced_code_changes_nothing(made: Make, profile: str) -> None:
    mock = made(profile)
    forced: list[tuple[str, int, Any]] = [
        (REGISTER, 1120001, registration()), (LOGIN, 1220001, credentials()),
        (SENDEMAIL, 1420002, credentials("mikuru")), (LOGOUT, 1220002, {}),
        (LOGIN, 1940106, credentials()), (REGISTER, 1140901, {}),
    ]  # fmt: skip
    for path, code, fields in forced:
        said = mock.post(path, fields, cookie("of-haruhi"), Prefer=f"code={code}")
        assert (said.code, said.headers["preference-applied"]) == (code, f"code={code}")
        assert said.set_cookie is None
        is_named = path == LOGIN and profile == "server" and code == 1220001
        data = {"username": "haruhi", "email": "haruhi@example.org"} if is_named else {}
        assert said.document.get("data", {}) == data
        garbage = mock.send(path, b"{", "application/json", Prefer=f"code={code}")
        assert garbage.status == (400 if profile == "server" else 200)
    good = verification_code("mikuru", "", "mock-jwt-secret")
    said = mock.send(f"{VERIFY}?code={good}", method="GET", Prefer="code=1420001")
    assert said.code == 1420001
    assert mock.user("mikuru")["verified"] is False
    assert mock.user("kyon777") is None
    assert mock.outbox()["total"] == 0
    assert mock.admin("GET", "/sessions/of-haruhi").json["username"] == "haruhi"


def test_a_code_of_another_endpoint_cannot_be_forced(made: Make) -> None:
    said = made().post(LOGIN, credentials(), Prefer="code=1120001")
    assert said.status == 400
    assert "1220001" in str(said.document["valid"])


@both
def test_mails_are_in_the_outbox_in_order(made: Make, profile: str) -> None:
    mock = made(profile)
    mock.post(REGISTER, registration(email="KYON@Example.org"))
    mock.post(SENDEMAIL, credentials("mikuru"))
    mock.post(SENDEMAIL, credentials("nameless"))
    found = mock.outbox()
    assert (found["complete"], found["total"]) == (True, 3)
    first, second, third = found["messages"]
    assert (first["username"], first["to"]) == ("kyon777", "KYON@Example.org")
    assert (first["delivered"], first["reason"]) == (True, None)
    assert (third["to"], third["delivered"]) == ("", False)
    assert third["reason"]
    assert first["id"] < second["id"] < third["id"]
    assert first["link"] == f"http://localhost/api/v2/auth/verify?code={first['code']}"
    assert mock.outbox(f"?after={first['id']}&limit=1")["messages"] == [second]
    assert mock.outbox("?username=mikuru")["messages"] == [second]
    assert mock.outbox("?to=KYON@Example.org&wait=1s")["messages"] == [first]
    assert mock.admin("GET", f"/outbox/{second['id']}").json == second
    verify = second["link"].removeprefix("http://localhost/api/v2")
    assert mock.send(verify, method="GET").code == 1420001
    assert mock.post(SENDEMAIL, credentials("mikuru")).code == 1420003
    mock.admin("POST", "/reset")
    assert mock.outbox() == {"complete": True, "total": 0, "messages": []}


def test_the_link_of_a_sandbox_leads_there(made: Make) -> None:
    mock = made()
    sandbox = mock.sandbox()
    mock.post(SENDEMAIL, credentials("mikuru"), base=sandbox["path"])
    assert mock.outbox()["total"] == 0
    (mail,) = mock.outbox(sandbox=sandbox["id"])["messages"]
    assert mail["link"].startswith(sandbox["api_url"] + "/auth/verify?code=")


def test_the_outbox_is_bounded(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_MAILS", 3)
    mock = made()
    for _ in range(5):
        mock.post(SENDEMAIL, credentials("mikuru"))
    found = mock.outbox()
    assert (found["complete"], found["total"]) == (False, 3)
    last = found["messages"][-1]["id"]
    assert mock.outbox(f"?after={last}")["complete"] is True
    mock.admin("DELETE", "/outbox")
    assert mock.outbox()["complete"] is True


@both
@pytest.mark.in_memory
def test_a_mock_that_can_store_no_more_says_so(
    made: Make, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = made(profile)

    def full(_self: StateBudget, by: int) -> None:
        if by > 0:
            raise FullError("full")

    monkeypatch.setattr(StateBudget, "grow", full)
    assert mock.post(REGISTER, registration()).code == 1950301
    login = mock.log_in()
    if profile == "server":
        assert (login.status, login.headers["content-type"][:9]) == (500, "text/html")
        assert "etag" not in login.headers
    else:
        assert login.code == 1950301
    assert login.set_cookie is None
    assert mock.log_in(cookie=cookie("of-haruhi")).code == 1220001
    assert mock.outbox()["total"] == 0
    assert [len(entry["warnings"]) for entry in mock.journal] == [1, 1, 0]
