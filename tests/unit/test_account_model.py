"""The models of sessions and accounts that the soak compares the mock with, by hand."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from soak.account_model import AccountCall, AccountState, SessionCall, SessionState
from soak.linearizability import first_unexplained

START = SessionState("anna", (("anna", None), ("ben", None)))


def token(user: str, number: int = 1) -> str:
    payload = urlsafe_b64encode(f'{{"username":"{user}","n":{number}}}'.encode()).decode()
    return f"e30.{payload.rstrip('=')}.x"


def login(begin: int, end: int, user: str, cookie: str | None) -> SessionCall:
    return SessionCall(begin, end, "login", 1220001, user, None, cookie)


def call(begin: int, end: int, what: str, code: int, found: str | None = None) -> SessionCall:
    return SessionCall(begin, end, what, code, None, found)


EXPLAINED = {
    "a logout that overlaps a token call": [
        call(0, 9, "logout", 1220002), call(1, 2, "new", 1320002, token("anna"))],
    "a token of whoever logged in": [
        login(0, 1, "ben", "same"), call(2, 3, "new", 1320002, token("ben")),
        login(4, 5, "anna", "same"), call(6, 7, "get", 1340401)],
    "a login after a logout": [
        call(0, 1, "logout", 1220002), login(2, 3, "anna", "fresh"), call(4, 5, "get", 1940103)],
    "logins that overlap": [login(0, 9, "ben", "same"), login(1, 8, "ben", None)],
    "a session that is opened again": [
        call(0, 1, "logout", 1220002), SessionCall(2, 3, "open", 200, "ben"),
        call(4, 5, "new", 1320002, token("ben"))],
}  # fmt: skip
UNEXPLAINED = {
    "a token after the logout": [
        call(0, 1, "logout", 1220002), call(2, 3, "new", 1320002, token("anna"))],
    "two logouts": [call(0, 9, "logout", 1220002), call(0, 9, "logout", 1220002)],
    "a token of the user before": [
        login(0, 1, "ben", "same"), call(2, 3, "new", 1320002, token("anna"))],
    "a session that comes back": [
        call(0, 1, "logout", 1220002), login(2, 3, "ben", "same")],
    "a cookie that is not needed": [login(0, 1, "anna", "same")],
    "a cookie that is missing": [login(0, 1, "ben", None)],
    "two overlapping logins that both change the session": [
        login(0, 9, "ben", "same"), login(0, 9, "ben", "same")],
    "a token that was never issued": [call(0, 1, "get", 1320001, token("anna"))],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPLAINED)
def test_histories_of_a_session_that_can_be(name: str) -> None:
    assert first_unexplained(EXPLAINED[name], START) == []


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_histories_of_a_session_that_cannot_be(name: str) -> None:
    assert first_unexplained(UNEXPLAINED[name], START)


def about(begin: int, end: int, what: str, code: int, verified: bool | None = None) -> AccountCall:
    return AccountCall(begin, end, what, code, verified)


@pytest.mark.parametrize(
    ("calls", "can_be"),
    [
        ([about(0, 9, "register", 1120001), about(0, 9, "register", 1140901)], True),
        ([about(0, 9, "register", 1120001), about(0, 9, "register", 1120001)], False),
        ([about(0, 9, "register", 1140901), about(0, 9, "register", 1140901)], False),
        ([about(0, 9, "register", 1120001), about(0, 9, "delete", 204),
          about(0, 9, "register", 1120001)], True),
        ([about(0, 1, "register", 1120001), about(2, 3, "verify", 1420001),
          about(4, 5, "mail", 1420003), about(6, 7, "look", 200, True)], True),
        ([about(0, 1, "register", 1120001), about(2, 3, "verify", 1420001),
          about(4, 5, "mail", 1420002)], False),
        ([about(0, 1, "verify", 1420001), about(2, 3, "register", 1120001),
          about(4, 5, "look", 200, True)], False),
        ([about(0, 1, "register", 1120001), about(2, 3, "login", 1940106)], False),
    ],
)  # fmt: skip
def test_histories_of_an_account(calls: list[AccountCall], can_be: bool) -> None:
    assert (first_unexplained(calls, AccountState(False)) == []) == can_be
