"""What a request answers whose user, session or token changes before it is committed.

One that writes is decided again. One that writes nothing answers from the state that it has read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.api.account.page import LOG_IN, LOG_OUT, REGISTER, SEND_EMAIL, VERIFY
from mockserver.api.page import Endpoint
from mockserver.api.profiles import DOCUMENTED, SERVER, Profile
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN
from mockserver.credentials.codes import verification_code
from mockserver.faults.model import Fault
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.model import User
from mockserver.state.operations import Operation
from tests.helpers.backstage import LOGIN, REGISTRATION, Backstage, Begun

CREDENTIALS = {"username": "anna", "password": "haruhi"}
ANNA = User("anna", 1, "a@example.org", None, False, None, "haruhi", False)
VERIFIED = "the user of the code is verified"
VERIFIED_NOBODY = "there is no user of the name in the code, which the reply does not tell"


@pytest.fixture(params=[DOCUMENTED, SERVER], ids=["documented", "server"])
def profile(request: pytest.FixtureRequest) -> Profile:
    assert isinstance(request.param, Profile)
    return request.param


@pytest.fixture
def bench(tmp_path: Path, profile: Profile) -> Backstage:
    made = Backstage(tmp_path, profile)
    made.backend.default.add_fault(Fault(operation=Operation.FIND_USER, delay_ms=(2000, 2000)))
    return made


def login_as_before(bench: Backstage) -> Begun:
    """A login with the cookie of the same user's session, which changes nothing."""
    assert bench.request(LOG_IN, **LOGIN).finish() == 1220001
    bench.pauses.clear()
    return bench.request(LOG_IN, **LOGIN)


def registration_of_a_taken_name(bench: Backstage) -> Begun:
    bench.backend.add_user(DEFAULT_ID, User("anna7"))
    fields = {**REGISTRATION, "username": "anna7", "password": "haruhi_77"}
    return bench.request(REGISTER, None, **fields)


@pytest.mark.parametrize(
    ("begin", "code"),
    [
        (lambda bench: bench.request(GET_TOKEN), 1340401),
        (login_as_before, 1220001),
        (lambda bench: bench.request(LOG_IN, **{**LOGIN, "password": "wrong_one"}), 1940106),
        (lambda bench: bench.request(SEND_EMAIL, None, username="anna", password="x"), 1940106),
        (registration_of_a_taken_name, 1140901),
    ],
    ids=["token", "login", "wrong-login", "wrong-sendemail", "register"],
)
def test_a_request_that_writes_nothing_answers_from_before_its_delay(
    bench: Backstage, begin: Callable[[Backstage], Begun], code: int
) -> None:
    request = begin(bench)
    for name in ("anna", "anna7"):
        bench.store.delete_user(name)
    assert request.finish() == code
    assert bench.pauses == [2]


@pytest.mark.parametrize("endpoint", [NEW_TOKEN, REVOKE_TOKEN])
def test_a_token_is_not_changed_for_a_user_who_is_deleted_meanwhile(
    bench: Backstage, endpoint: Endpoint
) -> None:
    request = bench.request(endpoint)
    bench.store.delete_user("anna")
    assert request.finish() == 1940102
    assert bench.pauses == [2]


def test_a_logout_of_a_user_who_is_deleted_meanwhile_keeps_the_session(bench: Backstage) -> None:
    request = bench.request(LOG_OUT)
    bench.store.delete_user("anna")
    assert request.finish() == 1940102
    assert bench.store.load_session("a") is not None
    assert bench.pauses == [2]


def test_a_login_that_opens_a_session_fails_if_its_user_is_deleted_meanwhile(
    bench: Backstage,
) -> None:
    login, mail = bench.request(LOG_IN, None, **LOGIN), bench.request(SEND_EMAIL, **CREDENTIALS)
    bench.store.delete_user("anna")
    assert (login.finish(), mail.finish()) == (1940106, 1940106)
    assert bench.pauses == [2, 2]


def test_of_two_tokens_the_later_write_wins(bench: Backstage) -> None:
    late, early = bench.request(NEW_TOKEN), bench.request(NEW_TOKEN)
    assert (early.finish(), late.finish()) == (1320002, 1320002)
    assert bench.pauses == [2, 2]
    first, last = (entry.exchange.outcome for entry in bench.entries)
    assert first != last
    assert last is not None
    assert last.reply is not None
    anna = bench.store.find_user("anna")
    assert anna is not None
    assert anna.token is not None
    assert anna.token.encode() in last.reply.body()


def test_a_verification_is_decided_again_too(bench: Backstage) -> None:
    code = verification_code("anna", "2026-11-27T00:00:00.000Z", bench.fixtures.jwt_secret)
    for missing in (False, True):
        request = bench.request(VERIFY, None, code=code)
        if missing:
            bench.store.delete_user("anna")
        assert request.finish() == 1420001
    words = [entry.exchange.explain[-1] for entry in bench.entries]
    assert words == [VERIFIED, VERIFIED_NOBODY]


def test_a_verification_of_nobody_does_not_verify_who_registers_meanwhile(
    bench: Backstage,
) -> None:
    bench.store.delete_user("anna")
    code = verification_code("anna", "2026-11-27T00:00:00.000Z", bench.fixtures.jwt_secret)
    request = bench.request(VERIFY, None, code=code)
    bench.backend.add_user(DEFAULT_ID, ANNA)
    assert request.finish() == 1420001
    anna = bench.store.find_user("anna")
    assert anna == ANNA
