"""The real server, as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Self

from mockserver.testing.control_plane import ControlPlane
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.raw_http import read_all, request
from tests.helpers.text import ROOT
from tests.helpers.warm import MOCK, PIPE


def run(
    *arguments: str, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return warm.run(*arguments, cwd=cwd, env={**os.environ, **(environment or {})})


class Server:
    """A server that has announced itself. Leaving the context stops it."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        env = {**os.environ, **(environment or {})}
        given = ("--port", "0", *arguments)
        self.process: warm.Process = (
            subprocess.Popen([*prefix, *MOCK, *given], env=env, stdout=PIPE, stderr=PIPE, text=True)
            if prefix
            else warm.start(*given, cwd=Path.cwd(), env=env, stdout=PIPE, stderr=PIPE)
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._out = self.process.stdout
        self._log: Queue[str] = Queue()
        self._reader = Thread(target=_copy, args=(self.process.stderr, self._log), daemon=True)
        self._reader.start()
        self.announcement = self._out.readline()
        found = re.search(r"http://(\S+):([0-9]+)/api/v2$", self.announcement)
        if found is None:
            self.process.kill()
            raise AssertionError(self.announcement + "".join(self.log()))
        self.host, self.port = found[1], int(found[2])
        self.control = ControlPlane(f"http://127.0.0.1:{self.port}/__admin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        self._out.close()

    def log(self) -> Iterator[str]:
        """The lines of the log that have not been read yet, until the server ends."""
        while line := self._log.get(timeout=PATIENCE_S):
            yield line

    def log_until(self, words: str) -> str:
        """The next line of the log that has these words in it."""
        for line in self.log():
            if words in line:
                return line
        raise AssertionError(f"the log ended without {words!r}")

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send the signal; the exit status and what is left of both outputs."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE_S)
        return status, self._out.read(), "".join(self.log())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def wait_until_deaf(self) -> None:
        """Until it listens no more, and so has begun to stop."""
        eventually(self._is_deaf, "the end of listening")

    def _is_deaf(self) -> bool:
        try:
            self.connect().close()
        except OSError:
            return True
        return False

    def exchange(self, data: bytes, *, end: bool = False) -> bytes:
        """Send bytes on a connection of their own; all that comes back until it is closed."""
        with self.connect() as connection:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            return read_all(connection)

    def post(self, path: str, cookie: str = "", *, close: bool = True) -> bytes:
        return self.exchange(request(path, cookie, close=close))


def _copy(stream: IO[str], lines: Queue[str]) -> None:
    with stream:
        for line in stream:
            lines.put(line)
    lines.put("")
