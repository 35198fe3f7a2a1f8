"""`main` called in a process that goes on."""

from __future__ import annotations

import gc
import signal
import sys

import pytest

from mockserver.cli.main import main
from tests.helpers.text import SHIPPED


def process() -> list[object]:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return [*handlers, gc.isenabled(), sys.stdout, sys.stderr]


def test_the_callers_process_is_left_alone() -> None:
    before = process()
    assert main(["check", str(SHIPPED)]) == 0
    assert main(["nonsense"]) == 2
    assert process() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prt", "1"], "unknown flag '--prt'; did you mean '--port'?"),
        (["--port", "65536"], "--port: expected a port from 0 to 65535, got '65536'"),
        (["--scenario", "db-dwn"], "unknown scenario 'db-dwn'; did you mean 'db-down'?"),
        (
            ["--profile", "documentd"],
            "--profile: expected documented or server or dashboard, got 'documentd'",
        ),
        (["--freeze-clock", "noon"], "--freeze-clock: expected a time such as"),
        (["srve"], "unknown command 'srve'; did you mean 'serve'?"),
        (["serve", "now"], "unknown argument 'now'"),
        (["--fixtures", "nowhere"], "nowhere:1:1: file: cannot be read: No such file or directory"),
        (
            ["--port", "0", "--port-file", "/nowhere/port"],
            "--port-file /nowhere/port: No such file",
        ),
        (["openapi", "--http-status", "201"], "--http-status: expected 200 or from-code"),
        (["openapi", "--http-stats", "200"], "did you mean '--http-status'?"),
        (["cookie"], "the following arguments are required: USERNAME"),
        (["cookie", "alise"], "unknown user 'alise'; did you mean 'alice'?"),
        (
            ["cookie", "alice", "--kind", "tampred"],
            "unknown kind 'tampred'; did you mean 'tampered'?",
        ),
        (
            ["exec", "--coverage-page", "acount", "--", "true"],
            "unknown page 'acount'; did you mean 'account'?",
        ),
    ],
)
def test_bad_usage_is_exit_status_2_and_says_what_would_be_right(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert "Traceback" not in told.err
