"""The soak in its short form; `make soak` is the long one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from soak.__main__ import PARTS, SHORT, SOAKED, main
from soak.deadline import Deadline
from soak.figures import Findings
from tests.helpers import warm
from tests.helpers.text import ROOT
from tests.helpers.warm import MOCK, PIPE

# These parts measure the process.
MEASURING = ("fuzz", "hostile")


def start(command: Sequence[str], log: int) -> warm.Process:
    is_mock = tuple(command[:2]) == MOCK
    program, arguments = (MOCK, command[2:]) if is_mock else (command[:-1], command[-1:])
    make = warm.start if is_mock else warm.interpreter
    return make(*arguments, program=program, cwd=ROOT, stdout=PIPE, stderr=log)


@pytest.mark.parametrize("profile", SOAKED)
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_lost_and_nothing_breaks(
    part: str, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if part not in MEASURING:
        monkeypatch.setattr("soak.server.start", start)
    findings = PARTS[part](profile, 1, SHORT, Deadline(SHORT.seconds))
    assert findings.failures == []
    assert findings.figures


def test_what_fails_is_printed_and_is_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Findings("slow", {"held": 3}, ["this was lost"])
    monkeypatch.setattr("soak.__main__.PARTS", {"slow": lambda *_: bad})
    assert main(["--only", "slow", "--profile", "documented", "--seed", "7"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("seed 7\ndocumented slow        1 FAILED  held 3, seconds ")
    assert "  this was lost\n" in told
    assert "1 FAILED in " in told.splitlines()[-1]
