"""Starts the mock in a process of its own. Imports little, so that the start comes first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mockserver.errors import UsageError

_MAIN: Final = Path(__file__).with_name("server_main.py")
_ANNOUNCED: Final = "animeloop-mock is listening on "
_PREFIX: Final = "animeloop-mock: "
_VARIABLES: Final = "ANIMELOOP_MOCK_"
_MOST_SAID: Final = 20_000
_PATIENCE_S: Final = 10.0


class NotStartedError(UsageError):
    """The mock's process has ended before it listened. The text is what it said."""


class Launch:
    """A process of the mock, from its start to its end. `settings` are those of `serve`.

    Variables of the environment do not count. The process ends with this one.
    """

    def __init__(self, settings: Mapping[str, object]) -> None:
        flags = [text for name, value in settings.items() for text in _flag(name, value)]
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

    def url(self) -> str:
        """Wait until the mock listens. Returns its `api_url`. Raises NotStartedError."""
        pipe = self._process.stdout
        line = "" if pipe is None else pipe.readline().decode(errors="replace").strip()
        if not line.startswith(_ANNOUNCED):
            self._process.kill()
            raise NotStartedError(self._end() or line or "it said nothing")
        return line.removeprefix(_ANNOUNCED)

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
        """What the mock said last, if it has ended. None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        said = self._last_words()
        return f"the mock's process has ended with status {status}" + f": {said}" * bool(said)

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
        return "\n".join(line.removeprefix(_PREFIX) for line in text.splitlines())


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
