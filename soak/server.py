"""The real server, as a process of its own, with its log in a file that is never in the way."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from mockserver.testing.control_plane import ControlPlane
from soak.deadline import Deadline

ROOT: Final = Path(__file__).parent.parent
# How long a reply may take before it counts as lost; the slowest machine needs less.
PATIENCE_S: Final = 30.0
_TROUBLE: Final = re.compile(r"Traceback|internal error|Exception|Error:")


class ServerFailedError(Exception):
    """The server did not start, or ended when nobody had asked it to."""


class Server:
    """A server that has announced itself. Leaving the context ends it.

    `admin_token` is the token that its control plane asks for. `limits` shortens constants of
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
        self.process = subprocess.Popen(
            [*_command(limits), "--port", "0", *token, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            # One arena, so that what is measured is held, and not kept for a thread's later use.
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
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
        """A new connection, whose every operation gives up after so many seconds."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=patience_s)

    def admin(self) -> ControlPlane:
        """A client of its control plane."""
        return ControlPlane(f"http://127.0.0.1:{self.port}/__admin", self._token)

    def stop(self, deadline: Deadline) -> int:
        """Ask it to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(deadline.left_s())

    def resident_mib(self) -> float:
        """MiB of memory that the process holds (Linux)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ServerFailedError("the server's process has ended")

    def processor_s(self) -> float:
        """Seconds of processor time that the process has used (Linux)."""
        # The second field is the command in parentheses; the 14th and 15th are in clock ticks.
        status = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(status[11]) + int(status[12])) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """All that the server has written to standard error so far."""
        # Not by seek: the server writes through the same file offset.
        number = self._log.fileno()
        data = os.pread(number, os.fstat(number).st_size, 0)
        return data.decode(errors="backslashreplace")

    def troubles(self) -> Iterator[str]:
        """The lines of the log that no user should ever see."""
        return (line for line in self.log().splitlines() if _TROUBLE.search(line))


def _command(limits: Mapping[str, float] | None) -> list[str]:
    if not limits:
        return [sys.executable, str(ROOT / "run_mock.py")]
    given = [f"{name}={value}" for name, value in limits.items()]
    return [sys.executable, "-m", "soak.shortened", *given, "--"]
