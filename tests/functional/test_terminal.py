"""What is printed to a terminal neither moves its cursor nor turns its text around."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.cli.main import main
from mockserver.cli.serve import _tell
from mockserver.http.admin.record_answers import EntryAnswer
from mockserver.testing.control_plane import read_answer
from tests.helpers.text import TURNING

ODD = ["\x1b", "\x9b", *TURNING]


def shows(text: str) -> bool:
    return any(letter in text for letter in ODD)


@pytest.mark.parametrize("letter", ODD)
def test_what_is_said_of_fixtures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], letter: str
) -> None:
    escaped = f"\\u{ord(letter):04x}"
    path = tmp_path / f"a{letter}b.yaml"
    path.write_text(
        f'users: [{{username: "u{escaped}"}}]\n'
        f'sessions: [{{sid: "s{escaped}", username: "u{escaped}"}}, '
        f'{{sid: t, username: "v{escaped}"}}]\n'
    )
    assert main(["check", str(path)]) == 0
    path.write_text(f'users: [{{"user{escaped}": "x{escaped}"}}, {{username: "x{escaped}{{"}}]\n')
    assert main(["check", str(path)]) == 2
    assert main(["cookie", f"x{letter}", "--fixtures", str(path)]) == 2
    assert main([f"x{letter}"]) == 2
    assert main(["serve", f"--port={letter}"]) == 2
    said = capsys.readouterr()
    assert said.err
    assert not shows(said.out + said.err)


@pytest.mark.parametrize("letter", ODD)
def test_what_a_running_mock_says(capsys: pytest.CaptureFixture[str], letter: str) -> None:
    _tell(f"reloaded {letter}\nall state starts anew")
    said = capsys.readouterr().err
    assert not shows(said)
    assert said.count("\n") == 2


@pytest.mark.parametrize("letter", ODD)
def test_what_a_failing_assertion_shows(letter: str) -> None:
    document = {"id": 1, "time": "2026-01-01T12:00:00.000Z", "method": "POST",
                "path": f"/{letter}", "endpoint": None, "status": 400, "code": 400,
                "username": letter, "sid": None, "scenario": None, "faults": [],
                "explain": [letter], "warnings": [], "duration_ms": 0.5,
                "request": {"headers": {letter: letter}, "query": letter, "body": letter,
                            "truncated": False},
                "response": {"headers": {}, "body": letter, "truncated": False}}  # fmt: skip
    assert not shows(str(read_answer(document, EntryAnswer, "GET /requests/1")))


def test_a_warning_on_a_terminal_shows_the_line_that_it_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("sessions: [{sid: s, username: gone}]\n")
    monkeypatch.setattr("mockserver.cli.findings._is_terminal", lambda: True)
    assert main(["check", str(path)]) == 0
    line, shown, caret = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}:1:31: username: warning: unknown user 'gone'")
    assert shown == "sessions: [{sid: s, username: gone}]"
    assert caret.index("^") == 30
