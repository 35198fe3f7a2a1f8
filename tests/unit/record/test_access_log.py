"""The queue and the writer of the request log."""

from __future__ import annotations

import io
import threading

import pytest

from mockserver.api.page import Reply
from mockserver.api.token.page import GET_TOKEN, TOKEN_FOUND, TokenData
from mockserver.api.trace import Step, Trace
from mockserver.record.access_log import MAX_WAITING, MAX_WAITING_BYTES, AccessLog
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.log_line import TextLines, json_line
from tests.helpers.app import ManualClock


def exchange(path: str = "/api/v2/auth/token") -> Exchange:
    trace = Trace()
    trace.add(Step.GET_ACCEPTED)
    trace.add(Step.SESSION_OF, "s", "anna")
    trace.add(Step.TOKEN_RETURNED)
    outcome = Outcome(Reply(TOKEN_FOUND, TokenData("t")), "anna", "s", "normal", trace)
    return Exchange("GET", path, 200, 1320001, GET_TOKEN, outcome, duration_ms=1.23456)


def test_all_lines_are_written_by_the_end() -> None:
    stream = io.StringIO()
    log = AccessLog(stream, TextLines(), ManualClock())
    for _ in range(100):
        log(exchange())
    log.close()
    assert stream.getvalue().count("token returned") == 100


class Stuck(io.StringIO):
    """A pipe that nobody reads, until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = self.most = 0
        self.released = threading.Event()
        self.reached = threading.Event()

    def write(self, text: str) -> int:
        self.writes += 1
        self.most = max(self.most, text.count("\n"))
        self.reached.set()
        self.released.wait()
        return super().write(text)


def test_a_log_that_nobody_reads_holds_up_nobody_and_tells_what_was_lost() -> None:
    stream = Stuck()
    log = AccessLog(stream, TextLines(), ManualClock())
    log(exchange())
    assert stream.reached.wait(60)
    for _ in range(MAX_WAITING + 7):
        log(exchange())
    stream.released.set()
    log.close()
    assert stream.getvalue().count("token returned") == MAX_WAITING + 1
    assert "(lines lost because this log was not read: 7)" in stream.getvalue()


def test_what_waits_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.record.access_log.CLOSE_S", 60)
    stream = Stuck()
    log = AccessLog(stream, json_line, ManualClock())
    log(exchange())
    assert stream.reached.wait(60)
    trace = Trace()
    for number in range(500):
        trace.add(Step.DELAYED, f"fault {number}", "find_user", number)
    outcome = Outcome(Reply(TOKEN_FOUND, TokenData("t")), "anna", "s", "normal", trace)
    large = (
        Exchange("POST", "/" + "x" * 100_000, 400),
        Exchange("POST", "/", 400, note="x" * 100_000),
        Exchange("POST", "/", 200, 1320001, GET_TOKEN, outcome),
    )
    for number in range(600):
        log(large[number % 3])
    stream.released.set()
    log.close()
    text = stream.getvalue()
    kept = text.count('"method"') - 1
    assert 100 < kept < 300
    assert f"(lines lost because this log was not read: {600 - kept})" in text
    assert len(text) < 3 * MAX_WAITING_BYTES


class Broken(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_stream_that_fails_is_no_failure() -> None:
    log = AccessLog(Broken(), TextLines(), ManualClock())
    log(exchange())
    log.close()


def test_lines_that_wait_are_written_many_at_once() -> None:
    stream = Stuck()
    log = AccessLog(stream, TextLines(), ManualClock())
    log(exchange())
    assert stream.reached.wait(60)
    for _ in range(200):
        log(exchange())
    stream.released.set()
    log.close()
    assert stream.getvalue().count("\n") == 201
    assert stream.writes <= 5
    assert stream.most <= 64, "requests have their turn between"


def test_a_line_that_comes_just_before_the_end_is_written() -> None:
    class Late(AccessLog):
        def _write_waiting(self) -> None:
            super()._write_waiting()
            if not self._closing.is_set():
                self(exchange("/late"))
                self._closing.set()

    stream = io.StringIO()
    log = Late(stream, TextLines(), ManualClock())
    log(exchange())
    log._thread.join(60)
    assert "/late" in stream.getvalue()
