"""The line that says how far a long command is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mockserver.cli.main import main
from mockserver.cli.progress import PATIENCE_S, ProgressLine, progress_line


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def screen(self) -> str:
        """What one line of it shows at the end: a carriage return begins anew, over the old."""
        shown = ""
        for part in self.getvalue().split("\r"):
            shown = part + shown[len(part) :]
        return shown.rstrip()


class Time:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def put_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal as standard error; no fixture, because pytest sets its own after those."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


def test_what_is_over_soon_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = put_terminal(monkeypatch), Time()
    with progress_line(now) as progress:
        progress("reading", 1, 2)
        now.s += PATIENCE_S - 0.01
        progress("reading", 2, 2)
    assert terminal.getvalue() == ""


def test_after_two_seconds_one_line_is_written_over_and_over() -> None:
    assert PATIENCE_S == 2
    terminal, now = Terminal(), Time()
    line = ProgressLine(terminal, now)
    now.s += PATIENCE_S
    line("reading file 1 of 1", 1, 4)
    assert terminal.screen == "reading file 1 of 1: 25 %"
    now.s += 1
    line("trying", 3, 4)
    assert terminal.screen == "trying: 75 %"
    line.clear()
    assert terminal.screen == ""
    assert terminal.getvalue().endswith("\r")
    assert "\n" not in terminal.getvalue()


def test_it_is_written_a_few_times_a_second_however_often_progress_is_told() -> None:
    terminal, now = Terminal(), Time()
    line = ProgressLine(terminal, now)
    for step in range(10_000):
        now.s += 0.001
        line("reading", step, 10_000)
    assert 30 < terminal.getvalue().count("\r") < 50


def test_no_item_at_all_is_no_division_by_zero() -> None:
    terminal, now = Terminal(), Time()
    line = ProgressLine(terminal, now)
    now.s += 3
    line("reading", 0, 0)
    assert terminal.screen == "reading: 0 %"


def test_it_is_cleared_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = put_terminal(monkeypatch), Time()

    def fail() -> None:
        with progress_line(now) as progress:
            now.s += 3
            progress("reading", 1, 2)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert "reading: 50 %" in terminal.getvalue()
    assert terminal.screen == ""


def test_what_is_no_terminal_gets_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, now = io.StringIO(), Time()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_line(now) as progress:
        now.s += 3
        progress("reading", 1, 2)
    assert stream.getvalue() == ""


def test_quiet_commands_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = put_terminal(monkeypatch), Time()
    with progress_line(now, quiet=True) as progress:
        now.s += 3
        progress("reading", 1, 2)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("command", [["check"], ["cookie", "a", "--fixtures"]])
def test_commands_show_it_while_they_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("users: [{username: a}]\nsessions: [{sid: s, username: a}]")
    monkeypatch.setattr("mockserver.cli.progress.PATIENCE_S", 0.0)
    terminal = put_terminal(monkeypatch)
    assert main([*command, str(path)]) == 0
    assert "reading file 1 of 1: " in terminal.getvalue()
    assert terminal.screen == ""
