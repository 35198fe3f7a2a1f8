"""The journal in Redis is read in small steps, with the answers of the journal in memory."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("redis")

from mockserver.api.profiles import DOCUMENTED
from mockserver.api.token.page import GET_TOKEN
from mockserver.record.bounded_log import LogBudget
from mockserver.record.exchange import Exchange
from mockserver.record.journal import JournalQuery
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import Rules
from soak.redis_server import RedisServer
from tests.helpers.app import ManualClock
from tests.helpers.redis_backends import SharedState, fixtures_of

FIXTURES = fixtures_of("users: [{username: alice}]\n")
CODES = (400, 404)


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def exchange(n: int) -> Exchange:
    endpoint = GET_TOKEN if n % 3 else None
    return Exchange("GET", f"/{n}", 400, CODES[n % 2], endpoint=endpoint, note="n")


def test_a_journal_of_many_steps_is_read_as_in_memory(shared: SharedState) -> None:
    most = 700
    redis = shared.backend(FIXTURES, journal=LogBudget(most))
    memory = MemoryBackend(FIXTURES, Rules(ManualClock(), DOCUMENTED, journal=LogBudget(most)))
    queries = [
        JournalQuery(), JournalQuery(code=404), JournalQuery(endpoint=GET_TOKEN),
        JournalQuery(endpoint=GET_TOKEN, code=400), JournalQuery(username="alice"),
    ]  # fmt: skip
    journals = [redis.default.journal, memory.default.journal]
    counters = [[journal.counter(query) for query in queries] for journal in journals if journal]
    draw = random.Random(7)
    for _ in range(5):
        for n in range(draw.choice([3, 60, 301, 900])):
            redis.record("default", exchange(n))
            memory.record("default", exchange(n))
        if draw.random() < 0.2:
            for journal in journals:
                assert journal is not None
                journal.clear()
        assert [one() for one in counters[0]] == [one() for one in counters[1]]
        for query in queries:
            for limit, newest in ((None, False), (1, True), (5, False)):
                (here, total, complete), (there, *others) = (
                    journal.find(query, limit, newest) for journal in journals if journal
                )
                assert [one.exchange.path for one in here] == [one.exchange.path for one in there]
                assert [total, complete] == others


def test_who_waits_reads_only_what_is_new(shared: SharedState) -> None:
    link = shared.link()
    backend = shared.backend(FIXTURES, link)
    for n in range(300):
        backend.record("default", exchange(n))
    journal = backend.default.journal
    assert journal is not None
    count = journal.counter(JournalQuery())
    assert count() == 300
    before = int(shared.redis.ask("INFO", "stats")["total_net_output_bytes"])  # type: ignore[index]
    backend.record("default", exchange(0))
    assert count() == 301
    after = int(shared.redis.ask("INFO", "stats")["total_net_output_bytes"])  # type: ignore[index]
    assert after - before < 20_000, "not the whole journal"


def test_entries_that_are_evicted_while_others_are_read_do_not_count(shared: SharedState) -> None:
    link = shared.link()
    backend = shared.backend(FIXTURES, link, journal=LogBudget(100))
    for n in range(100):
        backend.record("default", exchange(n))
    journal = backend.default.journal
    assert journal is not None

    def meanwhile() -> None:
        for n in range(100, 160):
            backend.record("default", exchange(n))

    link.before("log", lambda: None)  # the first step
    link.before("log", meanwhile)
    found, total, complete = journal.find(JournalQuery())
    assert [one.exchange.path for one in found] == [f"/{n}" for n in range(60, 160)]
    assert (total, complete) == (100, False)
