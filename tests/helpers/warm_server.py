"""Forks processes of a Python program, for `tests/helpers/warm.py`.

This is a script whose standard input is a Unix socket. It runs until its client is gone. It imports
the program that its argument names once. A request is a message with three standard streams and a
pipe. The pipe gets two lines: the process's id, and its wait status when it has ended.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
MOST_BYTES: Final = 200_000


def import_all(name: str) -> None:
    """Import a package with all of its modules that are no scripts."""
    package = import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith((".__main__", ".server_main")):
            import_module(module.name)


def prepare_mock() -> Callable[[], int]:
    """Import the mock. Returns what runs it."""
    import_all("mockserver")
    import_module("mockserver.__main__")
    run: Callable[[], int] = import_module("run_mock").run
    return run


def prepare_pytest() -> Callable[[], int]:
    """Import pytest, and what the mock needs of others. Returns what runs pytest."""
    import_all("_pytest")
    for name in ("pytest", *_OF_MOCKS):
        import_module(name)

    def run() -> int:
        sys.path[0] = str(Path.cwd())
        return int(import_module("_pytest.config")._console_main())

    return run


# Libraries that a mock in the process of a test imports.
_OF_MOCKS: Final = (
    "asyncio", "falcon", "http.client", "jwt", "msgspec", "unittest.mock", "urllib.request",
    "waitress", "yaml",
)  # fmt: skip


def prepare_schemathesis() -> Callable[[], int]:
    """Import Schemathesis. Returns what runs it."""
    name = "schemathesis.cli"
    import_module(name)

    def run() -> int:
        sys.path[0] = str(Path.cwd())
        runpy.run_module(name, run_name="__main__", alter_sys=True)
        return 0

    return run


PROGRAMS: Final = {
    str(ROOT / "run_mock.py"): prepare_mock,
    "pytest": prepare_pytest,
    "schemathesis.cli": prepare_schemathesis,
}


class Forks:
    """The processes that were forked, each with the pipe that gets its status."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._pipes: dict[int, int] = {}
        self._wakened, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler nothing is written
        # Ctrl-C at a run of the tests is for the processes that were forked.
        self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)

    def run(self) -> dict[str, Any] | None:
        """Serve until the client is gone. Returns a request in the process that is for it."""
        while True:
            ready, _, _ = select.select([0, self._wakened], [], [])
            if self._wakened in ready:
                os.read(self._wakened, 4096)
                self._reap()
            if 0 in ready:
                data, fds, _, _ = socket.recv_fds(self._requests, MOST_BYTES, 4)
                if not data:
                    return None
                request: dict[str, Any] = json.loads(data)
                if self._fork(fds):
                    self._become(request, fds)
                    return request

    def _fork(self, fds: list[int]) -> bool:
        """Whether this is the new process."""
        *streams, pipe = fds
        child = os.fork()
        if child == 0:
            return True
        self._pipes[child] = pipe
        for stream in streams:
            os.close(stream)
        return False

    def _reap(self) -> None:
        while self._pipes:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            pipe = self._pipes.pop(child)
            with contextlib.suppress(BrokenPipeError):  # nobody waits any more
                os.write(pipe, b"%d\n" % status)
            os.close(pipe)

    def _become(self, request: dict[str, Any], fds: list[int]) -> None:
        """Make this process what a new interpreter would be, and only then tell its id."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if self._interrupt is not None:
            signal.signal(signal.SIGINT, self._interrupt)
        for number, stream in enumerate(fds[:3]):
            os.dup2(stream, number)
        self._requests.detach()  # it was number 0
        for fd in (*fds[:3], *self._pipes.values(), self._wakened, self._waker):
            os.close(fd)
        if request["new_session"]:
            os.setsid()
        os.chdir(request["cwd"])
        sys.path[1 : 1 + len(_python_path(os.environ))] = _python_path(request["environment"])
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        _open_streams()
        sys.argv = [sys.argv[1], *request["arguments"]]
        os.write(fds[3], b"%d\n" % os.getpid())
        os.close(fds[3])


def _python_path(environment: Mapping[str, str]) -> list[str]:
    """What an interpreter with this environment has behind the first entry of `sys.path`."""
    paths = environment.get("PYTHONPATH", "")
    return paths.split(os.pathsep) if paths else []


def _open_streams() -> None:
    """Open the standard streams as an interpreter opens them."""
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _stream(fd, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _stream(fd: int, former: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return a text stream with what the former has of the environment."""
    if fd == 0:
        read: Any = os.fdopen(0, "rb", closefd=False)
        return io.TextIOWrapper(read, former.encoding, former.errors)
    unbuffered = former.write_through  # PYTHONUNBUFFERED
    written: Any = os.fdopen(fd, "wb", 0 if unbuffered else -1, closefd=False)
    line_buffering = not unbuffered and (fd == 2 or os.isatty(fd))
    return io.TextIOWrapper(
        written, former.encoding, former.errors, "\n", line_buffering, unbuffered
    )


def main() -> int:
    """Serve, or run the program in a process that was forked. Returns its exit status."""
    sys.path[0] = str(ROOT)
    run = PROGRAMS[sys.argv[1]]()
    gc.collect()
    gc.freeze()
    forked = Forks(socket.socket(fileno=0)).run()
    return 0 if forked is None else run()


if __name__ == "__main__":
    sys.exit(main())
