"""That a client can walk the ways that `check` names: log in, get a mail, register."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mockserver.api.account.page import (
    LOG_IN,
    LOG_OUT,
    LOGGED_OUT,
    REGISTER,
    SEND_EMAIL,
    VERIFIED,
    VERIFY,
)
from mockserver.api.common import DATABASE_ERROR
from mockserver.api.profiles import PROFILES, Profile
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.reachability import reached
from mockserver.state.catalog import Catalog
from mockserver.state.model import Session, User
from mockserver.state.operations import Operation
from tests.helpers.app import ManualClock
from tests.helpers.text import SHIPPED

PASSWORD = "haruhi_suzumiya"
ANNIE = User("annie", email="a@b.example", password=PASSWORD, verified=False)
both = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


def made(*users: User, faults: tuple[Fault, ...] = ()) -> Fixtures:
    scenarios = {scenario.name: scenario for scenario in BUILTIN_SCENARIOS}
    scenarios["special"] = Scenario("special", "", faults)
    named = {user.username: user for user in users}
    none: dict[str, Session] = {}
    return Fixtures(("secret",), "jwt", Catalog(named), Catalog(none), scenarios)


def ways(fixtures: Fixtures, profile: Profile, scenario: str = "normal") -> dict[str, Way]:
    found = reached(fixtures, profile, ManualClock(), scenario)
    return {f"{endpoint.path} {code.number}": way for (endpoint, code), way in found.items()}


def described(fixtures: Fixtures, profile: Profile, scenario: str = "normal") -> dict[str, str]:
    return {pair: way.description for pair, way in ways(fixtures, profile, scenario).items()}


VERIFIES = f"{VERIFY.path} {VERIFIED.number}"
VERIFY_FAILS = f"{VERIFY.path} {DATABASE_ERROR.number}"
LOGS_OUT = f"{LOG_OUT.path} {LOGGED_OUT.number}"
REGISTERING = "register kyon777, then the code of the mail"


@both
def test_the_shipped_users_whose_code_is_meant_can_be_sent_a_mail(profile: Profile) -> None:
    said = described(load_fixtures(SHIPPED), profile)
    assert said[VERIFIES] == "the code of a mail to unverified"
    assert said[VERIFY_FAILS] == "the code of a mail to readonly"


@both
@pytest.mark.parametrize(
    "other",
    [
        {"verified": True},
        {"email": None},
        {"email": "@"},
        {"password": None},
        {"scenario": "mail-down"},
        {"scenario": "db-read-error"},
    ],
    ids=str,
)
def test_who_can_be_sent_no_mail_stands_for_nobody(
    profile: Profile, other: dict[str, object]
) -> None:
    alone = described(made(replace(ANNIE, **other)), profile)
    assert alone[VERIFIES] == REGISTERING
    with_bella = made(replace(ANNIE, **other), replace(ANNIE, username="bella"))
    assert described(with_bella, profile)[VERIFIES] == "the code of a mail to bella"


@both
def test_a_mail_that_comes_late_is_a_way_that_is_repeated(profile: Profile) -> None:
    once = Fault(operation=Operation.SEND_MAIL, fails=True, times=1, username="annie")
    found = made(replace(ANNIE, scenario="special"), faults=(once,))
    no_captcha = replace(found, recaptcha=())
    assert described(no_captcha, profile)[VERIFIES] == "the code of a mail to annie, repeated"


@both
def test_without_a_mail_nothing_is_verified(profile: Profile) -> None:
    assert VERIFIES not in described(made(ANNIE), profile, "mail-down")
    assert VERIFIES in described(made(ANNIE), profile, "session-store-down")


@both
def test_a_user_without_a_session_logs_in_to_log_out(profile: Profile) -> None:
    found = ways(made(ANNIE), profile)
    assert found[LOGS_OUT].description == "log in as annie first"
    earlier = found[LOGS_OUT].earlier
    assert earlier is not None
    assert earlier.endpoint is LOG_IN
    assert LOGS_OUT not in ways(made(replace(ANNIE, password=None)), profile)
    assert LOGS_OUT not in ways(replace(made(ANNIE), recaptcha=()), profile)
    down = (Fault(operation=Operation.FIND_USER, endpoint=LOG_OUT.path, fails=True),)
    said = described(made(replace(ANNIE, scenario="special"), faults=down), profile)
    assert said[f"{LOG_OUT.path} {DATABASE_ERROR.number}"] == "log in as annie first"


def test_the_request_before_a_verification_sends_the_mail() -> None:
    documented = PROFILES["documented"]
    earlier = ways(made(ANNIE), documented)[VERIFIES].earlier
    assert earlier is not None
    assert earlier.endpoint is SEND_EMAIL
    registering = ways(made(), documented)[VERIFIES].earlier
    assert registering is not None
    assert registering.endpoint is REGISTER
