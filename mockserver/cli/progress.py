"""A progress line on a terminal, for long commands."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from mockserver.fixtures.progress import Progress, untold

# Shorter work shows no progress.
PATIENCE_S: Final = 2.0
_INTERVAL_S: Final = 0.2


class ProgressLine:
    """Overwrites one line with the progress. Starts two seconds after its creation.

    `now` returns the time in seconds.
    """

    def __init__(self, stream: TextIO, now: Callable[[], float]) -> None:
        self._stream = stream
        self._now = now
        self._next_s = now() + PATIENCE_S
        self._width = 0

    def __call__(self, what: str, done: int, whole: int) -> None:
        now_s = self._now()
        if now_s >= self._next_s:
            self._next_s = now_s + _INTERVAL_S
            self._show(f"{what}: {100 * done // max(whole, 1)} %")

    def clear(self) -> None:
        """Erase the line, and move the cursor to its beginning."""
        if self._width:
            self._show("")
            self._show("")

    def _show(self, text: str) -> None:
        # Spaces, because not every terminal supports the sequence that erases a line.
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


@contextmanager
def progress_line(
    now: Callable[[], float] = time.monotonic, *, quiet: bool = False
) -> Iterator[Progress]:
    """Show progress on standard error during the block, if it is a terminal and not `quiet`."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield untold
        return
    line = ProgressLine(sys.stderr, now)
    try:
        yield line
    finally:
        line.clear()
