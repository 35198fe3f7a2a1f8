"""`--watch`: reload the fixtures when their files change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from mockserver.errors import FixtureError, ImpossibleError, UnknownNameError
from mockserver.fixtures import Fixtures, fixture_files, load_fixtures

_INTERVAL_S: Final = 0.3

Stamp: TypeAlias = tuple[tuple[str, int, int, int], ...]


def stamp_of(path: Path) -> Stamp:
    """What tells whether the files at this path are still the same; empty where there are none."""
    try:
        return tuple(
            (str(file), found.st_mtime_ns, found.st_size, found.st_ino)
            for file in fixture_files(path)
            for found in (file.stat(),)
        )
    except (FixtureError, OSError):
        return ()


class Watcher:
    """Looks at the files now and then; a change is loaded once they have come to rest.

    `loaded` is the stamp of the files taken before they were loaded, so that no change is missed.
    `accept` takes good fixtures and may refuse them with UnknownNameError or ImpossibleError;
    `report` is told in one message what happened.
    """

    def __init__(
        self,
        path: Path,
        loaded: Stamp,
        accept: Callable[[Fixtures], None],
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
            self._accept(fixtures)
        except (FixtureError, UnknownNameError, ImpossibleError) as error:
            self._report(f"{error}\nthe fixtures were not reloaded: the last good ones stay")
        else:
            counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
            self._report(f"reloaded {self._path}: {counts}; all state starts anew")
