"""`logs`: prints the journal of a mock that runs, as lines of the request log."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from mockserver.api.trace import short_reason
from mockserver.cli import streams
from mockserver.cli.color import log_lines
from mockserver.cli.follow import Follower
from mockserver.cli.remote import EPILOG as REMOTE_EPILOG
from mockserver.cli.remote import RunningMock
from mockserver.errors import UsageError, shortened
from mockserver.http.admin.record_answers import (
    EntryAnswer,
)
from mockserver.record.text import one_line
from mockserver.server.settings import ServeSettings

EPILOG: Final = f"With --follow, Ctrl-C ends it with exit status 0. {REMOTE_EPILOG}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which lines to print."""
    parser.add_argument(
        "-f",
        "--follow",
        action="store_true",
        default=False,
        help="go on with new requests, over a restart of the mock too, until Ctrl-C",
    )
    parser.add_argument(
        "-n",
        "--lines",
        metavar="N",
        type=_lines,
        default=None,
        help="begin with the last N requests (default: all that the journal has)",
    )


def _lines(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    raise UsageError(f"--lines: expected a number from 0 on, got {shortened(text)}")


def logs(mock: RunningMock, settings: ServeSettings, lines: int | None, follow: bool) -> None:
    """Print the last `lines` entries of the journal, or all. With `follow`, go on until Ctrl-C.

    Raises UsageError.
    """
    line = log_lines(settings, sys.stdout)

    def show(entries: Iterable[EntryAnswer]) -> bool:
        """Print a line for each entry. Returns whether somebody may still read them."""
        for entry in entries:
            print(line(entry.time, mock.sandbox_id, LoggedEntry.of(entry)))
        sys.stdout.flush()
        return not (isinstance(sys.stdout, streams.Lenient) and sys.stdout.is_dead)

    follower = Follower(mock, _tell)
    try:
        is_read = show(follower.latest(lines))
        while follow and is_read:
            is_read = show(follower.following())
    except KeyboardInterrupt:
        if not follow:
            raise


class LoggedEntry(Struct, frozen=True):
    """What a line of the log tells of a journal entry."""

    method: str
    path: str
    status: int
    code: int | None
    username: str | None
    scenario: str | None
    why: str
    explain: Sequence[str]
    duration_ms: float

    @staticmethod
    def of(entry: EntryAnswer) -> LoggedEntry:
        """Convert an entry as the control plane sends it."""
        return LoggedEntry(
            entry.method, entry.path, entry.status, entry.code, entry.username, entry.scenario,
            short_reason(entry.explain), entry.explain, entry.duration_ms,
        )  # fmt: skip


def _tell(text: str) -> None:
    print(f"animeloop-mock: {one_line(text)}", file=sys.stderr, flush=True)
