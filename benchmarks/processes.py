"""Server processes: start one, wait for its first good answer, load it, stop it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Self

from benchmarks import wrk
from benchmarks.results import CPU, MEMORY, P50, P99, RATE, SECONDS, BenchmarkError
from mockserver.credentials import cookies

ROOT: Final = Path(__file__).parent.parent
HOST: Final = "127.0.0.1"
PATH: Final = "/api/v2/auth/token"
GOOD_CODE: Final = 1320001
SECRET: Final = "mock-session-secret"
_START_S: Final = 60.0
_POLL_S: Final = 0.002
_STOP_S: Final = 10.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def cookie(sid: str) -> str:
    """Return the `Cookie` header with the signed cookie of a session."""
    return cookies.header(cookies.encode(sid, cookies.sign(sid, SECRET)))


ALICE: Final = cookie("session-of-alice")


def free_port() -> int:
    """Return a port that is probably free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def ask(port: int, sent_cookie: str, path: str = PATH) -> tuple[list[tuple[str, str]], bytes]:
    """Send one POST on its own connection. Returns headers and body of the reply."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_START_S)
    try:
        connection.request("POST", path, headers={"Cookie": sent_cookie, "Content-Length": "0"})
        reply = connection.getresponse()
        return reply.getheaders(), reply.read()
    finally:
        connection.close()


class Server:
    """A running server that has given a good answer. Leaving the context stops it.

    `cookies` are the `Cookie` headers that the load sends in turn. The first is also sent to check
    the start. Raises BenchmarkError if there is no good answer within a minute.
    """

    def __init__(self, command: Sequence[str], port: int, known: str = ALICE) -> None:
        self.port = port
        self.cookies = [known]
        self._output = TemporaryFile()  # noqa: SIM115  closed in stop
        begin = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self._output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            self._wait_until_good(begin + _START_S)
            self.start = {SECONDS: time.perf_counter() - begin, MEMORY: self.resident_mb()}
        except BaseException:
            self.stop()
            raise

    def _wait_until_good(self, deadline: float) -> None:
        body = b""
        while time.perf_counter() < deadline:
            if self._process.poll() is not None:
                status = self._process.returncode
                raise BenchmarkError(f"exited with status {status}: {self._last_line()}")
            with suppress(OSError, http.client.HTTPException, ValueError):
                body = ask(self.port, self.cookies[0])[1]
                if json.loads(body)["code"] == GOOD_CODE:
                    return
            time.sleep(_POLL_S)
        raise BenchmarkError(
            f"no good answer within {_START_S:.0f} s; last {body[:80]!r}: {self._last_line()}"
        )

    def _last_line(self) -> str:
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else "no output"

    def load(self, connections: int, seconds: float, pause_ms: int = 0) -> dict[str, float]:
        """Load the server once. Raises BenchmarkError if a reply fails or none comes.

        Each connection pauses before each request, for `pause_ms` on average.
        """
        before = self._cpu_seconds()
        url = f"http://{HOST}:{self.port}{PATH}"
        report = wrk.run(url, self.cookies, connections, seconds, pause_ms)
        return {
            RATE: report.requests / report.seconds,
            P50: report.p50_ms,
            P99: report.p99_ms,
            CPU: (self._cpu_seconds() - before) / report.requests * 1e6,
        }

    def resident_mb(self) -> float:
        """Resident memory of the process and its descendants, in MB of a million bytes."""
        return sum(int(fields[21]) for fields in self._stats()) * _PAGE_BYTES / 1e6

    def _cpu_seconds(self) -> float:
        return sum(int(fields[11]) + int(fields[12]) for fields in self._stats()) / _TICKS

    def _stats(self) -> Iterator[list[str]]:
        """/proc/PID/stat after the program's name, of the process and its descendants."""
        pids = [self._process.pid]
        for pid in pids:
            with suppress(OSError):
                yield Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            for task in Path(f"/proc/{pid}/task").glob("*"):
                with suppress(OSError):
                    pids += map(int, (task / "children").read_text().split())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Terminate the server; after 10 s kill it and its descendants."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._output.close()
