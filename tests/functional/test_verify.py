"""`verify` against the mock, honest or breaking one documented statement at a time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.page import Code, Endpoint
from mockserver.credentials import cookies
from mockserver.errors import UsageError
from mockserver.testing.control_plane import ControlPlaneError
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import STATEMENTS
from mockserver.verify.findings import Verdict
from mockserver.verify.given import Given
from mockserver.verify.run import ContractReport, examine
from mockserver.verify.target import HttpReply, reply_of
from tests.helpers.app import Mock
from tests.helpers.lying_accounts import BROKEN_ACCOUNTS
from tests.helpers.lying_servers import (
    BROKEN,
    HTML,
    code_is,
    every,
    fields,
    on,
    revoke_does_nothing,
    signatures_do_not_count,
    silent_at,
)
from tests.helpers.text import GET, NEW, REVOKE, cookie
from tests.helpers.verifying import Ask, Lie, WsgiControl, WsgiTarget, judge, names

PAIR_IDS = [f"{endpoint.path}-{code.number}" for endpoint, code in DOCUMENTED_PAIRS]
ALL_BROKEN = [*BROKEN, *BROKEN_ACCOUNTS]
ALICE = cookie("session-of-alice")
ALICE_VALUE = cookies.find(ALICE)
BOB_VALUE = cookies.find(cookie("session-of-bob"))


def test_the_honest_mock_keeps_every_statement(shipped: Mock) -> None:
    outcome = judge(shipped)
    assert names(outcome, Verdict.PASS) == {check.name for check in STATEMENTS}
    assert outcome.broken_off == ""


@pytest.mark.parametrize(("name", "lie"), ALL_BROKEN, ids=[name for name, _ in ALL_BROKEN])
def test_it_names_the_statement_that_is_broken(shipped: Mock, name: str, lie: Lie) -> None:
    assert names(judge(shipped, lie), Verdict.FAIL) == {name}


@pytest.mark.parametrize(("endpoint", "code"), DOCUMENTED_PAIRS, ids=PAIR_IDS)
@pytest.mark.parametrize(
    "wrong",
    [{"message": "other words"}, {"status": "failure"}, {"code": 1999999}, {"code": "1320001"}],
    ids=repr,
)
def test_it_names_the_pair_that_is_broken(
    shipped: Mock, endpoint: Endpoint, code: Code, wrong: dict[str, Any]
) -> None:
    outcome = judge(shipped, every(fields(**wrong), on(endpoint, code)))
    assert names(outcome, Verdict.FAIL) == {f"{endpoint.path} {code.number}"}


@pytest.mark.parametrize(("endpoint", "code"), DOCUMENTED_PAIRS, ids=PAIR_IDS)
def test_a_proxys_page_breaks_the_pair_alone(shipped: Mock, endpoint: Endpoint, code: Code) -> None:
    outcome = judge(shipped, every(lambda _: HTML, on(endpoint, code)))
    assert names(outcome, Verdict.FAIL) == {f"{endpoint.path} {code.number}"}
    assert "HTTP 404 text/html <h1>Not found" in outcome.of(Verdict.FAIL)[0].drifts[0].came


AFTER_COMMIT = {"save_token": "failure-keeps", "save_user": "account-failure-keeps"}


@pytest.mark.parametrize(("operation", "name"), AFTER_COMMIT.items())
def test_a_failing_save_must_change_nothing(shipped: Mock, operation: str, name: str) -> None:
    def lost(document: dict[str, Any]) -> dict[str, Any]:
        return document | ({"after_commit": True} if document.get("operation") == operation else {})

    outcome = judge(shipped, change=lost)
    assert names(outcome, Verdict.FAIL) == {name}


def test_every_statement_is_seen_broken_here() -> None:
    pairs = {f"{endpoint.path} {code.number}" for endpoint, code in DOCUMENTED_PAIRS}
    lies = {name for name, _ in ALL_BROKEN} | set(AFTER_COMMIT.values())
    assert lies | pairs == {check.name for check in STATEMENTS}


def test_signatures_that_do_not_count_break_the_pairs_of_refusal(shipped: Mock) -> None:
    failed = names(judge(shipped, signatures_do_not_count()), Verdict.FAIL)
    assert failed == {f"{path} 1940102" for path in (GET, NEW, REVOKE)} | {"refusal-keeps"}


def test_sessions_that_do_not_expire_are_found(shipped: Mock) -> None:
    def still(document: dict[str, Any]) -> dict[str, Any]:
        return {"advance": "0ms"} if "advance" in document else document

    failed = names(judge(shipped, change=still), Verdict.FAIL)
    assert failed == {f"{path} 1940103" for path in (GET, NEW, REVOKE)} | {"/auth/logout 1940102"}


# --- with less than a control plane


def pairs(outcome: ContractReport, verdict: Verdict) -> set[str]:
    return {name for name in names(outcome, verdict) if name.startswith("/")}


WITHOUT_A_SESSION = {
    *(f"{path} {code}" for path in (GET, NEW, REVOKE) for code in (1940102, 1940103)),
    *(f"/auth/register {code}" for code in (1940101, 1140001, 1140002, 1140003, 1140004)),
    *(f"/auth/login {code}" for code in (1940101, 1940104, 1940105, 1940106)),
    *(f"/auth/verify/sendemail {code}" for code in (1940104, 1940105, 1940106)),
    "/auth/logout 1940102", "/auth/verify 1440001", "/auth/verify 1440002",
}  # fmt: skip


def test_without_a_session_what_needs_one_is_skipped_and_says_so(shipped: Mock) -> None:
    outcome = judge(shipped, control=False)
    assert not outcome.of(Verdict.FAIL)
    assert pairs(outcome, Verdict.PASS) == WITHOUT_A_SESSION
    reasons = {result.check.name: result.reason for result in outcome.of(Verdict.SKIPPED)}
    assert "--cookie, --username, or --admin" in reasons[f"{GET} 1320001"]
    assert "--username and --password, or --admin" in reasons["/auth/login 1220001"]
    assert "cannot be provoked from outside; --admin" in reasons[f"{NEW} 1950301"]


def test_with_a_cookie_the_token_page_is_tried_but_for_the_database(shipped: Mock) -> None:
    outcome = judge(shipped, control=False, cookie=ALICE_VALUE)
    assert not outcome.of(Verdict.FAIL)
    assert pairs(outcome, Verdict.PASS) == WITHOUT_A_SESSION | {
        f"{GET} 1320001", f"{GET} 1340401", f"{NEW} 1320002", f"{REVOKE} 1320003",
    }  # fmt: skip
    skipped = {one for one in outcome.of(Verdict.SKIPPED) if one.check.group != "accounts"}
    assert {one.check.name for one in skipped if not one.check.name.startswith("/")} == {
        "failure-keeps", "users-apart", "sessions-share",
    }  # fmt: skip


def test_whoever_had_a_token_has_one_at_the_end_and_nobody_else(shipped: Mock) -> None:
    before = shipped.call(GET, ALICE).token
    judge(shipped, control=False, cookie=ALICE_VALUE)
    assert shipped.call(GET, ALICE).token != before
    judge(shipped, control=False, cookie=BOB_VALUE)
    assert shipped.call(GET, cookie("session-of-bob")).code == 1340401


def test_the_token_comes_back_also_if_the_run_breaks_off(shipped: Mock) -> None:
    warnings: list[str] = []
    # In the middle of the token's life, when it has been revoked.
    outcome = judge(shipped, silent_at(60), control=False, cookie=ALICE_VALUE, warn=warnings.append)
    assert names(outcome, Verdict.FAIL) == {"whole"}
    assert shipped.call(GET, ALICE).code == 1320001
    assert warnings == []


def test_a_token_that_cannot_come_back_is_told(shipped: Mock) -> None:
    warnings: list[str] = []
    lie = every(lambda _: HTML, lambda _reply, path: path == NEW)
    judge(shipped, lie, control=False, cookie=ALICE_VALUE, warn=warnings.append)
    assert warnings == ["warning: the user of --cookie may have been left without a token"]


@pytest.mark.parametrize("sid", ["nobody", "session-of-gone", "session-expired"])
def test_a_cookie_that_is_not_logged_in_is_refused_before_anything_changes(
    shipped: Mock, sid: str
) -> None:
    target = WsgiTarget(shipped)
    with pytest.raises(UsageError, match=r"^--cookie: .* refuses it \(code 194010[23]\); log in"):
        examine(target, Deadline(60), Given(cookie=cookies.find(cookie(sid))))
    assert target.asked == [("POST", GET)]


def test_a_cookie_whose_database_is_down_is_no_session_that_works(shipped: Mock) -> None:
    with pytest.raises(UsageError, match="expected a session that works, got code 1950301"):
        judge(shipped, control=False, cookie=cookies.find(cookie("session-of-dbdown")))


def test_a_control_plane_of_another_mock_is_told(shipped: Mock, mock: Any) -> None:
    other = mock("users: []")
    with pytest.raises(UsageError, match=r"^--admin: .* does not know the sessions"):
        examine(WsgiTarget(shipped), Deadline(60), Given(control=WsgiControl(other)))


def test_a_gateway_that_hides_the_path_of_sandboxes_is_told(shipped: Mock) -> None:
    class Gateway(WsgiTarget):
        def under(self, prefix: str) -> WsgiTarget:
            return WsgiTarget(shipped, lambda *_: HTML, prefix)

    with pytest.raises(UsageError, match=r"^--admin: .* does not answer under /__sandbox/"):
        examine(Gateway(shipped), Deadline(60), Given(control=WsgiControl(shipped)))


def test_a_run_leaves_no_sandbox_behind_however_it_ends(shipped: Mock) -> None:
    judge(shipped)
    judge(shipped, silent_at(30))
    with pytest.raises(ControlPlaneError):
        judge(shipped, change=lambda body: {"nonsense": 1} if "operation" in body else body)
    assert [one["id"] for one in shipped.admin("GET", "/sandboxes").json["sandboxes"]] == [
        "default"
    ]


def test_a_run_and_the_default_sandbox_do_not_notice_each_other(shipped: Mock) -> None:
    shipped.admin("PUT", "/scenario", {"name": "db-down"})
    before = shipped.admin("GET", "/users").json
    assert not judge(shipped).of(Verdict.FAIL, Verdict.SKIPPED)
    assert shipped.admin("GET", "/users").json == before


# --- what is told


def test_a_reply_that_never_comes_ends_the_run_and_keeps_what_was_found(shipped: Mock) -> None:
    outcome = judge(shipped, silent_at(30))
    assert "no whole reply within 10 s" in outcome.broken_off
    assert names(outcome, Verdict.FAIL) == {"whole"}
    assert f"{GET} 1940103" in names(outcome, Verdict.PASS)
    assert all("the run ended before" in one.reason for one in outcome.of(Verdict.SKIPPED))


def test_a_run_whose_time_is_up_ends(shipped: Mock) -> None:
    times = iter(range(1000))
    outcome = examine(WsgiTarget(shipped), Deadline(5, now=lambda: float(next(times))))
    assert outcome.broken_off == "the run has taken 5 s"
    assert f"{GET} 1940103" in names(outcome, Verdict.PASS)


def test_neither_cookie_nor_token_is_shown(shipped: Mock) -> None:
    def repeats(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        said = f"{cookie} {cookies.find(cookie)} {reply.body.decode()}".replace("%3A", "%3a")
        return (
            reply if method != "POST" or path != NEW else reply_of(200, "text/plain", said.encode())
        )

    outcome = judge(shipped, repeats, control=False, cookie=ALICE_VALUE, warn=lambda _: None)
    told = repr(outcome)
    _, sid, signature = re.split(r":|\.", ALICE_VALUE or "")
    assert "[cookie]" in told
    for secret in (sid, signature, signature.replace("+", "%2B"), "eyJ"):
        assert secret not in told


def test_a_token_that_is_no_jwt_is_not_shown_either(shipped: Mock) -> None:
    opaque = every(fields(data={"token": "opaque-secret"}, message="x"), code_is(1320001, 1320002))
    told = repr(judge(shipped, opaque))
    assert '{"token":"[token]"}' in told
    assert "opaque-secret" not in told


def test_drift_says_after_which_steps(shipped: Mock) -> None:
    drift = judge(shipped, revoke_does_nothing).of(Verdict.FAIL)[0].drifts[0]
    steps = "after new, get, get, new, get, revoke"
    assert drift.sent == f"POST /auth/token with the cookie of verify, {steps}"
    assert drift.expected == "code 1340401"
    assert '"code":1320001' in drift.came
