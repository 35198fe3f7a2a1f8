"""waitress' pool: one thread answers at a time beside those that wait, and the reader is let be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from mockserver.server.pool import ElasticPool

PATIENCE_S = 30.0


class Request:
    """What waitress queues: something that is serviced."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self.done = threading.Event()

    def service(self) -> None:
        self._work()
        self.done.set()

    def cancel(self) -> None:
        """Called for those that are left at the end."""


class Bench:
    """A pool of two threads, and how often its reader was woken."""

    def __init__(self) -> None:
        self.woken = threading.Semaphore(0)
        self.wakings = 0
        self.pool = ElasticPool(2, threading.local(), self._wake)

    def _wake(self) -> None:
        self.wakings += 1
        self.woken.release()

    def run(self, *works: Callable[[], None]) -> list[Request]:
        requests = [Request(work) for work in works]
        for request in requests:
            self.pool.add_task(request)
        self.pool.run_queued()
        return requests


def refuse(target: object, thread_no: int) -> None:
    """In the place of starting a thread: the system has no more."""
    raise RuntimeError("can't start new thread")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert made.pool.shutdown(timeout=PATIENCE_S)
    assert not made.pool.threads


def test_queued_requests_are_answered_in_turn_by_one_thread(bench: Bench) -> None:
    order: list[tuple[int, str]] = []
    requests = bench.run(
        *(lambda n=n: order.append((n, threading.current_thread().name)) for n in range(50))
    )
    assert requests[-1].done.wait(PATIENCE_S)
    assert [n for n, _ in order] == list(range(50))
    assert len({name for _, name in order}) == 1


def test_while_one_runs_no_other_is_started(bench: Bench) -> None:
    running, finish = threading.Event(), threading.Event()

    def run() -> None:
        running.set()
        finish.wait(PATIENCE_S)

    bench.run(run)
    assert running.wait(PATIENCE_S)
    [second] = bench.run(lambda: None)
    assert len(bench.pool.threads) == 1
    finish.set()
    assert second.done.wait(PATIENCE_S)


def test_nothing_is_answered_before_the_reader_has_read_all(bench: Bench) -> None:
    request = Request(lambda: None)
    bench.pool.add_task(request)
    assert not bench.pool.threads
    bench.pool.run_queued()
    assert request.done.wait(PATIENCE_S)


def test_the_reader_is_woken_once_for_a_batch(bench: Bench) -> None:
    requests = bench.run(*[bench.pool.ask_reader] * 20)
    assert bench.woken.acquire(timeout=PATIENCE_S)
    assert all(request.done.is_set() for request in requests)
    assert bench.wakings == 1


def test_what_is_queued_behind_a_batch_does_not_put_the_reader_off(bench: Bench) -> None:
    """A connection's next request is queued by the thread that answers: it could go on for ever."""
    order: list[str] = []

    def answer() -> None:
        order.append("woken" if bench.wakings else "asleep")
        bench.pool.ask_reader()
        if len(order) < 20:
            last.append(Request(answer))
            bench.pool.add_task(last[-1])
        else:
            finished.set()

    last: list[Request] = []
    finished = threading.Event()
    bench.run(answer, answer)
    assert finished.wait(PATIENCE_S)
    assert order[:3] == ["asleep", "asleep", "woken"]


def test_a_thread_that_cannot_be_started_is_no_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = bench.pool.start_new_thread
    monkeypatch.setattr(bench.pool, "start_new_thread", refuse)
    [request] = bench.run(lambda: None)
    assert not request.done.is_set()
    monkeypatch.setattr(bench.pool, "start_new_thread", start)
    bench.pool.run_queued()
    assert request.done.wait(PATIENCE_S)


def test_who_waits_goes_on_where_no_other_thread_can_be_started(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        with bench.pool.waiting():
            pass

    [first] = bench.run(lambda: None)
    assert first.done.wait(PATIENCE_S)
    monkeypatch.setattr(bench.pool, "start_new_thread", refuse)
    waiting, other = bench.run(wait, lambda: None)
    assert waiting.done.wait(PATIENCE_S)
    assert other.done.wait(PATIENCE_S)


def test_a_request_that_waits_lets_the_next_one_be_answered(bench: Bench) -> None:
    go_on = threading.Event()

    def wait() -> None:
        with bench.pool.waiting():
            go_on.wait(PATIENCE_S)

    waiting, other = bench.run(wait, lambda: None)
    assert other.done.wait(PATIENCE_S)
    assert not waiting.done.is_set()
    go_on.set()
    assert waiting.done.wait(PATIENCE_S)


def test_who_begins_to_wait_tells_the_reader_first_and_who_waits_at_once(bench: Bench) -> None:
    def ask_then_wait() -> None:
        bench.pool.ask_reader()
        with bench.pool.waiting():
            assert bench.woken.acquire(timeout=PATIENCE_S)
            bench.pool.ask_reader()
            assert bench.woken.acquire(timeout=PATIENCE_S)

    [request] = bench.run(ask_then_wait)
    assert request.done.wait(PATIENCE_S)


def test_where_all_threads_wait_the_first_that_comes_back_answers(bench: Bench) -> None:
    begun, go_on = threading.Barrier(3), threading.Event()

    def wait() -> None:
        with bench.pool.waiting():
            begun.wait(PATIENCE_S)
            go_on.wait(PATIENCE_S)

    bench.run(wait, wait)
    begun.wait(PATIENCE_S)
    [third] = bench.run(lambda: None)
    assert len(bench.pool.threads) == 2
    assert not third.done.is_set()
    go_on.set()
    assert third.done.wait(PATIENCE_S)


def test_after_its_wait_a_thread_is_one_too_many(bench: Bench) -> None:
    running, go_on, finish = threading.Event(), threading.Event(), threading.Event()

    def wait() -> None:
        with bench.pool.waiting():
            running.wait(PATIENCE_S)
            go_on.wait(PATIENCE_S)

    def run() -> None:
        running.set()
        finish.wait(PATIENCE_S)

    waiting, busy, third = bench.run(wait, run, lambda: None)
    running.wait(PATIENCE_S)
    go_on.set()
    assert waiting.done.wait(PATIENCE_S)
    while bench.pool.active_count > 1:
        busy.done.wait(0.001)
    assert not third.done.is_set()
    finish.set()
    assert busy.done.wait(PATIENCE_S)
    assert third.done.wait(PATIENCE_S)


def test_a_request_that_breaks_does_not_take_its_thread_with_it(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    _, other = bench.run(fail, lambda: None)
    assert other.done.wait(PATIENCE_S)
    assert "broken" in caplog.text
