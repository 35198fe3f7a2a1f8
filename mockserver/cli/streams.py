"""Makes standard output and error tolerate closed pipes and descriptors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO, cast


class Lenient(io.TextIOBase):
    """A text stream that ignores write errors of the type `forgiven`.

    After such an error it drops all output. It raises other errors.
    """

    def __init__(self, stream: TextIO, forgiven: type[OSError]) -> None:
        self._stream = stream
        self._forgiven = forgiven
        self._dead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._attempt(self._stream.flush)

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    @property
    def is_dead(self) -> bool:
        """Whether a write has failed, so that nobody reads the output any more."""
        return self._dead

    def forgive_all(self) -> None:
        """Ignore all write errors from now on."""
        self._forgiven = OSError

    def _attempt(self, action: Callable[[], object]) -> None:
        if self._dead:
            return
        try:
            action()
        except OSError as error:
            if not isinstance(error, self._forgiven):
                raise
            self._dead = True


def set_up() -> None:
    """Make every command succeed even if nobody reads its output.

    - Closed descriptors 0, 1 and 2 are opened on the null device, so that no socket gets their
      numbers. The order matters, because each open takes the lowest free number.
    - A broken pipe is ignored, and so is every error on standard error. Other errors on standard
      output, such as a full disk, are raised.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123  until exit
    sys.stdout = _lenient(sys.stdout, BrokenPipeError)
    sys.stderr = _lenient(sys.stderr, OSError)


def _lenient(stream: TextIO | None, forgiven: type[OSError]) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  see above
    if not isinstance(stream, io.TextIOWrapper):  # replaced, for example by pytest
        return stream
    stream.reconfigure(errors="backslashreplace")
    return cast("TextIO", Lenient(stream, forgiven))  # implements what this package uses
