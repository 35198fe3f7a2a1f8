"""`verify --profile dashboard` names the one statement that a server breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.api.common import DATABASE_ERROR
from mockserver.api.dashboard.page import PAGE
from mockserver.api.page import Reply
from mockserver.verify.findings import Verdict
from mockserver.verify.members import Member
from mockserver.verify.target import HttpReply
from tests.helpers.app import Mock
from tests.helpers.text import GET, REVOKE, SHIPPED, cookie
from tests.helpers.verifying import Ask, Lie, envelope, judge, names

USERINFO, UPDATE = "/profile/get-userinfo", "/profile/update-userinfo"
FAILED = envelope(json.loads(Reply(DATABASE_ERROR).body()))
UNKNOWN = str(2**52)


def shows(path: str, change: Callable[[Any], Any]) -> Lie:
    """A server that shows other data than it has."""

    def lie(ask: Ask, method: str, at: str, sent: str | None) -> HttpReply:
        reply = ask(method, at, sent)
        document = reply.document
        if at != path or not isinstance(document, dict) or document["status"] != "success":
            return reply
        return envelope({**document, "data": change(document["data"])})

    return lie


def takes(path: str, instead: Callable[[dict[str, str]], dict[str, str] | HttpReply]) -> Lie:
    """A server that takes other fields than were sent, or replies at once."""

    def lie(ask: Ask, method: str, at: str, sent: str | None) -> HttpReply:
        if at != path or not ask.fields or method != "POST":
            return ask(method, at, sent)
        made = instead(dict(ask.fields))
        return made if isinstance(made, HttpReply) else ask(method, at, sent, made)

    return lie


LIES: dict[str, Lie] = {
    "new-is-listed": shows(GET, lambda data: data[:-1]),
    "revoke-unlists": takes(REVOKE, lambda sent: {"id": UNKNOWN} if sent["id"].isdigit() else sent),
    "revoke-unknown": takes(REVOKE, lambda sent: FAILED if sent["id"] == UNKNOWN else sent),
    "revoke-malformed": takes(REVOKE, lambda sent: {**sent, "id": sent["id"].strip("abc")}),
    "update-changes": takes(UPDATE, lambda sent: {**sent, "email": ""}),
    "update-ignores": takes(UPDATE, lambda sent: sent if "@" in sent["email"] else FAILED),
    "avatar-is-shown": shows(
        USERINFO, lambda data: data | ({"avatar": "/other.png"} if "avatar" in data else {})
    ),
    "dashboard-data": shows(USERINFO, lambda data: data | {"more": 1}),
}


def test_each_statement_of_the_page_can_be_broken_alone() -> None:
    assert set(LIES) == {check.name for check in PAGE.statements}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_breaks_its_statement_and_no_other(name: str) -> None:
    outcome = judge(Mock(SHIPPED, profile="dashboard"), LIES[name], profile="dashboard")
    assert names(outcome, Verdict.FAIL) == {name}


def test_without_a_control_plane_what_needs_one_is_skipped_and_nothing_is_left_behind() -> None:
    mock = Mock(SHIPPED, profile="dashboard")
    before = mock.admin("GET", "/users/alice").json
    member = Member("alice", "wonderland")
    outcome = judge(mock, control=False, member=member, profile="dashboard")
    assert not outcome.of(Verdict.FAIL)
    reasons = {result.reason for result in outcome.of(Verdict.SKIPPED)}
    assert "profile dashboard answers it only to a user who is gone; --admin of a mock can" in (
        reasons
    )
    assert mock.admin("GET", "/users/alice").json == before
    assert mock.call(GET, cookie("session-of-alice"), "GET").code == 1320001


def test_the_profiles_do_not_pass_for_each_other(shipped: Mock) -> None:
    failed = names(judge(Mock(SHIPPED, profile="server"), profile="dashboard"), Verdict.FAIL)
    assert {"/auth/token 1320001", "/profile/get-userinfo 1520001"} <= set(failed)
