"""The request log of `exec`, separate from the command's output."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TextIO, cast

from mockserver.cli.color import log_lines
from mockserver.errors import UsageError
from mockserver.record.access_log import AccessLog
from mockserver.record.exchange import Exchange, Observer
from mockserver.record.log_line import LineFormat
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock
from mockserver.state.times import iso

_KEPT: Final = 20
STANDARD_ERROR: Final = Path("-")


class LogFileError(UsageError):
    """Writing to the log file failed after it had been opened."""


class LastRequests:
    """An observer that keeps the last requests. They are shown if the command fails."""

    def __init__(self, line: LineFormat, clock: Clock) -> None:
        self._line = line
        self.clock = clock
        self._kept: deque[tuple[int, Exchange]] = deque(maxlen=_KEPT)

    def __call__(self, exchange: Exchange) -> None:
        self._kept.append((self.clock.now_ms(), exchange))

    def lines(self) -> list[str]:
        """Return a heading and a line for each request, or an empty list."""
        kept = list(self._kept)
        if not kept:
            return []
        heading = f"animeloop-mock: the last {len(kept)} requests (--log-file FILE keeps all):"
        return [heading, *(self._line(iso(at), one.sandbox_id, one) for at, one in kept)]


class _LogFile:
    """A file that remembers its first error, except for a broken pipe.

    It is unbuffered: a blocked write would hold the buffer's lock, and block `close`.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except BrokenPipeError:
            pass
        except OSError as error:
            self.error = self.error or error
        return len(text)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def isatty(self) -> bool:
        return self._file.isatty()

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error


@contextmanager
def exec_log(
    settings: ServeSettings, last: LastRequests, file: Path | None, live: bool
) -> Iterator[Observer]:
    """Yield the observer: it logs to a file, to standard error (`live`) or to `last`.

    Raises UsageError if the file cannot be opened, and LogFileError on leaving if a write failed.
    """
    if file is not None and file != STANDARD_ERROR:
        try:
            stream = _LogFile(file)
        except OSError as error:
            raise UsageError(_failed(file, error)) from None
        with closing(stream), _log_to(cast("TextIO", stream), settings, last) as observe:
            yield observe
        if stream.error is not None:
            raise LogFileError(_failed(file, stream.error))
    elif live or file is not None:
        with _log_to(sys.stderr, settings, last) as observe:
            yield observe
    else:
        yield last


def _log_to(stream: TextIO, settings: ServeSettings, last: LastRequests) -> closing[AccessLog]:
    return closing(AccessLog(stream, log_lines(settings, stream), last.clock))


def _failed(file: Path, error: OSError) -> str:
    return f"--log-file {file}: {error.strerror or error}"
