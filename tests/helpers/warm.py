"""Starts processes of the mock, of pytest and of Schemathesis that need not import it.

A new interpreter takes 0.2 s until it has imported the mock, one that is forked from an interpreter
which has imported it 10 ms. That is a process like any other: it has an id, signals, streams, a
working directory, an environment, sockets and an exit status of its own. It differs in what an
interpreter does before the mock's first line, and modules that the mock imports late are there
already. Tests of that start an interpreter: `interpreter()`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Any, Final, Self, TypeAlias

from mockserver.state.clock import monotonic
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

PIPE: Final = subprocess.PIPE
# Set, all processes start with a new interpreter.
COLD: Final = "TEST_NEW_INTERPRETERS"
MOCK: Final = (sys.executable, str(ROOT / "run_mock.py"))
PYTEST: Final = (sys.executable, "-m", "pytest")
SCHEMATHESIS: Final = (sys.executable, "-m", "schemathesis.cli")
PROGRAMS: Final = (MOCK, PYTEST, SCHEMATHESIS)
_SERVER: Final = Path(__file__).with_name("warm_server.py")
# Variables that an interpreter reads before the program's first line.
_OF_INTERPRETER: Final = ("PYTHON", "LANG", "LC_", "MALLOC_")


def can_be_warm(environment: Mapping[str, str]) -> bool:
    """Whether a process may be forked: an interpreter with this environment would be the same."""
    return (
        sys.platform == "linux"
        and not os.environ.get(COLD)
        and _of_interpreter(environment) == _of_interpreter(os.environ)
    )


def start(
    *arguments: str,
    program: Sequence[str] = MOCK,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    start_new_session: bool = False,
) -> Process:
    """Start the mock or pytest, warm where that is possible."""
    environment = dict(os.environ if env is None else env)
    is_warm = tuple(program) in PROGRAMS and can_be_warm(environment)
    make = WarmProcess if is_warm else interpreter
    return make(
        *arguments, program=program, cwd=cwd, env=environment, stdout=stdout, stderr=stderr,
        start_new_session=start_new_session,
    )  # fmt: skip


def interpreter(
    *arguments: str, program: Sequence[str] = MOCK, **others: Any
) -> subprocess.Popen[str]:
    """Start the mock or pytest in a new interpreter."""
    return subprocess.Popen([*program, *arguments], text=True, **others)


def run(
    *arguments: str, timeout_s: float = PATIENCE_S, **others: Any
) -> subprocess.CompletedProcess[str]:
    """Run the mock or pytest to its end, warm where that is possible."""
    with start(*arguments, stdout=PIPE, stderr=PIPE, **others) as process:
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.wait(), out, err)


class WarmProcess:
    """A process that was forked. The interface is that of `subprocess.Popen` with text streams."""

    def __init__(
        self,
        *arguments: str,
        program: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        stdout: int | None,
        stderr: int | None,
        start_new_session: bool,
    ) -> None:
        request = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": env,
            "new_session": start_new_session,
        }
        self.args = [*program, *arguments]
        self.returncode: int | None = None
        self.stdin: IO[str] | None = None
        self._lock = Lock()
        self._status, status = os.pipe()
        self.stdout, out = _stream(stdout, 1)
        self.stderr, err = _stream(stderr, 2)
        try:
            _server(program).send(request, (0, out, err, status))
        finally:
            os.close(status)
            for fd, asked in ((out, stdout), (err, stderr)):
                if asked is not None:
                    os.close(fd)
        self.pid = int(self._read_line())

    def _read_line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._status, 1)
            assert byte, "the server of warm processes has ended"
            line += byte
        return line

    def poll(self) -> int | None:
        """Return the exit status, or None if it runs."""
        with self._lock:
            if self.returncode is None and select.select([self._status], [], [], 0)[0]:
                self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises subprocess.TimeoutExpired."""
        if self.returncode is None and not select.select([self._status], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        status = self.poll()
        assert status is not None
        return status

    def _end(self) -> None:
        self.returncode = os.waitstatus_to_exitcode(int(self._read_line()))
        os.close(self._status)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Read both outputs, and wait until it has ended. Raises subprocess.TimeoutExpired."""
        texts = {1: "", 2: ""}

        def read(number: int, stream: IO[str]) -> None:
            with stream:
                texts[number] = stream.read()

        readers = [
            Thread(target=read, args=(number, stream), daemon=True)
            for number, stream in ((1, self.stdout), (2, self.stderr))
            if stream is not None
        ]
        for reader in readers:
            reader.start()
        deadline = None if timeout is None else monotonic() + timeout
        for reader in readers:
            reader.join(None if deadline is None else max(0.0, deadline - monotonic()))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(None if deadline is None else max(0.0, deadline - monotonic()))
        return texts[1], texts[2]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()


class _Server:
    """The interpreter that forks processes of one program."""

    def __init__(self, program: Sequence[str]) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_SERVER), program[-1]], stdin=theirs.fileno()
            )

    def send(self, request: Mapping[str, Any], fds: Sequence[int]) -> None:
        socket.send_fds(self._requests, [json.dumps(request).encode()], fds)

    def stop(self) -> None:
        self._requests.close()
        self._process.wait()


Process: TypeAlias = "subprocess.Popen[str] | WarmProcess"
_servers: dict[str, _Server] = {}
_lock = Lock()


def _server(program: Sequence[str]) -> _Server:
    with _lock:
        if program[-1] not in _servers:
            _servers[program[-1]] = _Server(program)
        return _servers[program[-1]]


def stop() -> None:
    """End the interpreters that fork. The next process starts another."""
    with _lock:
        for server in _servers.values():
            server.stop()
        _servers.clear()


def _of_interpreter(environment: Mapping[str, str]) -> dict[str, str]:
    own = {k: v for k, v in environment.items() if k.startswith(_OF_INTERPRETER)}
    own.pop("PYTHONPATH", None)  # the process reads that itself
    return own


def _stream(asked: int | None, inherited: int) -> tuple[IO[str] | None, int]:
    """The end of a pipe to read from, if there is one, and the descriptor for the process."""
    if asked is None:
        return None, inherited
    if asked == subprocess.DEVNULL:
        return None, os.open(os.devnull, os.O_RDWR)
    if asked >= 0:
        return None, os.dup(asked)
    assert asked == PIPE
    read, write = os.pipe()
    return os.fdopen(read, encoding=None), write
