"""The soak in its short form; `make soak` is the long one."""

from __future__ import annotations

import pytest

from soak.__main__ import PARTS, SHORT, SOAKED, main
from soak.deadline import Deadline
from soak.figures import Findings


@pytest.mark.parametrize("profile", SOAKED)
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_lost_and_nothing_breaks(part: str, profile: str) -> None:
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
