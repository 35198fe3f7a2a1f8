"""One thread of a pool runs at a time, beside those that wait."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mockserver.server.turns import Turns, sleeper

PATIENCE_S = 60.0


class Pool:
    """Two threads: the test's own, and one that rests because it was one too many."""

    def __init__(self) -> None:
        self.here = threading.local()
        self.turns = Turns(self.here)
        self.back = threading.Event()
        self.turns.begin()
        self._other = threading.Thread(target=self.answer_one, daemon=True)
        self._other.start()
        while not self.turns._resting:
            self._other.join(0.001)

    def answer_one(self) -> None:
        self.turns.begin()
        self.turns.end()
        self.back.set()


def test_a_thread_that_is_alone_never_rests() -> None:
    turns = Turns(threading.local())
    for _ in range(3):
        turns.begin()
        turns.end()
    assert not turns._resting


def test_a_thread_that_begins_to_wait_lets_a_resting_one_run() -> None:
    pool = Pool()
    with pool.turns.waiting():
        assert pool.back.wait(PATIENCE_S)


def test_after_its_wait_a_thread_is_one_too_many() -> None:
    pool = Pool()
    with pool.turns.waiting():
        pool.back.wait(PATIENCE_S)
    done = threading.Event()

    def end_and_tell(end: Callable[[], None]) -> None:
        end()
        done.set()

    threading.Thread(target=end_and_tell, args=(pool.turns.end,), daemon=True).start()
    while not pool.turns._resting:
        assert not done.is_set()


def test_nobody_rests_any_more_once_the_pool_ends() -> None:
    pool = Pool()
    pool.turns.close(0)
    assert pool.back.wait(PATIENCE_S)
    pool.back.clear()
    threading.Thread(target=pool.answer_one, daemon=True).start()
    assert pool.back.wait(PATIENCE_S)


def test_the_end_does_not_wait_for_ever_for_a_thread_that_stays() -> None:
    pool, begun, stay = Pool(), threading.Event(), threading.Event()

    def linger() -> None:
        pool.turns.begin()
        begun.set()
        stay.wait(PATIENCE_S)

    thread = threading.Thread(target=linger)
    thread.start()
    begun.wait(PATIENCE_S)
    pool.turns.close(0)
    assert thread.is_alive()
    stay.set()
    thread.join()


def test_a_delay_is_a_wait_that_the_end_of_the_server_cuts_short() -> None:
    pool, stopping = Pool(), threading.Event()

    def stop_then() -> None:
        pool.back.wait()
        stopping.set()

    threading.Thread(target=stop_then, daemon=True).start()
    assert sleeper(pool.here, stopping)(PATIENCE_S) is True
    assert pool.back.is_set()


def test_outside_the_pool_a_delay_is_nothing_but_a_delay() -> None:
    assert sleeper(threading.local(), threading.Event())(0.0) is False


def test_a_wait_within_a_wait_frees_one_turn_and_not_two() -> None:
    turns = Turns(threading.local())
    turns.begin()
    with turns.waiting():
        with turns.waiting():
            assert turns._running == 0
        assert turns._running == 0
    assert turns._running == 1
