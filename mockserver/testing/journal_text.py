"""The journal as lines for people: equal lines folded, long journals shortened."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from mockserver.http.admin.record_answers import EntryAnswer
from mockserver.http.paths import SANDBOX_PATH

_MOST_LINES: Final = 20
# Requests to an `api_url` name the sandbox, which is the same in all lines.
_API_URL: Final = re.compile(rf"(?<= ){SANDBOX_PATH}[^/ ]+")


def journal_lines(
    entries: Sequence[EntryAnswer],
    note: Callable[[EntryAnswer], str] = lambda _entry: "",
    most: int = _MOST_LINES,
    earlier: int = 0,
) -> list[str]:
    """Return a line for each run of equal requests, oldest first, each with why.

    `note` says what is appended to a line. Of more than `most` lines, the last ones are returned,
    after a line that counts the requests before them. `earlier` requests came before the entries.
    """
    came = (_API_URL.sub("", str(entry), 1) + note(entry) for entry in entries)
    runs = [(line, len(list(run))) for line, run in groupby(came)]
    lines = [line if number == 1 else f"{line} ({number} times)" for line, number in runs]
    hidden = earlier + sum(number for _, number in runs[:-most])
    if not hidden:
        return lines
    return [f"… {hidden} earlier request{'s' * (hidden != 1)}", *lines[-most:]]
