"""`--watch`: reload the fixtures when their files change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from mockserver.cli.findings import mistakes, warnings
from mockserver.errors import FixtureError, ImpossibleError
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.fixtures.files import find
from mockserver.record.text import printable

_INTERVAL_S: Final = 0.3
_NOT_RELOADED: Final = "the fixtures were not reloaded: the last good ones stay"
_WHAT_IT_DOES: Final = (
    "the default sandbox starts anew from them and keeps scenario, clock and journal; "
    "existing sandboxes keep what they were made from"
)

Stamp: TypeAlias = tuple[tuple[str, int, int, int, int, int], ...]


def stamp_of(path: Path) -> Stamp:
    """What tells whether the files at this path are still the same; empty where there are none.

    `cp -p` may keep size, time of change and inode, but no program can set back the ctime. (On
    Windows that one is the time of creation, and tells nothing more.)
    """
    try:
        return tuple(
            (
                str(file), found.st_mtime_ns, found.st_ctime_ns, found.st_size,
                found.st_ino, found.st_dev,
            )
            for file in find(path).files
            for found in (file.stat(),)
        )  # fmt: skip
    except (FixtureError, OSError):
        return ()


class Watcher:
    """Looks at the files now and then; a change is loaded once they have come to rest.

    `loaded` is the stamp of the files taken before they were loaded, so that no change is missed.
    `accept` takes good fixtures and says what to warn of; it may refuse them with ImpossibleError.
    `report` is told in one message what happened.
    """

    def __init__(
        self,
        path: Path,
        loaded: Stamp,
        accept: Callable[[Fixtures], Sequence[str]],
        report: Callable[[str], None],
    ) -> None:
        self._path = path
        self._accept = accept
        self._report = report
        self._loaded = self._last = loaded

    def look(self) -> None:
        """Compare the files with those loaded; load them if they changed, but not since the last
        look, so that a file that is being written is left alone.
        """
        stamp = stamp_of(self._path)
        settled, self._last = stamp == self._last, stamp
        if settled and stamp != self._loaded:
            self._loaded = stamp
            self._reload()

    def run_until(self, stop: threading.Event) -> None:
        """Look again and again until the event is set."""
        while not stop.wait(_INTERVAL_S):
            self.look()

    def _reload(self) -> None:
        try:
            fixtures = load_fixtures(self._path)
            warned = self._accept(fixtures)
        except FixtureError as error:
            self._report(f"{mistakes(error)}\n{_NOT_RELOADED}")
        except ImpossibleError as error:
            self._report(f"{printable(str(error))}\n{_NOT_RELOADED}")
        else:
            counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
            done = printable(f"reloaded {self._path}: {counts}; {_WHAT_IT_DOES}")
            self._report("\n".join((done, *map(printable, warned), *warnings(fixtures))))
