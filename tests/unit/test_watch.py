from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockserver.cli.watch import Watcher, stamp_of
from mockserver.errors import UnknownNameError
from mockserver.fixtures import Fixtures, load_fixtures


class Watched:
    """A fixture file, its watcher, and what the watcher did."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "f.yaml"
        self.write("users: [{username: a}]")
        self.current = load_fixtures(directory)
        self.reports: list[str] = []
        self.refuse: str | None = None
        self.watcher = Watcher(directory, stamp_of(directory), self.accept, self.reports.append)

    def write(self, text: str) -> None:
        """Write, and give the file a time of its own, however fast the test is."""
        before = self.path.stat().st_mtime_ns if self.path.exists() else 0
        self.path.write_text(text)
        os.utime(self.path, ns=(before + 10**9, before + 10**9))

    def accept(self, fixtures: Fixtures) -> None:
        if self.refuse is not None:
            raise UnknownNameError("scenario", self.refuse, fixtures.scenarios)
        self.current = fixtures

    def look(self, times: int = 2) -> list[str]:
        for _ in range(times):
            self.watcher.look()
        return list(self.current.users.names())


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_files_that_stay_the_same_are_not_loaded(watched: Watched) -> None:
    assert watched.look(5) == ["a"]
    assert watched.reports == []


def test_a_change_is_loaded_once_it_has_come_to_rest(watched: Watched) -> None:
    watched.write("users: [{username: b}]")
    assert watched.look(1) == ["a"]
    watched.write("users: [{username: c}]")
    assert watched.look(1) == ["a"]
    assert watched.look(1) == ["c"]
    assert len(watched.reports) == 1
    assert "reloaded" in watched.reports[0]


def test_a_new_file_counts_as_a_change(watched: Watched) -> None:
    (watched.path.parent / "g.yml").write_text("users: [{username: b}]")
    assert watched.look() == ["a", "b"]


def test_a_change_before_the_first_look_is_not_missed(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.write("users: [{username: b}]")
    assert watched.look() == ["b"]


def test_a_bad_set_is_reported_once_and_the_last_good_one_kept(watched: Watched) -> None:
    watched.write("users: [{usrname: b}]")
    assert watched.look(5) == ["a"]
    assert len(watched.reports) == 1
    assert "did you mean 'username'?" in watched.reports[0]
    watched.write("users: [{username: b}]")
    assert watched.look() == ["b"]


def test_files_that_vanish_are_reported(watched: Watched) -> None:
    watched.path.unlink()
    assert watched.look(5) == ["a"]
    assert len(watched.reports) == 1


def test_a_set_without_the_active_scenario_is_not_taken(watched: Watched) -> None:
    watched.refuse = "mine"
    watched.write("users: [{username: b}]")
    assert watched.look() == ["a"]
    assert "unknown scenario 'mine'" in watched.reports[0]
