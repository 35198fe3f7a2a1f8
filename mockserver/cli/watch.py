"""`--watch`: reloads the fixtures when their files change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from mockserver.cli.findings import mistakes, warnings
from mockserver.errors import FixtureError, ImpossibleError, StateUnavailableError
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
    """Return a fingerprint of the files at this path. It is empty if there are none.

    `cp -p` may keep size, mtime and inode, but no program can set the ctime. (On Windows the ctime
    is the time of creation.)
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
    """Polls the files, and loads a change once the files no longer change.

    - `loaded` is the stamp of the files from before they were loaded, so that no change is missed.
    - `accept` takes valid fixtures and returns warnings. It may raise ImpossibleError.
    - `report` is called with one message for each reload.
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
        """Load the files if they have changed, but not since the last look.

        So a file that is still being written is not loaded.
        """
        stamp = stamp_of(self._path)
        settled, self._last = stamp == self._last, stamp
        if settled and stamp != self._loaded:
            self._loaded = stamp
            self._reload()

    def run_until(self, stop: threading.Event) -> None:
        """Look regularly until the event is set."""
        while not stop.wait(_INTERVAL_S):
            self.look()

    def _reload(self) -> None:
        try:
            fixtures = load_fixtures(self._path, keep_sources=True)
            warned = self._accept(fixtures)
        except FixtureError as error:
            self._report(f"{mistakes(error)}\n{_NOT_RELOADED}")
        except ImpossibleError as error:
            self._report(f"{printable(str(error))}\n{_NOT_RELOADED}")
        except StateUnavailableError:
            self._loaded = ()  # the next look tries again
        else:
            counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
            done = printable(f"reloaded {self._path}: {counts}; {_WHAT_IT_DOES}")
            self._report("\n".join((done, *map(printable, warned), *warnings(fixtures))))
