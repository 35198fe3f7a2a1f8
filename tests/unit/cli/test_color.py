"""When a log has colors."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from mockserver.cli.color import is_colored


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("mode", "terminal", "environment", "colored"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_the_flag_wins_over_the_variables_and_those_over_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    terminal: bool,
    environment: Mapping[str, str],
    colored: bool,
) -> None:
    monkeypatch.setattr("mockserver.cli.color.os.name", "posix")
    stream = Terminal() if terminal else io.StringIO()
    assert is_colored(mode, stream, environment) is colored
