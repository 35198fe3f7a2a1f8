"""`verify` with a user's password and no control plane: what it tries, spares, hides and leaves."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from mockserver.api.account.page import CAPTCHA_FAILED, LOG_IN, REGISTER
from mockserver.credentials import cookies
from mockserver.errors import UsageError
from mockserver.verify import junit
from mockserver.verify.bounded import Deadline
from mockserver.verify.findings import Verdict
from mockserver.verify.given import Given
from mockserver.verify.members import Member
from mockserver.verify.report import lines
from mockserver.verify.run import ContractReport, examine
from mockserver.verify.target import HttpReply, reply_of
from tests.helpers.app import MakeMock, Mock
from tests.helpers.lying_accounts import answer, cookies_set
from tests.helpers.lying_servers import fields, silent_at
from tests.helpers.text import GET, NEW, REVOKE, ROOT
from tests.helpers.verifying import Ask, WsgiTarget, judge, names

FIXTURES = """
users:
  - {username: haruhi, password: 'sos-dan & "7"', email: h@example.org, token: issue}
  - {username: kyon, password: imjohnsmith777, verified: false, email: k@example.org}
  - {username: mikuru, password: top-secret-tea, verified: true}
"""
HARUHI = Member("haruhi", 'sos-dan & "7"')
KYON = Member("kyon", "imjohnsmith777")
ALL = {
    *(f"{GET} {code}" for code in (1320001, 1340401, 1940102, 1940103)),
    *(f"{NEW} {code}" for code in (1320002, 1940102, 1940103)),
    *(f"{REVOKE} {code}" for code in (1320003, 1940102, 1940103)),
    *(f"/auth/register {code}" for code in (1940101, *range(1140001, 1140007), 1140901)),
    *(f"/auth/login {code}" for code in (1220001, 1940101, 1940104, 1940105, 1940106)),
    *(f"/auth/logout {code}" for code in (1220002, 1940102)),
    *(f"/auth/verify {code}" for code in (1440001, 1440002)),
    *(f"/auth/verify/sendemail {code}" for code in (1420003, 1940104, 1940105, 1940106)),
}  # fmt: skip


def pairs(outcome: ContractReport, verdict: Verdict = Verdict.PASS) -> set[str]:
    return {name for name in names(outcome, verdict) if name.startswith("/")}


def reasons(outcome: ContractReport) -> dict[str, str]:
    return {result.check.name: result.reason for result in outcome.of(Verdict.SKIPPED)}


def sessions(mock: Mock) -> int:
    return len(mock.admin("GET", "/sessions").json["sessions"])


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_with_a_password_all_is_tried_that_needs_no_failure(mock: MakeMock, profile: str) -> None:
    mocked = mock(FIXTURES, profile=profile)
    outcome = judge(mocked, control=False, member=HARUHI, profile=profile)
    assert not outcome.of(Verdict.FAIL)
    never = {name for name in ALL if profile == "server" and name.endswith("1940103")}
    assert pairs(outcome) == ALL - never
    needed = {one.check.name for one in outcome.of(Verdict.SKIPPED) if "--admin" not in one.reason}
    own = {"/auth/verify/sendemail 1420002"}
    assert needed == own | never | ({"samples-send-get"} if profile == "server" else set())
    assert "verified already" in reasons(outcome)["/auth/verify/sendemail 1420002"]


def test_a_user_who_is_not_verified_is_sent_a_mail(mock: MakeMock) -> None:
    mocked = mock(FIXTURES)
    outcome = judge(mocked, control=False, member=KYON)
    assert not outcome.of(Verdict.FAIL)
    assert "/auth/verify/sendemail 1420002" in names(outcome, Verdict.PASS)
    assert reasons(outcome)["/auth/verify/sendemail 1420003"] == "the user is not verified"
    assert [m["username"] for m in mocked.admin("GET", "/outbox").json["messages"]] == ["kyon"]


def test_a_run_leaves_users_and_sessions_as_they_were(mock: MakeMock) -> None:
    mocked = mock(FIXTURES)
    users = mocked.admin("GET", "/users").json["users"]
    warnings: list[str] = []
    for member in (HARUHI, KYON):
        judge(mocked, control=False, member=member, warn=warnings.append)
    assert warnings == []
    after = mocked.admin("GET", "/users").json["users"]
    assert [one["token"] is None for one in after] == [one["token"] is None for one in users]
    for one in (*users, *after):
        del one["token"]
    assert after == users
    assert sessions(mocked) == 0


def test_its_sessions_end_also_if_the_run_breaks_off(mock: MakeMock) -> None:
    mocked = mock(FIXTURES)
    warnings: list[str] = []
    options = {"control": False, "member": HARUHI, "warn": warnings.append}
    broken_off = 0
    for nth in range(4, 140, 4):  # the third asks for the token, which ends the run at once
        outcome = judge(mocked, silent_at(nth), **options)  # type: ignore[arg-type]
        broken_off += outcome.broken_off != ""
        assert sessions(mocked) == 0
        assert mocked.admin("GET", "/users/haruhi").json["token"] is not None
    assert broken_off > 25
    assert warnings == []


def test_a_session_that_cannot_be_ended_is_told(mock: MakeMock) -> None:
    def stays(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        return (
            reply_of(502, "text/html", b"") if path == "/auth/logout" else ask(method, path, cookie)
        )

    warnings: list[str] = []
    judge(mock(FIXTURES), stays, control=False, member=HARUHI, warn=warnings.append)
    assert warnings == ["warning: a session that verify opened may have been left open"]


def test_with_cookie_and_password_the_tokens_of_both_users_are_kept(mock: MakeMock) -> None:
    mocked = mock(FIXTURES)
    session = mocked.admin("POST", "/sessions", {"username": "mikuru"}).json
    value = cookies.find(session["cookie_header"])
    outcome = judge(mocked, control=False, cookie=value, member=HARUHI)
    assert not outcome.of(Verdict.FAIL)
    assert mocked.call(GET, session["cookie_header"]).code == 1340401
    assert mocked.admin("GET", "/users/haruhi").json["token"] is not None
    assert sessions(mocked) == 1


# --- what it spares


@pytest.mark.parametrize("member", [None, HARUHI, Member("kyon", KYON.password)])
def test_it_registers_nobody_even_where_one_check_is_missing(
    mock: MakeMock, member: Member | None
) -> None:
    target = WsgiTarget(mock(FIXTURES))
    examine(target, Deadline(600), Given(member=member))
    taken = "" if member is None else member.username
    sent = [
        one for (_, path), one in zip(target.asked, target.sent, strict=True)
        if path == REGISTER.path and one
    ]  # fmt: skip
    assert len(sent) > 8
    for form in sent:
        wrong = [
            not form.get("g-recaptcha-response"),
            not 5 <= len(form["username"]) <= 15,
            not 6 <= len(form["password"]) <= 17,
            "@" not in form["email"],
        ]
        assert form["username"] == taken or sum(wrong) >= 2, form


def test_a_name_that_nobody_could_register_is_told(mock: MakeMock) -> None:
    outcome = judge(mock(FIXTURES), control=False, member=KYON)
    for code in (1140005, 1140006, 1140901):
        assert "does not have the form" in reasons(outcome)[f"/auth/register {code}"]


def test_a_wrong_password_ends_the_run_before_anything_else_is_sent(mock: MakeMock) -> None:
    target = WsgiTarget(mock(FIXTURES))
    with pytest.raises(UsageError, match=r"^--username: .* refuses .* \(code 1940106\)$"):
        examine(target, Deadline(60), Given(member=Member("haruhi", "wrong")))
    assert target.asked == [("POST", LOG_IN.path)]


# --- reCAPTCHA

ACCEPTS_ONE = FIXTURES + "recaptcha: {accept: [03AHJ_Vuv]}\n"


def test_a_server_that_refuses_the_captcha_is_not_blamed(mock: MakeMock) -> None:
    outcome = judge(mock(ACCEPTS_ONE), control=False, member=HARUHI)
    assert not outcome.of(Verdict.FAIL)
    assert "/auth/login 1940101" in names(outcome, Verdict.PASS)
    for name in (f"{GET} 1320001", "/auth/login 1220001", "/auth/register 1140001"):
        assert "--recaptcha gives another" in reasons(outcome)[name]


def test_a_captcha_of_the_users_own_is_sent(mock: MakeMock) -> None:
    outcome = judge(mock(ACCEPTS_ONE), control=False, member=HARUHI, captcha="03AHJ_Vuv")
    assert pairs(outcome) == ALL


def test_a_captcha_that_passes_once_is_spent_on_the_login(mock: MakeMock) -> None:
    passed = 0

    def once(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        nonlocal passed
        passed += "g-recaptcha-response" in ask.fields
        spent = path in (LOG_IN.path, REGISTER.path) and passed > 1
        return answer(CAPTCHA_FAILED) if spent else ask(method, path, cookie)

    mocked = mock(FIXTURES)
    outcome = judge(mocked, once, control=False, member=HARUHI)
    assert not outcome.of(Verdict.FAIL)
    tried = pairs(outcome)
    assert {"/auth/login 1220001", "/auth/logout 1220002", f"{NEW} 1320002"} <= tried
    assert "logout-ends-one" in names(outcome, Verdict.PASS)
    assert "--recaptcha" in reasons(outcome)["/auth/login 1940104"]
    assert sessions(mocked) == 0


@pytest.mark.parametrize(
    ("member", "drift"), [(None, "/auth/register 1140001"), (HARUHI, "/auth/login 1220001")]
)
def test_a_mock_that_refuses_the_captcha_is_one_drift(
    mock: MakeMock, member: Member | None, drift: str
) -> None:
    outcome = judge(mock(ACCEPTS_ONE), member=member)
    assert names(outcome, Verdict.FAIL) == {drift}
    assert len(reasons(outcome)) > 20
    assert {"--recaptcha gives another" in reason for reason in reasons(outcome).values()} == {True}
    passing = judge(mock(ACCEPTS_ONE), member=member, captcha="03AHJ_Vuv")
    assert not passing.of(Verdict.FAIL, Verdict.SKIPPED)


# --- what is hidden


def test_no_secret_is_told_even_by_a_server_that_repeats_it(mock: MakeMock) -> None:
    sent: list[str] = []

    def repeats(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        if path in (GET, NEW, REVOKE) or reply.document["code"] == 400:
            return reply
        secrets = [
            value for name, value in ask.fields.items()
            if name in ("password", "g-recaptcha-response", "code") and value
        ]  # fmt: skip
        sent.extend(secrets)
        said = [
            *secrets,
            *map(quote, secrets),
            *map(json.dumps, secrets),
            cookie,
            *reply.set_cookies,
        ]
        return fields(message=" ".join(map(str, said)))(reply)

    for control in (False, True):
        options = {"control": control, "captcha": "03AHJ_Vuv", "warn": lambda _: None}
        outcome = judge(mock(ACCEPTS_ONE), repeats, member=HARUHI, **options)  # type: ignore[arg-type]
        report = "\n".join(lines(outcome))
        file = ET.tostring(junit.of_report(outcome), encoding="unicode")
        for told in (repr(outcome), report, file):
            assert "[password]" in told
            assert "[reCAPTCHA]" in told
            for secret in (*sent, "sos-dan", "eyJ"):
                assert secret not in told
    assert len(set(sent)) > 8


@pytest.mark.parametrize(
    ("given", "count"),
    [({}, 21), ({"cookie": "HARUHI"}, 25), ({"member": HARUHI}, 31), ({"control": True}, 43)],
)
def test_the_page_of_verify_says_how_many_pairs_are_tried(
    mock: MakeMock, given: dict[str, Any], count: int
) -> None:
    mocked = mock(FIXTURES)
    if "cookie" in given:
        session = mocked.admin("POST", "/sessions", {"username": "haruhi"}).json
        given = {"cookie": cookies.find(session["cookie_header"])}
    assert len(pairs(judge(mocked, **{"control": False, **given}))) == count
    assert f"| {count}: " in (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")


def test_a_login_that_sets_no_cookie_skips_the_rest(mock: MakeMock) -> None:
    outcome = judge(mock(FIXTURES), cookies_set(), control=False, member=HARUHI)
    assert names(outcome, Verdict.FAIL) == {"login-sets-cookie"}
    assert reasons(outcome)[f"{GET} 1320001"] == "the login of --username failed"
