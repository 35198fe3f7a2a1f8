"""Waiting until something is recorded."""

from __future__ import annotations

import threading

import pytest

from mockserver.errors import LimitError
from mockserver.state.waits import Bell, Wait


def test_a_call_looks_again_at_each_ring_and_ends_as_soon_as_it_is_met() -> None:
    bell = Bell(Wait.sleep)
    asleep = threading.Semaphore(0)
    rings = 0

    def met() -> bool:
        asleep.release()
        return rings == 2

    thread = threading.Thread(target=bell.wait, args=(met, 3600, "default"))
    thread.start()
    for _ in range(2):
        assert asleep.acquire(timeout=60)
        rings += 1
        bell.ring("default")
    thread.join(60)
    assert not thread.is_alive()


def test_a_ring_between_the_look_and_the_sleep_is_not_lost() -> None:
    bell = Bell(Wait.sleep)
    looks: list[bool] = []

    def met() -> bool:
        looks.append(len(looks) > 0)
        if len(looks) == 1:
            bell.ring("default")
        return looks[-1]

    bell.wait(met, 3600, "default")
    assert looks == [False, True]


def test_waiting_ends_when_the_time_is_up_or_the_server_ends_it() -> None:
    Bell(Wait.sleep).wait(lambda: False, 0, "default")
    Bell(lambda wait, _seconds: wait.end("stop")).wait(lambda: False, 3600, "default")


def test_what_is_met_already_does_not_wait() -> None:
    def refuse(_wait: Wait, _seconds: float) -> None:
        raise LimitError("no more")

    Bell(refuse).wait(lambda: True, 3600, "default")
    with pytest.raises(LimitError):
        Bell(refuse).wait(lambda: False, 3600, "default")
