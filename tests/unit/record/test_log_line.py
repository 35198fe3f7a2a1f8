"""How a line of the request log looks, for people and for machines."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

from mockserver.api.account.page import LOG_IN
from mockserver.api.page import Reply
from mockserver.api.token.page import GET_TOKEN, TOKEN_FOUND, TokenData
from mockserver.api.trace import Step, Trace
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.log_line import LOG_FORMATS, TextLines, json_line, line_format
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN

NOON = "2026-01-01T12:00:00.000Z"
ID = "672d727bfc66"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def exchange(
    path: str = "/api/v2/auth/token", username: str | None = "anna", took_ms: float = 1.23456
) -> Exchange:
    trace = Trace()
    trace.add(Step.GET_ACCEPTED)
    trace.add(Step.SESSION_OF, "s", "anna")
    trace.add(Step.TOKEN_RETURNED)
    outcome = Outcome(Reply(TOKEN_FOUND, TokenData("t")), username, "s", "normal", trace)
    return Exchange("GET", path, 200, 1320001, GET_TOKEN, outcome, duration_ms=took_ms)


def text_line(of: Exchange, sandbox_id: str | None = None) -> str:
    return TextLines()(NOON, sandbox_id, of)


def test_a_line_tells_who_asked_what_and_why_it_was_answered_so() -> None:
    assert text_line(exchange()) == (
        "12:00:00.000Z GET     /api/v2/auth/token            200 1320001 anna         1.2ms  "
        "token returned; warning: GET is answered like POST here; the real server refuses it"
    )


def test_a_line_without_code_user_and_duration_has_dashes() -> None:
    line = text_line(Exchange("PUT", "/x", 431, note="too large"))
    assert line.split() == ["12:00:00.000Z", "PUT", "/x", "431", "-", "-", "-", "too", "large"]


@pytest.mark.parametrize(
    ("took_ms", "shown"),
    [(0.0, "-"), (0.04, "0.0ms"), (12.34, "12.3ms"), (999.9, "999.9ms"), (999.99, "1.0s"),
     (2000.0, "2.0s"), (600_000.0, "600.0s")],
)  # fmt: skip
def test_a_duration_is_in_milliseconds_or_seconds(took_ms: float, shown: str) -> None:
    assert text_line(exchange(took_ms=took_ms)).split()[6] == shown


def columns(line: str) -> list[int]:
    return [line.index(" 200 "), line.index("  token returned")]


def test_columns_line_up_on_every_documented_path() -> None:
    lines = TextLines()
    shown = [
        lines(NOON, None, exchange(f"/api/v2{path}", name, took_ms))
        for path, name, took_ms in (
            (GET_TOKEN.path, "anna", 0.4),
            (LOG_IN.path, None, 999.9),
            ("/auth/verify/sendemail", "shincurry2", 2000.0),
        )
    ]
    assert len({tuple(columns(line)) for line in shown}) == 1


def test_columns_line_up_for_every_method() -> None:
    lines = TextLines()
    methods = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
    shown = [lines(NOON, None, replace(exchange(), method=method)) for method in methods]
    assert len({tuple(columns(line)) for line in shown}) == 1


def test_columns_widen_for_what_does_not_fit_and_stay_so() -> None:
    lines = TextLines()
    longer = exchange(f"/__sandbox/{ID}/api/v2/auth/token", "a-name-of-18-chars")
    before, widened, after = (
        columns(lines(NOON, None, one)) for one in (exchange(), longer, exchange())
    )
    assert before != widened == after


def test_what_is_much_too_long_widens_nothing() -> None:
    lines = TextLines()
    before = columns(lines(NOON, None, exchange()))
    lines(NOON, None, exchange("/x" * 100, "x" * 100))
    assert columns(lines(NOON, None, exchange())) == before


@pytest.mark.parametrize(
    ("sandbox_id", "shown"), [(ID, f"  [{ID}] token"), ("default", "ms  token"), (None, "ms  tok")]
)
def test_a_sandbox_is_named_unless_it_is_the_default_one(
    sandbox_id: str | None, shown: str
) -> None:
    line = text_line(exchange(), sandbox_id)
    assert shown in line
    assert ("[" in line) == (sandbox_id == ID)


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x85", "\u2028", "\u202e"])
def test_a_path_cannot_begin_a_line_nor_move_the_cursor(letter: str) -> None:
    line = text_line(exchange(f"/a{letter}b"))
    assert letter not in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("log_format", LOG_FORMATS)
def test_neither_tokens_nor_signatures_are_in_the_log(log_format: str, color: bool) -> None:
    secrets = (DOCUMENTED_TOKEN, DOCUMENTED_COOKIE)
    trace = Trace()
    for secret in secrets:
        trace.add(Step.SESSION_UNKNOWN, secret)
    outcome = Outcome(None, None, None, "normal", trace)
    path = "/x/" + "/".join(secrets)
    for told in (
        Exchange("POST", path, 400, note=f"no {path}"),
        Exchange(DOCUMENTED_TOKEN, path, 200, 1, GET_TOKEN, outcome),
        exchange(username=" ".join(secrets)),
    ):
        line = line_format(log_format, color)(NOON, None, told)
        for secret in secrets:
            assert secret.rpartition(".")[2] not in line
        assert "[token]" in line
        assert "[signature]" in line


def test_colors_change_nothing_but_the_color() -> None:
    for sandbox_id in (None, ID):
        line = TextLines(color=True)(NOON, sandbox_id, exchange())
        assert ESCAPES.sub("", line) == text_line(exchange(), sandbox_id)


@pytest.mark.parametrize(
    ("status", "code", "color"),
    [(200, 1320001, 32), (204, None, 32), (200, 1940102, 33), (400, 400, 33), (404, None, 33),
     (200, 1950301, 31), (503, 1950301, 31), (500, None, 31), (0, None, 31)],
)  # fmt: skip
def test_the_color_tells_success_refusal_and_failure(
    status: int, code: int | None, color: int
) -> None:
    line = TextLines(color=True)(NOON, None, Exchange("POST", "/x", status, code, note="why"))
    assert f"\x1b[{color}m{status:3} {code or '-'}" in line


def test_json_has_every_step_and_the_sandbox() -> None:
    found = json.loads(json_line(NOON, ID, exchange()))
    assert found["time"] == NOON
    assert (found["code"], found["username"], found["scenario"]) == (1320001, "anna", "normal")
    assert found["explain"][1:] == ["session s belongs to anna", "token returned"]
    assert found["duration_ms"] == 1.235
    assert found["sandbox"] == ID


def test_json_says_that_a_request_belongs_to_no_sandbox() -> None:
    found = json.loads(json_line(NOON, None, Exchange("PUT", "/x", 431, note="too large")))
    assert (found["sandbox"], found["username"], found["scenario"]) == (None, None, None)
