"""Where the request log of `exec` goes: not among the output of the command."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from mockserver.errors import UsageError
from mockserver.record.access_log import LOG_FORMATS, AccessLog
from mockserver.record.exchange import Exchange, Observer
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock

_KEPT: Final = 20


class LastRequests:
    """An observer that keeps the last requests, to show them if the command fails."""

    def __init__(self, log_format: str, clock: Clock) -> None:
        self._line = LOG_FORMATS[log_format]
        self.clock = clock
        self._kept: deque[tuple[int, Exchange]] = deque(maxlen=_KEPT)

    def __call__(self, exchange: Exchange) -> None:
        self._kept.append((self.clock.now_ms(), exchange))

    def lines(self) -> list[str]:
        """A heading and a line for each request; empty if there was none."""
        kept = list(self._kept)
        if not kept:
            return []
        heading = f"animeloop-mock: the last {len(kept)} requests (--log-file FILE keeps all):"
        return [heading, *(self._line(*one) for one in kept)]


@contextmanager
def exec_log(
    settings: ServeSettings, last: LastRequests, file: Path | None, live: bool
) -> Iterator[Observer]:
    """The observer for these flags: a file, standard error (`live`), or the last requests.

    Raises UsageError where the file cannot be written.
    """
    with ExitStack() as stack:
        if file is not None:
            try:
                stream = file.open("w", encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                raise UsageError(f"--log-file {file}: {error.strerror or error}") from None
            stack.enter_context(stream)
            yield stack.enter_context(closing(AccessLog(stream, settings.log_format, last.clock)))
        elif live:
            yield stack.enter_context(
                closing(AccessLog(sys.stderr, settings.log_format, last.clock))
            )
        else:
            yield last
