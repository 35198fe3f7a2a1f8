"""What `begin` draws and reserves for a request."""

from __future__ import annotations

import pytest

from mockserver.api.profiles import DOCUMENTED
from mockserver.api.token.page import NEW_TOKEN
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Wire
from mockserver.faults.servers import WAITRESS
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.backend import NO_PREFERENCES, Snapshot
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.operations import Operation
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
