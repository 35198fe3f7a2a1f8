"""`MockProcess`: the mock in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, Unpack

from mockserver.errors import UsageError
from mockserver.record.text import printable
from mockserver.testing.call_types import FixturesPath, MockSettings
from mockserver.testing.remote import Remote

_MAIN: Final = Path(__file__).with_name("server_main.py")
_ANNOUNCED: Final = "animeloop-mock is listening on "
_PREFIX: Final = "animeloop-mock: "
_VARIABLES: Final = "ANIMELOOP_MOCK_"
_MOST_SAID: Final = 20_000
_PATIENCE_S: Final = 10.0


class NotStartedError(UsageError):
    """The mock's process has ended before it listened. The text is what it said."""


class MockProcess(Remote):
    """A context manager for a mock in a process of its own. It runs from the beginning on.

    Nothing that this process does to its clocks, threads or modules reaches the mock. The process
    ends with this one, however this one ends. The arguments are those of `MockServer`; variables of
    the environment do not count. The constructor raises NotStartedError, with what the mock said.
    """

    def __init__(
        self,
        fixtures: FixturesPath | None = None,
        port: int = 0,
        **settings: Unpack[MockSettings],
    ) -> None:
        given: dict[str, Any] = {"quiet": True, **settings, "fixtures": fixtures, "port": port}
        flags = [text for name, value in given.items() for text in _flag(name, value)]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed when the process has ended
        self._process = subprocess.Popen(  # noqa: S603  this package's own server
            [sys.executable, "-P", str(_MAIN), json.dumps(_paths()), *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={k: v for k, v in os.environ.items() if not k.startswith(_VARIABLES)},
            # Ctrl-C stops this process first, which then ends its sandboxes.
            **_own_group(),
        )
        pipe = self._process.stdout
        line = "" if pipe is None else pipe.readline().decode(errors="replace").strip()
        if not line.startswith(_ANNOUNCED):
            self._process.kill()
            reason = self._end() or line or "it said nothing"
            raise NotStartedError(reason)
        super().__init__(line.removeprefix(_ANNOUNCED), given.get("admin_token"))

    def __enter__(self) -> MockProcess:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the mock, and wait until it has ended."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._end()

    @property
    def obituary(self) -> str | None:
        """What the mock said last, if it has ended by itself. None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        return f"the mock's process has ended with status {status}: {self._last_words()}"

    def _end(self) -> str:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        said = self._last_words()
        self._said.close()
        return said

    def _last_words(self) -> str:
        if self._said.closed:
            return ""
        self._said.seek(0)
        text = self._said.read()[-_MOST_SAID:].decode(errors="replace").strip()
        return printable("\n".join(line.removeprefix(_PREFIX) for line in text.splitlines()))


def _flag(name: str, value: object) -> list[str]:
    """Return a setting as the flag of `serve`, with its value."""
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, (list, tuple)):
        return [f"{flag}={','.join(map(str, value))}"] if value else []
    return [f"{flag}={value}"]


def _paths() -> list[str]:
    """Return the places that this process imports from, in case they are none by default."""
    return [path for path in sys.path if path and Path(path).is_absolute()]


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
