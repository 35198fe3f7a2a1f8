"""Servers as processes of their own: start, wait for a good answer, look at, stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Final

from benchmarks.errors import BenchmarkError
from benchmarks.results import Start

ROOT: Final = Path(__file__).parent.parent
HOST: Final = "127.0.0.1"
PATH: Final = "/api/v2/auth/token"
GOOD_CODE: Final = 1320001
_START_S: Final = 60.0
_LOOK_S: Final = 0.002
_END_S: Final = 10.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that was free just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def ask(port: int, cookie: str) -> tuple[list[tuple[str, str]], bytes]:
    """Ask for the token on a connection of its own; the headers and the body of the reply."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_START_S)
    try:
        connection.request("POST", PATH, headers={"Cookie": cookie, "Content-Length": "0"})
        reply = connection.getresponse()
        return reply.getheaders(), reply.read()
    finally:
        connection.close()


def is_good(body: bytes) -> bool:
    """Whether that is the token, and not an error or another page."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("code") == GOOD_CODE


class Server:
    """A server that has given a good answer; leaving the context stops it.

    `start` says how long that took. Raises BenchmarkError where it ends before, or takes too long.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        cookie: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}{PATH}"
        self._output = TemporaryFile()  # noqa: SIM115  closed when it is stopped
        begin = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait(begin + _START_S, cookie)
            self.start = Start(time.perf_counter() - begin, self.resident_mb())
        except BaseException:
            self.stop()
            raise

    def _wait(self, deadline: float, cookie: str) -> None:
        answer = b""
        while time.perf_counter() < deadline:
            if self._process.poll() is not None:
                raise BenchmarkError(
                    f"it ended with status {self._process.returncode}{self._why()}"
                )
            try:
                answer = ask(self.port, cookie)[1]
                if is_good(answer):
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(_LOOK_S)
        last = f", but {answer[:80]!r}" if answer else ""
        raise BenchmarkError(f"no good answer within {_START_S:.0f} s{last}{self._why()}")

    def _why(self) -> str:
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1][:200]}" if lines else ""

    def pids(self) -> list[int]:
        """The process and all that it has started."""
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*"):
                with suppress(OSError):
                    found += map(int, (task / "children").read_text().split())
        return found

    def resident_mb(self) -> float:
        """MB (a million bytes) that it holds in memory, its children with it."""
        return sum(resident_mb(pid) for pid in self.pids())

    def cpu_seconds(self) -> float:
        """Processor time that it has used, its children with it."""
        return sum(_cpu_seconds(pid) for pid in self.pids())

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask it to end; what does not within 10 s is killed, what it started too."""
        started = self.pids()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            for pid in started:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(_END_S)
        self._output.close()


def resident_mb(pid: int | str) -> float:
    """MB (a million bytes) that the process holds in memory; none where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0
