"""The life of a session: when a login sets the cookie, which one, and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.http import session_cookie
from mockserver.http.session_cookie import COOKIE_LIFETIME_S, http_date
from tests.helpers.accounts import (
    LOGIN,
    LOGOUT,
    PASSWORD,
    REGISTER,
    SENDEMAIL,
    Accounts,
    accounts,
    credentials,
    registration,
)
from tests.helpers.app import ManualClock
from tests.helpers.text import DOCUMENTED_COOKIE, GET, NOON_MS, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

both = pytest.mark.parametrize("profile", ["documented", "server"])
HOUR_MS = 3_600_000
SET = re.compile(r"animeloop\.auth\.sid=s%3A([^;]+)\.([^;.]+); Path=/; Expires=([^;]+); HttpOnly")
EXPIRES = http_date(NOON_MS // 1000 + COOKIE_LIFETIME_S)
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a mock whose wall clock stands still at noon."""
    monkeypatch.setattr(session_cookie, "_WALL_CLOCK", ManualClock())
    return lambda *given, **options: accounts(tmp_path, *given, **options)


def sid_of(set_cookie: str | None) -> str:
    assert set_cookie is not None
    found = SET.fullmatch(set_cookie)
    assert found is not None, set_cookie
    assert found[3] == EXPIRES == "Fri, 02 Jan 2026 18:00:00 GMT"
    assert cookie(found[1]) == set_cookie.partition(";")[0]
    return found[1]


@both
def test_the_journal_has_the_session_that_a_login_opens(made: Make, profile: str) -> None:
    mock = made(profile)
    for header in (None, cookie("unknown"), cookie("of-nobody")):
        opened = sid_of(mock.post(LOGIN, credentials(), header).set_cookie)
        assert mock.journal[-1]["sid"] == opened
    assert opened == "of-nobody"


@both
@pytest.mark.parametrize("kind", ["none", "unknown", "expired", "tampered", "malformed"])
def test_without_a_valid_session_a_login_makes_a_fresh_one(
    made: Make, profile: str, kind: str
) -> None:
    mock = made(profile)
    header = {
        "none": None,
        "unknown": cookie("unknown"),
        "expired": cookie("old"),
        "tampered": cookie("of-haruhi", "another secret"),
        "malformed": "animeloop.auth.sid=of-haruhi",
    }[kind]
    said = mock.log_in(cookie=header)
    assert said.code == 1220001
    sid = sid_of(said.set_cookie)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", sid)
    assert mock.admin("GET", f"/sessions/{sid}").json["username"] == "haruhi"
    assert mock.call(GET, said.cookie).code == 1340401
    assert sid_of(mock.log_in(cookie=header).set_cookie) != sid


@both
def test_the_same_user_again_gets_no_cookie(made: Make, profile: str) -> None:
    mock = made(profile)
    assert mock.log_in(cookie=cookie("of-haruhi")).set_cookie is None
    fresh = mock.log_in().cookie
    assert mock.log_in(cookie=fresh).set_cookie is None


@both
def test_another_user_gets_the_same_session(made: Make, profile: str) -> None:
    mock = made(profile)
    said = mock.log_in("mikuru", cookie("of-haruhi"))
    assert sid_of(said.set_cookie) == "of-haruhi"
    assert mock.admin("GET", "/sessions/of-haruhi").json["username"] == "mikuru"
    for sid in ("of-nobody", "of-the-gone"):
        assert sid_of(mock.log_in(cookie=cookie(sid)).set_cookie) == sid


@both
@pytest.mark.parametrize(
    "life", ['expires: "2026-01-01T13:00:00Z"', "expires_in: 1h", "ttl: 1h"], ids=str.split
)
def test_a_change_of_user_leaves_the_session_its_life(made: Make, profile: str, life: str) -> None:
    mock = made(profile, f"  - {{sid: brief, username: haruhi, {life}}}\n")
    mock.clock.advance(HOUR_MS // 2)
    assert sid_of(mock.log_in("mikuru", cookie("brief")).set_cookie) == "brief"
    ends = "13:30" if life.startswith("ttl") else "13:00"
    shown = mock.admin("GET", "/sessions/brief").json
    assert (shown["username"], shown["expires"]) == ("mikuru", f"2026-01-01T{ends}:00.000Z")
    assert mock.call(GET, cookie("brief")).code == 1340401
    mock.clock.advance(HOUR_MS)
    assert mock.call(GET, cookie("brief")).code in (1940102, 1940103)


@both
def test_a_changed_address_sets_the_cookie_once(made: Make, profile: str) -> None:
    mock = made(profile)
    new = {"email": "new@example.org", "password": PASSWORD}
    mock.admin("PUT", "/users/haruhi", new)
    assert sid_of(mock.log_in(cookie=cookie("of-haruhi")).set_cookie) == "of-haruhi"
    assert mock.log_in(cookie=cookie("of-haruhi")).set_cookie is None
    made_here = mock.admin("POST", "/sessions", {"username": "haruhi"}).json["cookie_header"]
    assert mock.log_in(cookie=made_here).set_cookie is None
    mock.admin("PUT", "/users/haruhi", {**new, "email": "newer@example.org"})
    assert mock.log_in(cookie=made_here).set_cookie is not None


@both
def test_failed_logins_and_other_calls_set_no_cookie(made: Make, profile: str) -> None:
    mock = made(profile)
    for header in (None, cookie("of-haruhi")):
        for fields in (credentials("nobody"), credentials(password="wrong"), {}):
            assert mock.post(LOGIN, fields, header).set_cookie is None
        assert mock.post(SENDEMAIL, credentials(), header).set_cookie is None
        assert mock.post(REGISTER, registration(f"kyon{bool(header)}"), header).set_cookie is None
        assert mock.send(LOGOUT, cookie=header).set_cookie is None


def test_a_pinned_signature_is_sent(made: Make) -> None:
    value = DOCUMENTED_COOKIE.replace("%3A", ":").replace("%2F", "/").replace("%2B", "+")
    sid, _, signature = value.removeprefix("s:").rpartition(".")
    pinned = f"  - {{sid: {sid}, username: haruhi, signature: '{signature}'}}\n"
    mock = made("documented", pinned)
    said = mock.log_in("mikuru", f"animeloop.auth.sid={DOCUMENTED_COOKIE}")
    assert said.cookie == f"animeloop.auth.sid={DOCUMENTED_COOKIE}"
    assert mock.call(GET, said.cookie).code == 1340401


@both
def test_a_logout_ends_its_session_alone(made: Make, profile: str) -> None:
    mock = made(profile)
    first, second = mock.log_in().cookie, mock.log_in().cookie
    assert mock.send(LOGOUT, cookie=first).code == 1220002
    gone = 1940102 if profile == "server" else 1940103
    assert mock.call(GET, first).code == gone
    assert mock.send(LOGOUT, cookie=first).code == 1940102
    assert mock.call(GET, second).code == mock.call(GET, cookie("of-haruhi")).code == 1340401


@both
@pytest.mark.parametrize(
    "send",
    [
        lambda mock, header: mock.call(GET, header),
        lambda mock, header: mock.log_in(cookie=header),
        lambda mock, header: mock.log_in("nobody", cookie=header),
        lambda mock, header: mock.post(REGISTER, {}, header),
        lambda mock, header: mock.send("/auth/verify", method="GET", cookie=header),
    ],
    ids=["token", "login", "failed login", "failed registration", "verify"],
)
def test_any_request_renews_the_ttl(
    made: Make, profile: str, send: Callable[[Accounts, str], object]
) -> None:
    mock = made(profile)
    header = mock.log_in().cookie
    for _ in range(3):
        mock.clock.advance(29 * HOUR_MS)
        send(mock, header)
    assert mock.call(GET, header).code == 1340401
    mock.clock.advance(30 * HOUR_MS)
    assert mock.call(GET, header).code in (1940102, 1940103)


@both
def test_sandboxes_have_their_own_sessions(made: Make, profile: str) -> None:
    mock = made(profile)
    sandbox = mock.sandbox()
    said = mock.log_in(base=sandbox["path"])
    assert re.fullmatch(rf"{sandbox['id']}~[A-Za-z0-9_-]{{32}}", sid_of(said.set_cookie))
    assert mock.call(GET, said.cookie).code == 1340401
    mock.post(REGISTER, registration(), said.cookie)
    assert mock.user("kyon777") is None
    assert mock.log_in("kyon777", said.cookie).code == 1220001
    assert mock.log_in("kyon777").code == 1940106
    assert mock.send(LOGOUT, cookie=said.cookie).code == 1220002
    again = mock.log_in("kyon777", said.cookie)
    assert sid_of(again.set_cookie).startswith(f"{sandbox['id']}~")
    other = mock.log_in("haruhi", cookie("of-haruhi"), base=sandbox["path"])
    assert sid_of(other.set_cookie).startswith(f"{sandbox['id']}~")
    assert mock.admin("GET", "/sessions/of-haruhi").json["username"] == "haruhi"


def test_a_reset_ends_sessions_and_forgets_users_and_uids(made: Make) -> None:
    mock = made()
    header = mock.log_in().cookie
    mock.post(REGISTER, registration())
    assert mock.user("kyon777")["uid"] == 8
    mock.admin("POST", "/reset")
    assert mock.user("kyon777") is None
    assert mock.call(GET, header).code == 1940103
    mock.post(REGISTER, registration())
    assert mock.user("kyon777")["uid"] == 8


@both
def test_new_users_get_the_next_uid(made: Make, profile: str) -> None:
    mock = made(profile)
    mock.post(REGISTER, registration("first"))
    assert mock.user("first") == {
        "username": "first", "uid": 8, "email": "kyon@example.org", "verified": False,
        "token": None, "scenario": None, "admin": False, "avatar": None, "tokens": [],
    }  # fmt: skip
    mock.admin("DELETE", "/users/first")
    mock.post(REGISTER, registration("second"))
    assert mock.user("second")["uid"] == 9
    mock.admin("PUT", "/users/put", {"uid": 100})
    mock.admin("DELETE", "/users/put")
    mock.post(REGISTER, registration("third"))
    assert mock.user("third")["uid"] == 101
