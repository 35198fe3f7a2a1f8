"""What is kept in Redis comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

pytest.importorskip("redis")

from mockserver.api.catalog import EVERY_ENDPOINT
from mockserver.api.common import DATABASE_ERROR
from mockserver.api.page import Endpoint, Reply
from mockserver.api.token.page import GET_TOKEN
from mockserver.api.trace import DurationFact, Step, Trace
from mockserver.faults.draw import Counters
from mockserver.faults.model import Fault, Scenario, Wire
from mockserver.fixtures import load_fixtures
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.outbox import Mail
from mockserver.record.transcript import Transcript
from mockserver.sandbox.redis.exchange_records import (
    encodable,
    encode_exchange,
    kind_of,
    read_entry,
    read_kind,
    read_mail,
)
from mockserver.sandbox.redis.fault_records import load_faults
from mockserver.sandbox.redis.records import (
    FIELDS,
    SandboxRecord,
    in_order,
    sandbox_record,
    session_in,
    user_in,
)
from mockserver.state.model import Session, User, UserToken
from mockserver.state.operations import Operation
from tests.helpers.text import SHIPPED

RECORD = SandboxRecord(
    1,
    2,
    "digest",
    "db-down",
    "normal",
    "normal",
    1000,
    5,
    -7,
    8,
    9,
    10,
    '{"last_id":1}',
    11,
    12,
    -13,
    14,
)
TRANSCRIPT = Transcript(
    ("HTTP_HOST",), "localhost", "a=b", b"\xff\x00", 2, {"content-type": "x"}, "sid=1", b"{}", 2
)


@pytest.mark.parametrize("record", [RECORD, SandboxRecord(1, 2, "d", "a", "b", "c", 3)])
def test_the_state_of_a_sandbox(record: SandboxRecord) -> None:
    values = record.pairs()[1::2]
    assert record.pairs()[::2] == list(FIELDS)
    assert sandbox_record("\0".join(values).encode()) == record


@pytest.mark.parametrize(
    "user",
    [
        User("a"),
        User("ü", 1, "e", "t", False, "db-down", "p|p", False, True, "/a.png"),
        User("b", tokens=(UserToken(2**52, "t"), UserToken(0, "u", None), UserToken(1, "v", "n"))),
    ],
)
def test_users(user: User) -> None:
    assert user_in(b"12|" + encodable(user)) == user


@pytest.mark.parametrize(
    "session",
    [
        Session("s", None, 5),
        Session("s", "u", None, 7, "sig", None),
        Session("s", "u", 5, email="e"),
        Session("s", "u", 5, email=UNSET, expires_in_ms=9),
    ],
)
def test_sessions(session: Session) -> None:
    assert session_in(b"1|" + encodable(session)) == session


def test_a_deleted_entry_of_the_fixtures() -> None:
    assert user_in(b"3|") is None
    assert session_in(b"3|") is None


def test_entries_are_listed_in_the_order_of_their_creation() -> None:
    stored = {b"b": b"10|x", b"a": b"9|y", b"c": b"100|z"}
    assert [name for name, _ in in_order(stored)] == ["a", "b", "c"]


def exchange(**changes: Any) -> Exchange:
    trace = Trace()
    trace.add(Step.SESSION_OF, "s", "alice")
    trace.add(Step.DELAYED, "scenario db-slow", "find_user", DurationFact(2000))
    outcome = Outcome(Reply(DATABASE_ERROR), "alice", "s", "db-slow", trace, Wire.TRUNCATE)
    made: dict[str, Any] = {
        "method": "POST", "path": "/api/v2/auth/token", "status": 200, "code": 1950301,
        "endpoint": GET_TOKEN, "outcome": outcome, "duration_ms": 1.5, "transcript": TRANSCRIPT,
        "sandbox_id": "default", **changes,
    }  # fmt: skip
    return Exchange(**made)


def test_an_entry_of_the_journal_explains_as_before() -> None:
    before = exchange()
    entry = read_entry(7, 1000, encode_exchange(before))
    after = entry.exchange
    assert (entry.id, entry.time_ms) == (7, 1000)
    assert after.explain == before.explain
    assert "delayed by 2 s" in after.explain[1]
    assert after.why == before.why
    assert after.transcript == TRANSCRIPT
    assert after.outcome is not None
    assert after.outcome.wire is Wire.TRUNCATE
    assert (after.endpoint, after.code, after.username) == (GET_TOKEN, 1950301, "alice")
    assert read_kind(kind_of(after)) == (GET_TOKEN, 1950301)


@pytest.mark.parametrize("endpoint", EVERY_ENDPOINT, ids=lambda one: one.operation_id)
def test_an_entry_is_of_the_same_endpoint_as_before(endpoint: Endpoint) -> None:
    before = exchange(endpoint=endpoint, outcome=None)
    assert read_entry(1, 0, encode_exchange(before)).exchange.endpoint == endpoint
    assert read_kind(kind_of(before)) == (endpoint, 1950301)


def test_an_entry_of_no_endpoint() -> None:
    before = exchange(outcome=None, endpoint=None, code=400, note="no such path")
    after = read_entry(1, 0, encode_exchange(before)).exchange
    assert after == before
    assert read_kind(kind_of(after)) == (None, 400)


def test_texts_that_are_no_unicode_are_kept_as_far_as_possible() -> None:
    after = read_entry(1, 0, encode_exchange(exchange(outcome=None, note="a\ud800b"))).exchange
    assert after.note == "a?b"


def test_mails() -> None:
    mail = Mail("alice", "a@b", 5, "key", "refused")
    sent = read_mail(3, 4, encodable(mail))
    assert (sent.id, sent.time_ms, sent.mail) == (3, 4, mail)


def test_faults_go_on_where_they_were() -> None:
    fixtures = load_fixtures(SHIPPED)
    flaky = fixtures.scenarios["db-flaky"]
    faults = load_faults("", fixtures, 7)
    assert faults.stored() == ""
    run = faults.active.of_scenario(flaky, 1000)
    assert run is not None
    run.counters = [Counters(1, 2, 3)]
    faults.last_id = 4
    faults.active.add(4, Fault(operation=Operation.SEND_MAIL, times=2), 1000, 50)
    again = load_faults(faults.stored(), fixtures, 7)
    assert again.stored() == faults.stored()
    assert again.active.of_scenario(flaky, 9999) == run
    (added,) = again.active.current(1000)
    assert (added.id, added.run.until_ms, added.fault.times) == (4, 1050, 2)
    assert again.active.current(1050) == []


def test_runs_of_a_scenario_that_is_gone_are_forgotten() -> None:
    fixtures = load_fixtures(SHIPPED)
    faults = load_faults("", fixtures, None)
    faults.active.of_scenario(Scenario("gone", "", (Fault(fails=True),)), 0)
    assert load_faults(faults.stored(), fixtures, None).stored() == ""
