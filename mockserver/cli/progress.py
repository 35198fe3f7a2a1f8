"""A line on a terminal that says how far a long command is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from mockserver.fixtures.progress import Progress, untold

# What is over sooner says nothing.
PATIENCE_S: Final = 2.0
_INTERVAL_S: Final = 0.2


class ProgressLine:
    """Writes one line again and again, beginning two seconds after it was made.

    `now` gives the time in seconds.
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
        """Leave the line empty, with the cursor at its beginning, if anything stands there."""
        if self._width:
            self._show("")
            self._show("")

    def _show(self, text: str) -> None:
        # Blanks, because not every terminal knows the sequence that erases a line.
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


@contextmanager
def progress_line(
    now: Callable[[], float] = time.monotonic, *, quiet: bool = False
) -> Iterator[Progress]:
    """Show progress on standard error while in the block, if that is a terminal and not `quiet`."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield untold
        return
    line = ProgressLine(sys.stderr, now)
    try:
        yield line
    finally:
        line.clear()
