from __future__ import annotations

import io
import json
import threading

import pytest

from mockserver.api.page import Reply
from mockserver.api.token.page import GET_TOKEN, TOKEN_FOUND, TokenData
from mockserver.api.trace import Step, Trace
from mockserver.record.access_log import (
    LOG_FORMATS,
    MAX_WAITING,
    MAX_WAITING_BYTES,
    AccessLog,
    json_line,
    text_line,
)
from mockserver.record.exchange import Exchange, Outcome
from tests.helpers.app import ManualClock
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN, NOON_MS


def exchange(path: str = "/api/v2/auth/token") -> Exchange:
    trace = Trace()
    trace.add(Step.GET_ACCEPTED)
    trace.add(Step.SESSION_OF, "s", "anna")
    trace.add(Step.TOKEN_RETURNED)
    outcome = Outcome(Reply(TOKEN_FOUND, TokenData("t")), "anna", "s", "normal", trace)
    return Exchange("GET", path, 200, 1320001, GET_TOKEN, outcome, duration_ms=1.23456)


def test_a_line_tells_who_asked_what_and_why_it_was_answered_so() -> None:
    assert text_line(NOON_MS, exchange()) == (
        "12:00:00.000Z GET /api/v2/auth/token 200 1320001 anna  token returned; "
        "warning: GET is answered like POST here; the real server refuses it"
    )


def test_a_line_without_code_and_user_has_dashes() -> None:
    line = text_line(NOON_MS, Exchange("PUT", "/x", 431, note="too large"))
    assert line == "12:00:00.000Z PUT /x 431 - -  too large"


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x85", "\u2028", "\u202e"])
def test_a_path_cannot_begin_a_line_nor_move_the_cursor(letter: str) -> None:
    line = text_line(NOON_MS, exchange(f"/a{letter}b"))
    assert letter not in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("log_format", sorted(LOG_FORMATS))
def test_neither_tokens_nor_signatures_are_in_the_log(log_format: str) -> None:
    secrets = (DOCUMENTED_TOKEN, DOCUMENTED_COOKIE)
    trace = Trace()
    for secret in secrets:
        trace.add(Step.SESSION_UNKNOWN, secret)
    outcome = Outcome(None, None, None, "normal", trace)
    path = "/x/" + "/".join(secrets)
    for told in (
        Exchange("POST", path, 400, note=f"no {path}"),
        Exchange(DOCUMENTED_TOKEN, path, 200, 1, GET_TOKEN, outcome),
    ):
        line = LOG_FORMATS[log_format](NOON_MS, told)
        for secret in secrets:
            assert secret.rpartition(".")[2] not in line
        assert "[token]" in line
        assert "[signature]" in line


def test_json_has_every_step() -> None:
    found = json.loads(json_line(NOON_MS, exchange()))
    assert found["time"] == "2026-01-01T12:00:00.000Z"
    assert (found["code"], found["username"], found["scenario"]) == (1320001, "anna", "normal")
    assert found["explain"][1:] == ["session s belongs to anna", "token returned"]
    assert found["duration_ms"] == 1.235


def test_all_lines_are_written_by_the_end() -> None:
    stream = io.StringIO()
    log = AccessLog(stream, "text", ManualClock())
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
    log = AccessLog(stream, "text", ManualClock())
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
    log = AccessLog(stream, "json", ManualClock())
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
    log = AccessLog(Broken(), "text", ManualClock())
    log(exchange())
    log.close()


def test_lines_that_wait_are_written_many_at_once() -> None:
    stream = Stuck()
    log = AccessLog(stream, "text", ManualClock())
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
    log = Late(stream, "text", ManualClock())
    log(exchange())
    log._thread.join(60)
    assert "/late" in stream.getvalue()
