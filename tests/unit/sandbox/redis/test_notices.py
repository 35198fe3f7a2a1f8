from __future__ import annotations

import threading
from typing import Any

import pytest

pytest.importorskip("redis")

from mockserver.sandbox.redis import notices as notices_module
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.redis.notices import Notices
from tests.helpers.eventually import PATIENCE_S, eventually


class Subscription:
    """A connection for messages: to a Redis that answers, or one that was dropped silently."""

    def __init__(self, answers: bool) -> None:
        self._answers = answers
        self._pending: list[dict[str, Any]] = []
        self._idle = threading.Event()
        self.pings = 0
        self.is_closed = False

    def subscribe(self, *channels: bytes) -> None:
        self._pending += [{"type": "subscribe", "channel": one} for one in channels]

    def say(self, channel: bytes, data: bytes) -> None:
        self._pending.append({"type": "message", "channel": channel, "data": data})

    def ping(self) -> None:
        self.pings += 1
        if self._answers:
            self._pending.append({"type": "pong", "channel": None})

    def get_message(self, timeout: float) -> dict[str, Any] | None:
        if self._pending:
            return self._pending.pop(0)
        self._idle.wait(timeout / 1000)
        return None

    def close(self) -> None:
        self.is_closed = True


class Link(RedisLink):
    """Hands out the given subscriptions."""

    def __init__(self, *given: Subscription) -> None:
        super().__init__("redis://127.0.0.1:1/0", "test")
        self.given = list(given)

    def subscriber(self) -> Any:
        return self.given.pop(0)


def test_a_connection_that_no_longer_answers_is_replaced() -> None:
    dropped, sound = Subscription(answers=False), Subscription(answers=True)
    looked = threading.Event()
    notices = Notices(Link(dropped, sound), looked.set)
    notices.ensure()
    assert looked.wait(PATIENCE_S)
    eventually(lambda: dropped.is_closed, "the end of the dropped connection")
    eventually(lambda: sound.pings > 3, "a connection that is asked again and again")
    assert not sound.is_closed
    assert dropped.pings == 1
    notices.ensure()


def test_the_thread_ends_with_the_notices() -> None:
    sound = Subscription(answers=True)
    notices = Notices(Link(sound), lambda: None)
    notices.ensure()
    assert not sound.is_closed
    del notices
    eventually(lambda: sound.is_closed, "the end of the connection")


def test_a_fault_of_what_is_called_does_not_end_the_thread() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise AttributeError("a fault")

    first, second = Subscription(answers=True), Subscription(answers=True)
    notices = Notices(Link(first, second), fail)
    notices.start()
    eventually(lambda: len(calls) == 2, "a second connection")
    assert first.is_closed
    notices.ensure()


def test_the_bell_is_listened_to_only_while_somebody_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices_module, "_MOMENT_S", 0)
    first, second = Subscription(answers=True), Subscription(answers=True)
    notices = Notices(Link(first, second), lambda: None)

    def wait_once(subscription: Subscription) -> None:
        rung: list[str] = []
        with notices.hearing("c1", rung.append):
            assert rung[:1] == ["c1"], "what was missed before is looked at"
            subscription.say(b"{test}:bell", b"c2")
            subscription.say(b"{test}:bell", b"c1")
            eventually(lambda: len(rung) > 1, "a message")
            assert not subscription.is_closed
        eventually(lambda: subscription.is_closed, "the end of the connection")
        assert set(rung) == {"c1"}

    wait_once(first)
    wait_once(second)
