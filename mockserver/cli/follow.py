"""Follows the journal of a mock that runs, over its resets and restarts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from mockserver.cli.remote import CallRefusedError, NotReachedError, RunningMock
from mockserver.http.admin.record_answers import (
    EntriesAnswer,
    EntryAnswer,
)

WAIT_S: Final = 25
RETRY_S: Final = 0.5
_PAUSE_S: Final = 0.1
_UNAVAILABLE: Final = 503
_LOST: Final = "requests were lost: the journal keeps only the latest ones"


class Follower:
    """Reads the entries of a journal, each once, oldest first.

    Tells what the entries do not show: a reset, a restart, lost entries. Ids may begin anew after a
    restart, and a reset empties the journal without an entry. So it asks for the last entry again:
    if that does not come first, it has gone. Methods raise NotReachedError or CallRefusedError.
    """

    def __init__(self, mock: RunningMock, tell: Callable[[str], None]) -> None:
        self._mock = mock
        self._tell = tell
        self._last: EntryAnswer | None = None
        mock.wait_longer(WAIT_S)

    def latest(self, number: int | None) -> list[EntryAnswer]:
        """Return the last `number` entries, or all."""
        limit = None if number is None else max(number, 1)  # at least the one to follow
        found = self._find(order="newest", limit=limit)
        entries = self._seen(found.requests[::-1])
        if not found.complete and (number is None or found.total < number):
            self._tell(f"older {_LOST}")
        return entries if number is None else entries[len(entries) - min(number, len(entries)) :]

    def following(self) -> list[EntryAnswer]:
        """Wait for new entries, and return them. Returns nothing after WAIT_S without any."""
        try:
            return self._seen(self._next())
        except NotReachedError:
            self._tell(f"no mock at {self._mock.url} any more; waiting for one")
        except CallRefusedError as error:  # such as the state in Redis, while Redis is away
            if error.status != _UNAVAILABLE:
                raise
            self._tell(f"{error}; trying again")
        return self._seen(self._rejoined())

    def _next(self) -> list[EntryAnswer]:
        last = self._last
        after = 0 if last is None else last.id
        try:
            self._find(after=after, limit=0, wait=f"{WAIT_S}s")
        except CallRefusedError as error:
            if error.status != _UNAVAILABLE:
                raise
            time.sleep(RETRY_S)  # too many calls wait in the mock
        if last is None:
            entries = self._find().requests
        else:
            # The last entry comes too, unless it has gone from the journal.
            found = self._find(after=after - 1)
            entries = found.requests
            if entries and _is_same(entries[0], last):
                entries = entries[1:]
            else:
                self._explain_absence(after, found)
        if not entries:
            time.sleep(_PAUSE_S)  # in case that the mock did not wait
        return entries

    def _explain_absence(self, after: int, found: EntriesAnswer) -> None:
        """Tell why the entry with the id `after` has gone."""
        if found.complete:
            self._tell("the journal was emptied, as by a reset")
            self._last = None
        elif not self._find(after=after, limit=0).complete:
            self._tell(_LOST)

    def _rejoined(self) -> list[EntryAnswer]:
        """Wait until a mock answers again. Returns the entries that it has more."""
        while True:
            time.sleep(RETRY_S)
            try:
                found = self._find()
                break
            except NotReachedError:
                continue
            except CallRefusedError as error:
                if error.status != _UNAVAILABLE:
                    raise
        self._tell(f"the mock at {self._mock.url} answers again")
        entries, last = found.requests, self._last
        known = (at for at, one in enumerate(entries, 1) if last and _is_same(one, last))
        new = next(known, 0)
        if not new:  # another process, whose ids begin anew
            self._last = None
        return entries[new:]

    def _find(self, **query: object) -> EntriesAnswer:
        return self._mock.ask(EntriesAnswer, "GET", "/requests", None, **query)

    def _seen(self, entries: list[EntryAnswer]) -> list[EntryAnswer]:
        if entries:
            self._last = entries[-1]
        return entries


def _is_same(one: EntryAnswer, other: EntryAnswer) -> bool:
    """Whether this is the same entry, and not one of another process with the same id."""
    return (one.id, one.time, one.path) == (other.id, other.time, other.path)
