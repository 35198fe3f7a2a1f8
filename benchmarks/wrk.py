"""The load generator: wrk, with a script that sends POST and a cookie."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benchmarks.errors import BenchmarkError

SCRIPT: Final = Path(__file__).with_name("post.lua")
# Beyond the measured time, for connecting and for replies that are still on their way.
_PATIENCE_S: Final = 30.0


class Report(Struct, frozen=True):
    """What the script prints at the end."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int


def find() -> str:
    """The program; raises BenchmarkError, which says how to get it."""
    program = shutil.which("wrk")
    if program is None:
        raise BenchmarkError(
            "the load generator wrk is not installed: apt install wrk, dnf install wrk, or "
            "https://github.com/wg/wrk"
        )
    return program


def run(url: str, cookies: Path, connections: int, seconds: float) -> Report:
    """Load the URL over that many keep-alive connections, with the cookies of the file in turn.

    Raises BenchmarkError where wrk fails, or got no answer at all.
    """
    whole = max(1, round(seconds))  # wrk knows no less
    command = [find(), "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{whole}s", "--timeout", "10s", "--script", str(SCRIPT)]
    command += [url, "--", str(cookies)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=whole + _PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"wrk did not end: {url}") from None
    if done.returncode:
        raise BenchmarkError(f"wrk failed: {(done.stderr or done.stdout).strip()}")
    return parse(done.stdout)


def parse(output: str) -> Report:
    """The script's line among wrk's own; raises BenchmarkError where it or any reply is missing."""
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                report = msgspec.json.decode(line, type=Report)
            except msgspec.MsgspecError as error:
                raise BenchmarkError(f"wrk's script printed {line!r}: {error}") from None
            if not report.requests:
                raise BenchmarkError("wrk got no reply at all")
            return report
    raise BenchmarkError(f"wrk printed no results, but {output.strip()!r}")
