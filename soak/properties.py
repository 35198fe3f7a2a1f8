"""Runs the property tests of the test suite with more examples and a given seed."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

from soak.deadline import Deadline
from soak.figures import Findings
from soak.server import ROOT

_USES: Final = re.compile(r"^from hypothesis import|^@pytest\.mark\.hypothesis", re.MULTILINE)


def tests() -> list[str]:
    """Return the test files with property tests."""
    files = (ROOT / "tests").rglob("test_*.py")
    found = (file for file in files if _USES.search(file.read_text("utf-8")))
    return sorted(str(file.relative_to(ROOT)) for file in found)


def run(seed: int, profile: str, deadline: Deadline) -> Findings:
    """Run the property tests with this hypothesis profile of `tests/conftest.py`."""
    findings = Findings("properties")
    flags = ("-q", "-n", "auto", "-p", "no:cacheprovider", f"--hypothesis-profile={profile}")
    seeded = (f"--hypothesis-seed={seed}", "-m", "hypothesis")
    command = [sys.executable, "-m", "pytest", *flags, *seeded, *tests()]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=deadline.left_s(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        findings.failures.append("out of time")
        return findings
    if done.returncode != 0:
        findings.failures.append(done.stdout[-5000:] + done.stderr[-1000:])
    summary = re.findall(r"[0-9]+ (?:passed|failed|error)[^\n]*", done.stdout)
    findings.figures = {"hypothesis profile": profile, "tests": summary[-1] if summary else "none"}
    return findings
