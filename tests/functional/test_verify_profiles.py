"""`verify` and the profiles: their terms, and the known differences that a user may accept."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.api.profiles import PROFILES
from mockserver.verify.contract import BAD_REQUEST
from mockserver.verify.findings import Verdict
from mockserver.verify.terms import TERMS
from tests.helpers.app import Mock
from tests.helpers.lying_servers import HTML, as_the_server, by_method, code_is, every, fields
from tests.helpers.text import GET, NEW, REVOKE, SHIPPED
from tests.helpers.verifying import Lie, envelope, judge, names

NEVER_1940103 = {f"{path} 1940103" for path in (GET, NEW, REVOKE)}


def test_the_known_differences_are_drift_unless_they_are_accepted(shipped: Mock) -> None:
    outcome = judge(shipped, as_the_server)
    assert names(outcome, Verdict.FAIL) == NEVER_1940103 | {"samples-send-get"}
    known = {result.drifts[0].difference for result in outcome.of(Verdict.FAIL)}
    assert known == {"no-1940103", "get-refused"}
    outcome = judge(shipped, as_the_server, accepted=["no-1940103", "get-refused"])
    assert names(outcome, Verdict.FAIL) == set()
    assert names(outcome, Verdict.ACCEPTED) == NEVER_1940103 | {"samples-send-get"}


@pytest.mark.parametrize("profile", TERMS)
def test_each_profile_keeps_its_own_terms(profile: str) -> None:
    outcome = judge(Mock(SHIPPED, profile=profile), profile=profile)
    assert not outcome.of(Verdict.FAIL)
    skipped = {
        "documented": set(), "server": NEVER_1940103 | {"samples-send-get"}, "dashboard": set(),
    }  # fmt: skip
    assert names(outcome, Verdict.SKIPPED) == skipped[profile]
    reasons = {result.reason for result in outcome.of(Verdict.SKIPPED)}
    assert reasons <= {"profile server answers 1940102 instead", "profile server refuses GET"}


# Known differences of accounts, which only --profile accepts.
OF_ACCOUNTS = {
    "/auth/register 1140901", "/auth/login 1950301", "/auth/logout 1950301",
    "/auth/verify 1440002", "/auth/verify/sendemail 1420003", "account-data", "lengths",
}  # fmt: skip


def test_profile_server_differs_from_the_documentation_as_it_is_known_to() -> None:
    mock = Mock(SHIPPED, profile="server")
    assert names(judge(mock), Verdict.FAIL) == NEVER_1940103 | {"samples-send-get"} | OF_ACCOUNTS
    accepted = judge(mock, accepted=["no-1940103", "get-refused"])
    assert names(accepted, Verdict.FAIL) == OF_ACCOUNTS


def test_profile_documented_does_not_pass_for_the_server(shipped: Mock) -> None:
    assert names(judge(shipped, profile="server"), Verdict.FAIL) == {
        f"{path} 1940102" for path in (GET, NEW, REVOKE, "/auth/logout")
    } | {
        "/auth/register 1140901", "/auth/verify/sendemail 1420003", "other-methods",
        "account-data", "lengths", "foreign-code",
    }  # fmt: skip


def test_every_profile_of_the_mock_has_terms() -> None:
    assert list(TERMS) == list(PROFILES)


def test_each_is_accepted_by_its_own_name(shipped: Mock) -> None:
    outcome = judge(shipped, as_the_server, accepted=["no-1940103"])
    assert names(outcome, Verdict.FAIL) == {"samples-send-get"}
    outcome = judge(shipped, as_the_server, accepted=["get-refused"])
    assert names(outcome, Verdict.FAIL) == NEVER_1940103


@pytest.mark.parametrize(
    "lie",
    [
        every(fields(code=1340401), code_is(1940103)),
        every(fields(code=1940102), code_is(1940103)),
        by_method("GET", reply=HTML),
        by_method("GET", reply=envelope(BAD_REQUEST)),
    ],
)
def test_what_is_accepted_is_that_difference_and_no_other(shipped: Mock, lie: Lie) -> None:
    outcome = judge(shipped, lie, accepted=["no-1940103", "get-refused"])
    assert outcome.of(Verdict.FAIL)


def test_a_gateway_that_maps_codes_to_statuses_is_drift_unless_asked_for(mock: Any) -> None:
    gateway = mock("users: []", http_status="from-code")
    assert names(judge(gateway), Verdict.FAIL) == {"http-status"}
    assert names(judge(gateway, http_status="from-code"), Verdict.FAIL) == set()
