"""The journal as lines for people: equal lines folded, long journals shortened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from mockserver.http.admin.record_answers import EntryAnswer

_MOST_LINES: Final = 20


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
    runs = [(line, len(list(run))) for line, run in groupby(str(e) + note(e) for e in entries)]
    lines = [line if number == 1 else f"{line} ({number} times)" for line, number in runs]
    hidden = earlier + sum(number for _, number in runs[:-most])
    if not hidden:
        return lines
    return [f"… {hidden} earlier request{'s' * (hidden != 1)}", *lines[-most:]]
