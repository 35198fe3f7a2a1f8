"""Standard output and error that nobody may be reading."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO, cast


class Lenient(io.TextIOBase):
    """A text stream that drops what cannot be written, where that error is `forgiven`.

    After such an error everything is dropped. Other errors are raised.
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

    def forgive_all(self) -> None:
        """Drop what cannot be written from now on, whatever the error is."""
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
    """Make every command end as if its output had been read.

    A closed descriptor 0, 1 or 2 is opened on the null device. They are opened in this order,
    because each takes the lowest free number; no socket of ours may get it. A reader that goes away
    is forgiven. So is any error on standard error, because there is nowhere to report it. A full
    disk under standard output is still an error.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123  until the end
    sys.stdout = _lenient(sys.stdout, BrokenPipeError)
    sys.stderr = _lenient(sys.stderr, OSError)


def _lenient(stream: TextIO | None, forgiven: type[OSError]) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  see above
    if not isinstance(stream, io.TextIOWrapper):  # somebody has replaced it, as pytest does
        return stream
    stream.reconfigure(errors="backslashreplace")
    return cast("TextIO", Lenient(stream, forgiven))  # as much of one as anybody here uses
