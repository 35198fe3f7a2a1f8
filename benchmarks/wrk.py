"""The load generator: wrk, with a script that sends POST and a cookie."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benchmarks.results import BenchmarkError

SCRIPT: Final = Path(__file__).with_name("post.lua")
# On top of the measured time, for connecting and for the last replies.
_GRACE_S: Final = 30.0


class Report(Struct, frozen=True):
    """The script's line at the end of a run."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int


def find() -> str:
    """Return the path of wrk. Raises BenchmarkError, which says how to install it."""
    program = shutil.which("wrk")
    if program is None:
        raise BenchmarkError(
            "the load generator wrk is not installed: apt install wrk, dnf install wrk, or "
            "https://github.com/wg/wrk"
        )
    return program


def run(
    url: str, cookies: Sequence[str], connections: int, seconds: float, pause_ms: int = 0
) -> Report:
    """Load the URL over that many keep-alive connections, sending the cookies in turn.

    Each connection pauses before each request, for `pause_ms` on average.
    wrk measures whole seconds, at least one. Raises BenchmarkError if wrk or any reply fails.
    """
    whole = max(1, round(seconds))
    command = [find(), "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{whole}s", "--timeout", "10s", "--script", str(SCRIPT), url]
    command += ["--", str(pause_ms)]
    try:
        done = subprocess.run(
            command, input="\n".join(cookies), capture_output=True, text=True, check=False,
            timeout=whole + _GRACE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"wrk did not end: {url}") from None
    if done.returncode:
        raise BenchmarkError(f"wrk failed: {(done.stderr or done.stdout).strip()}")
    return parse(done.stdout)


def parse(output: str) -> Report:
    """Parse the script's line in wrk's output. Raises BenchmarkError if wrk or a reply failed."""
    line = next((line for line in output.splitlines() if line.startswith("{")), "")
    try:
        report = msgspec.json.decode(line, type=Report)
    except msgspec.MsgspecError:
        raise BenchmarkError(f"wrk printed no results: {output.strip()!r}") from None
    if report.failed or not report.requests:
        raise BenchmarkError(f"{report.failed} of {report.requests} replies failed")
    return report
