"""Runs the hypothesis tests of the test suite with more examples and a given seed."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

from soak.deadline import Deadline
from soak.figures import Findings
from soak.server import ROOT

TESTS: Final = (
    "tests/unit/credentials/test_cookies.py",
    "tests/unit/fixtures/test_fixture_fuzz.py",
    "tests/unit/test_linearizability.py",
    "tests/functional/test_fuzz.py",
    "tests/functional/test_account_fuzz.py",
)


def run(seed: int, profile: str, deadline: Deadline) -> Findings:
    """Run the tests with this hypothesis profile of `tests/conftest.py`."""
    findings = Findings("properties")
    flags = ("-q", "-p", "no:cacheprovider", f"--hypothesis-profile={profile}")
    command = [sys.executable, "-m", "pytest", *flags, f"--hypothesis-seed={seed}", *TESTS]
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
