"""Runs the real server as a process, with its log in a file."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mockserver.testing.control_plane import ControlPlane
from soak.deadline import Deadline

ROOT: Final = Path(__file__).parent.parent
# A reply that takes longer counts as lost.
PATIENCE_S: Final = 30.0
_TROUBLE: Final = re.compile(r"Traceback|internal error|Exception|Error:")


class ServerFailedError(Exception):
    """The server did not start, or ended unexpectedly."""


def start(command: Sequence[str], log: int) -> subprocess.Popen[str]:
    """Start a process whose standard output is a pipe. `log` is its standard error."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        # One malloc arena, so that per-thread arenas do not distort the memory figures.
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
    )


class Server:
    """A running server. Leaving the context kills it.

    `admin_token` is the token of its control plane. `limits` overrides constants of
    `mockserver/server/limits.py`.
    """

    def __init__(
        self,
        *arguments: str,
        admin_token: str | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed on leaving the context
        self._token = admin_token
        token = [] if admin_token is None else ["--admin-token", admin_token]
        self.process = start(
            [*_command(limits), "--port", "0", *token, *arguments], self._log.fileno()
        )
        assert self.process.stdout is not None
        announcement = self.process.stdout.readline()
        found = re.search(r":([0-9]+)/api/v2$", announcement)
        if found is None:
            self.process.kill()
            self.process.wait()
            raise ServerFailedError(announcement + self.log())
        self.port = int(found[1])

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()

    def connect(self, patience_s: float = PATIENCE_S) -> socket.socket:
        """Open a connection. `patience_s` is the timeout of each operation."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=patience_s)

    def admin(self) -> ControlPlane:
        """Return a client of the control plane."""
        return ControlPlane(f"http://127.0.0.1:{self.port}/__admin", self._token)

    def stop(self, deadline: Deadline) -> int:
        """Send SIGTERM, and return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(deadline.left_s())

    def resident_mib(self) -> float:
        """Return the resident memory of the process, in MiB (Linux)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ServerFailedError("the server's process has ended")

    def processor_s(self) -> float:
        """Return the CPU time that the process has used, in seconds (Linux)."""
        # The second field is the command in parentheses; the 14th and 15th are in clock ticks.
        status = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(status[11]) + int(status[12])) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """Return everything that the server has written to standard error."""
        # Not with seek: the server shares the file offset.
        number = self._log.fileno()
        data = os.pread(number, os.fstat(number).st_size, 0)
        return data.decode(errors="backslashreplace")

    def troubles(self) -> Iterator[str]:
        """Yield the log lines that indicate a bug."""
        return (line for line in self.log().splitlines() if _TROUBLE.search(line))


def _command(limits: Mapping[str, float] | None) -> list[str]:
    if not limits:
        return [sys.executable, str(ROOT / "run_mock.py")]
    given = [f"{name}={value}" for name, value in limits.items()]
    return [sys.executable, "-m", "soak.shortened", *given, "--"]
