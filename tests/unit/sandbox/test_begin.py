"""What `begin` draws and reserves for a request."""

from __future__ import annotations

import pytest

from mockserver.api.profiles import DOCUMENTED
from mockserver.api.service import Service
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN
from mockserver.api.trace import Trace
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Wire
from mockserver.faults.servers import WAITRESS
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.backend import NO_PREFERENCES, Snapshot
from mockserver.sandbox.decide import Decider
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.operations import Operation
from mockserver.state.waits import Delays, Wait
from tests.helpers.app import ManualClock
from tests.helpers.text import NOON_MS, SHIPPED, cookie


def begun(*wires: Wire) -> Snapshot:
    rules = Rules(ManualClock(), DOCUMENTED, server=WAITRESS)
    sandbox = Sandbox(DEFAULT_ID, load_fixtures(SHIPPED), rules)
    for wire in wires:
        sandbox.add_fault(Fault(operation=Operation.REQUEST, wire=wire))
    sandbox.add_fault(Fault(operation=Operation.SAVE_TOKEN, delay_ms=(1, 1)))
    presented = cookies.presented(cookie("session-of-alice"))
    return sandbox.begin(NEW_TOKEN, presented, NO_PREFERENCES)


@pytest.mark.parametrize("wires", [(), (Wire.TRUNCATE,), (Wire.TRUNCATE, Wire.RESET)])
def test_a_request_that_goes_on_has_a_date_and_the_faults_of_later_operations(
    wires: tuple[Wire, ...],
) -> None:
    snapshot = begun(*wires)
    assert snapshot.token_date_ms >= NOON_MS
    assert snapshot.hits[-1].operation is Operation.SAVE_TOKEN


@pytest.mark.parametrize("wires", [(Wire.RESET,), (Wire.RESET, Wire.TRUNCATE)])
def test_a_request_whose_reply_is_replaced_goes_no_further(wires: tuple[Wire, ...]) -> None:
    snapshot = begun(*wires)
    assert snapshot.token_date_ms == 0
    assert {hit.operation for hit in snapshot.hits} == {Operation.REQUEST}


def test_a_delayed_request_answers_from_the_state_before_its_delay() -> None:
    sandbox = Sandbox(DEFAULT_ID, load_fixtures(SHIPPED), Rules(ManualClock(), DOCUMENTED))
    sandbox.add_fault(Fault(operation=Operation.FIND_USER, delay_ms=(2000, 2000)))
    presented = cookies.presented(cookie("session-of-alice"))

    def issue_another(wait: Wait, _seconds: float) -> None:
        sandbox.store.save_token("alice", "another")
        wait.end("the test goes on")

    def answer() -> bytes:
        snapshot = sandbox.begin(GET_TOKEN, presented, NO_PREFERENCES)
        before = snapshot.user and snapshot.user.token
        decider = Decider(sandbox, Service(DOCUMENTED), Delays(issue_another))
        outcome, _ = decider.decide(snapshot, GET_TOKEN, presented, NO_PREFERENCES, Trace())
        assert outcome.reply is not None
        assert f'"{before}"'.encode() in outcome.reply.body()
        return outcome.reply.body()

    assert b'"another"' not in answer()
    assert b'"another"' in answer()
