"""One thread leads and answers; whoever waits hands the lead over, and can be woken."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mockserver.errors import LimitError
from mockserver.server.leader import STOPPING, LeaderFollowers
from mockserver.state.waits import Wait
from tests.helpers.eventually import PATIENCE_S, eventually


class Request:
    """A connection with one request, which runs `work`."""

    def __init__(self, work: Callable[[], None] = lambda: None) -> None:
        self.waiting: Wait | None = None
        self._work = work
        self.done = threading.Event()
        self.thread: threading.Thread | None = None

    def begin_wait(self, wait: Wait) -> None:
        self.waiting = wait

    def end_wait(self) -> None:
        self.waiting = None

    def service(self) -> None:
        self.thread = threading.current_thread()
        self._work()
        self.done.set()


class Bench:
    """A loop whose turns hand out what was put into it."""

    def __init__(self, kept: int = 2, **options: Any) -> None:
        self._arrived: deque[Request] = deque()
        self._bell = threading.Semaphore(0)
        self.over = False
        self.crew = LeaderFollowers(kept, **options)
        self.crew.wake = self._bell.release
        self.thread = threading.Thread(target=self.crew.serve, args=(self._turn,), daemon=True)

    def _turn(self, may_block: bool) -> bool:
        if may_block and not self.over:
            self._bell.acquire()
        while self._arrived:
            self.crew.add_task(self._arrived.popleft())
        return not self.over

    def send(self, *requests: Request) -> None:
        self._arrived.extend(requests)
        self._bell.release()

    def __enter__(self) -> Bench:
        self.thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.over = True
        self.crew.end_waits()
        self._bell.release()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


def waiting(bench: Bench, wait: Wait) -> Request:
    """A request that waits for an hour, unless the wait is ended."""
    return Request(partial(bench.crew.pause, wait, 3600))


def test_the_thread_that_reads_also_answers() -> None:
    with Bench() as bench:
        requests = [Request() for _ in range(3)]
        bench.send(*requests)
        assert all(request.done.wait(PATIENCE_S) for request in requests)
        assert {request.thread for request in requests} == {bench.thread}


def test_however_many_wait_others_are_answered() -> None:
    waits = [Wait() for _ in range(20)]
    with Bench(kept=2) as bench:
        for wait in waits:
            bench.send(waiting(bench, wait))
            other = Request()
            bench.send(other)
            assert other.done.wait(PATIENCE_S)


def test_a_request_that_waits_is_known_by_its_connection_and_can_be_woken() -> None:
    begun = threading.Event()

    class Watched(Wait):
        def sleep(self, seconds: float) -> None:
            begun.set()
            super().sleep(seconds)

    wait = Watched()
    with Bench() as bench:
        request = Request(lambda: bench.crew.pause(wait, 3600))
        bench.send(request)
        assert begun.wait(PATIENCE_S)
        assert request.waiting is wait
        wait.end("somebody says so")
        assert request.done.wait(PATIENCE_S)
        assert request.waiting is None


def test_at_the_end_all_are_woken_and_nobody_waits_any_more() -> None:
    waits = [Wait() for _ in range(3)]
    with Bench() as bench:
        requests = [waiting(bench, wait) for wait in waits]
        for request in requests[:2]:
            bench.send(request)
        eventually(lambda: requests[0].waiting and requests[1].waiting, "two that wait")
        bench.crew.end_waits()
        bench.send(requests[2])
        assert all(request.done.wait(PATIENCE_S) for request in requests)
    assert {wait.ended for wait in waits} == {STOPPING}


def test_a_request_that_may_take_long_lets_others_be_answered() -> None:
    others_done = threading.Event()

    def take_long() -> None:
        bench.crew.step_aside()
        bench.crew.step_aside()  # changes nothing any more
        assert others_done.wait(PATIENCE_S)

    with Bench() as bench:
        long, other = Request(take_long), Request()
        bench.send(long, other)
        assert other.done.wait(PATIENCE_S)
        assert not long.done.is_set()
        others_done.set()
        assert long.done.wait(PATIENCE_S)
        after = [Request() for _ in range(3)]
        bench.send(*after)
        assert all(request.done.wait(PATIENCE_S) for request in after)


def test_where_no_thread_can_be_started_a_wait_is_refused_and_the_rest_goes_on() -> None:
    def refuse(_target: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    refused: list[LimitError] = []

    def wait_in_vain() -> None:
        with pytest.raises(LimitError, match="no thread left") as caught:
            bench.crew.pause(Wait(), 3600)
        refused.append(caught.value)

    with Bench(start_thread=refuse) as bench:
        long = Request(bench.crew.step_aside)
        requests = [Request(wait_in_vain), Request(), long, Request(wait_in_vain)]
        bench.send(*requests)
        assert all(request.done.wait(PATIENCE_S) for request in requests)
    assert len(refused) == 2


def test_more_than_may_wait_are_refused_and_have_places_again_once_others_are_done() -> None:
    waits = [Wait() for _ in range(4)]
    with Bench(max_waits=2) as bench:
        first, second, third = (waiting(bench, wait) for wait in (waits[0], waits[1], waits[3]))
        bench.send(first)
        bench.send(second)
        eventually(lambda: first.waiting and second.waiting, "two requests that wait")
        with pytest.raises(LimitError, match="2 requests wait already"):
            bench.crew.pause(waits[2], 3600)
        waits[0].end("enough")
        assert first.done.wait(PATIENCE_S)
        bench.send(third)
        eventually(lambda: third.waiting, "a request in the place of the first")
        bench.crew.end_waits()
        assert second.done.wait(PATIENCE_S)
        assert third.done.wait(PATIENCE_S)


def test_idle_threads_beyond_those_that_are_kept_end() -> None:
    started: list[threading.Thread] = []

    def start(target: Callable[[], None]) -> None:
        started.append(threading.Thread(target=target, daemon=True))
        started[-1].start()

    waits = [Wait() for _ in range(10)]
    with Bench(kept=2, start_thread=start) as bench:
        requests = [waiting(bench, wait) for wait in waits]
        for request in requests:
            bench.send(request)
            eventually(partial(getattr, request, "waiting"), "its wait")
        for wait, request in zip(waits, requests, strict=True):
            wait.end("enough")
            assert request.done.wait(PATIENCE_S)
        assert len(started) == 10
        for thread in started:
            thread.join(0 if thread.is_alive() else PATIENCE_S)
        eventually(
            lambda: sum(thread.is_alive() for thread in started) <= 3, "the end of idle threads"
        )


def test_a_request_or_a_turn_that_fails_is_logged_and_the_thread_goes_on_leading(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise ValueError("one\ntwo")

    failures = iter([OSError("no poll")] * 3)

    class Failing(Bench):
        def _turn(self, may_block: bool) -> bool:
            for failure in failures:
                raise failure
            return super()._turn(may_block)

    with Failing() as bench:
        first, failed, last = Request(), Request(fail), Request()
        for request in (first, failed, last):
            bench.send(request)
        assert last.done.wait(PATIENCE_S)
        assert {first.thread, last.thread} == {bench.thread}
    assert [record.message for record in caplog.records] == [
        "the server's loop failed and goes on: OSError('no poll')",
        "the server's loop failed and goes on: ValueError('one\\ntwo')",
    ]
    assert not any(record.exc_info for record in caplog.records)


def test_a_loop_that_fails_does_not_keep_the_lead() -> None:
    class LoopError(BaseException):
        pass

    crew = LeaderFollowers(1)

    def fail(_may_block: bool) -> bool:
        raise LoopError

    with pytest.raises(LoopError):
        crew.serve(fail)
    turns: list[bool] = []

    def end(may_block: bool) -> bool:
        turns.append(may_block)
        return False

    crew.serve(end)
    assert turns == [True]
