"""Prints start-up time, resident memory, and the time and memory of bulk fixtures.

Runs are interleaved with their baseline, because machines drift; medians are printed.
Linux only: memory is read from /proc.
"""

from __future__ import annotations

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 11
BULK: Final = 100_000
LITERAL: Final = 10_000
LIBRARIES: Final = "import falcon, waitress, yaml, jwt"


def import_libraries() -> float:
    """Seconds that a process takes that does nothing but import the libraries."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - begin


def serve(*arguments: str) -> tuple[float, float]:
    """Seconds from process start to the first answer, and MiB resident after it."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(ROOT / "run_mock.py"), "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1].split("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/api/v2/auth/token")
        connection.getresponse().read()
        seconds = time.perf_counter() - begin
        mebibytes = resident(process.pid)
        connection.close()
        process.send_signal(signal.SIGTERM)
    return seconds, mebibytes


def resident(pid: int | str) -> float:
    """MiB of memory that the process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def bulk(directory: Path) -> Path:
    """A fixture file of 100,000 users and sessions by `repeat`."""
    path = directory / "bulk.yaml"
    path.write_text(
        f"users: [{{username: 'load-{{n:06}}', uid: '{{n}}', token: issue, repeat: {BULK}}}]\n"
        f"sessions: [{{sid: 'load-{{n:06}}', username: 'load-{{n:06}}', repeat: {BULK}}}]\n"
    )
    return path


def literal(directory: Path) -> Path:
    """A fixture file of 10,000 users and sessions, each written out."""
    path = directory / "literal.yaml"
    users = "".join(f"  - {{username: u{n}, uid: {n}, token: issue}}\n" for n in range(LITERAL))
    sessions = "".join(f"  - {{sid: s{n}, username: u{n}}}\n" for n in range(LITERAL))
    path.write_text(f"users:\n{users}sessions:\n{sessions}")
    return path


def main() -> None:
    """Measure and print."""
    rounds = []
    for _ in range(ROUNDS + 1):
        baseline = import_libraries()
        rounds.append((baseline, *serve(), *serve("--quiet")))
    columns = list(zip(*rounds[1:], strict=True))  # the first round warms up
    baseline, start, memory, quiet_start, quiet_memory = map(statistics.median, columns)
    ratio = statistics.median(row[1] / row[0] for row in rounds[1:])
    quiet_ratio = statistics.median(row[3] / row[0] for row in rounds[1:])
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {ROUNDS} rounds")
    print(f"importing the libraries            {baseline * 1000:7.0f} ms")
    print(f"start to first answer              {start * 1000:7.0f} ms  {ratio:5.2f} x")
    print(f"start to first answer, --quiet     {quiet_start * 1000:7.0f} ms  {quiet_ratio:5.2f} x")
    print(f"resident after start               {memory:7.1f} MiB")
    print(f"resident after start, --quiet      {quiet_memory:7.1f} MiB")
    with tempfile.TemporaryDirectory() as directory:
        for name, path in (
            (f"{BULK} users and sessions by repeat", bulk(Path(directory))),
            (f"{LITERAL} users and sessions written out", literal(Path(directory))),
        ):
            runs = [serve("--quiet", "--fixtures", str(path)) for _ in range(3)]
            seconds, mebibytes = (statistics.median(column) for column in zip(*runs, strict=True))
            print(f"{name}: first answer after {seconds * 1000:.0f} ms, {mebibytes:.1f} MiB")
