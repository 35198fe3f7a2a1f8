from __future__ import annotations

import gc
import threading
import tracemalloc
from itertools import pairwise

from mockserver.api.page import Endpoint, Reply
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, TOKEN_FOUND, TokenData
from mockserver.api.trace import Step, Trace
from mockserver.record.bounded_log import LogBudget
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.journal import Journal, JournalQuery
from tests.helpers.app import ManualClock


def exchange(code: int = 1320001, endpoint: Endpoint = GET_TOKEN, path: str = "/x") -> Exchange:
    return Exchange("POST", path, 200, code, endpoint, note="because")


def journal(most: int = 3, max_bytes: int = 10**9) -> Journal:
    return Journal(ManualClock(), LogBudget(most, max_bytes))


def test_only_the_latest_entries_are_kept() -> None:
    log = journal(most=3)
    for code in range(5):
        log.record(exchange(code))
    entries, total, complete = log.find(JournalQuery())
    assert [entry.exchange.code for entry in entries] == [2, 3, 4]
    assert (total, complete) == (3, False)


def test_complete_is_false_only_for_what_may_have_been_let_go() -> None:
    log = journal(most=2)
    log.record(exchange(1, GET_TOKEN))
    log.record(exchange(2, NEW_TOKEN))
    log.record(exchange(3, NEW_TOKEN))
    gone = 1
    for query, complete in (
        (JournalQuery(), False),
        (JournalQuery(endpoint=GET_TOKEN), False),
        (JournalQuery(code=1), False),
        (JournalQuery(username="anybody"), False),
        (JournalQuery(endpoint=NEW_TOKEN), True),
        (JournalQuery(code=2), True),
        (JournalQuery(after=gone), True),
        (JournalQuery(endpoint=GET_TOKEN, code=2), True),
    ):
        assert log.find(query)[2] is complete, query


def test_clearing_is_no_loss() -> None:
    log = journal(most=1)
    log.record(exchange())
    log.record(exchange())
    log.clear()
    assert log.find(JournalQuery()) == ([], 0, True)


def test_the_bytes_of_all_journals_are_bounded_together() -> None:
    budget = LogBudget(10**6, max_bytes=1_000_000)
    clock = ManualClock()
    journals = [Journal(clock, budget) for _ in range(5)]
    for number in range(4000):
        journals[number % 5].record(exchange(path="/" * (number % 300)))
        assert sum(one.size for one in journals) <= 1_000_000
    assert all(one.size == sum(entry.size for entry in one) for one in journals)
    assert not any(one.find(JournalQuery())[2] for one in journals)


def test_the_text_of_others_counts() -> None:
    plain, *long = (
        Exchange("POST", "/x", 400, 400),
        Exchange("POST", "/x" * 500, 400, 400),
        Exchange("PO" * 500, "/x", 400, 400),
        Exchange("POST", "/x", 400, 400, note="y" * 1000),
        Exchange("POST", "/" + "\U0001f600" * 250, 400, 400),
    )
    sizes = []
    for one in (plain, *long):
        log = journal()
        log.record(one)
        sizes.append(log.size)
    assert all(size >= sizes[0] + 900 for size in sizes[1:])


def test_the_steps_of_a_trace_count() -> None:
    """A scenario with many faults leaves many steps."""
    tracemalloc.start()
    log = journal(most=100)
    for request in range(100):
        trace = Trace()
        for number in range(100):
            trace.add(Step.DELAYED, f"request {request}, fault {number}", "find_user", 250)
        outcome = Outcome(
            Reply(TOKEN_FOUND, TokenData(f"token {request}")), "a", "s", "normal", trace
        )
        log.record(Exchange("POST", "/x", 200, 1320001, GET_TOKEN, outcome))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.8 * held < log.size < 2 * held


def test_a_journal_that_is_dismissed_gives_its_bytes_back() -> None:
    budget = LogBudget(10**6, max_bytes=100_000)
    first, second = (Journal(ManualClock(), budget) for _ in range(2))
    for _ in range(50):
        first.record(exchange())
    budget.dismiss(first)
    for _ in range(50):
        second.record(exchange())
    assert second.find(JournalQuery())[1:] == (50, True)


def test_entries_recorded_at_once_have_ids_in_order() -> None:
    log = journal(most=10_000)

    def record() -> None:
        for _ in range(200):
            log.record(exchange())

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [entry.id for entry in log]
    assert ids == sorted(set(ids))
    assert len(ids) == 1600


def test_what_is_kept_is_no_work_for_the_garbage_collector() -> None:
    log = journal(most=10_000)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(1000):
        trace = Trace()
        trace.add(Step.SESSION_OF, f"sid {number}", "alice")
        trace.add(Step.TOKEN_RETURNED)
        outcome = Outcome(
            Reply(TOKEN_FOUND, TokenData(f"token {number}")), "alice", "sid", "normal", trace
        )
        log.record(Exchange("POST", "/x", 200, 1320001, GET_TOKEN, outcome, duration_ms=0.5))
    gc.collect()
    assert len(gc.get_objects()) - before < 500


def test_room_is_made_for_many_entries_at_once() -> None:
    """Making room looks at every journal: it must not be done for each entry."""
    budget = LogBudget(10**6, max_bytes=2_000_000)
    journals = [Journal(ManualClock(), budget) for _ in range(100)]
    sizes = []
    for number in range(5000):
        journals[number % 100].record(exchange())
        sizes.append(sum(one.size for one in journals))
    times = sum(after < before for before, after in pairwise(sizes))
    assert times < 5000 / 20


def test_a_closed_journal_takes_nothing() -> None:
    log = journal()
    log.record(exchange())
    log.close()
    log.record(exchange())
    assert list(log) == []
