from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockserver.cli.watch import Watcher, stamp_of
from mockserver.errors import ImpossibleError, StateUnavailableError
from mockserver.fixtures import Fixtures, load_fixtures
from tests.helpers.eventually import eventually


class Watched:
    """A fixture file, its watcher, and what the watcher did."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "f.yaml"
        self.write("users: [{username: a}]")
        self.current = load_fixtures(directory)
        self.reports: list[str] = []
        self.refuse = ""
        self.is_away = False
        self.watcher = Watcher(directory, stamp_of(directory), self.accept, self.reports.append)

    def write(self, text: str) -> None:
        """Write, and give the file a time of its own, however fast the test is."""
        before = self.path.stat().st_mtime_ns if self.path.exists() else 0
        self.path.write_text(text)
        os.utime(self.path, ns=(before + 10**9, before + 10**9))

    def accept(self, fixtures: Fixtures) -> tuple[str, ...]:
        if self.is_away:
            raise StateUnavailableError("Redis cannot be used")
        if self.refuse:
            raise ImpossibleError(self.refuse)
        self.current = fixtures
        return ("warning: something is gone",)

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


def test_a_set_that_the_server_cannot_carry_is_not_taken(watched: Watched) -> None:
    watched.refuse = "not possible"
    watched.write("users: [{username: b}]")
    assert watched.look() == ["a"]
    assert watched.reports == [
        "not possible\nthe fixtures were not reloaded: the last good ones stay"
    ]


def test_a_reload_says_what_it_does_and_what_is_probably_not_meant(watched: Watched) -> None:
    watched.write("users: [{username: b, token: isue}]")
    watched.look()
    first, second, third = watched.reports[0].split("\n")
    assert first.endswith(
        "1 users, 0 sessions; the default sandbox starts anew from them and keeps scenario, clock "
        "and journal; existing sandboxes keep what they were made from"
    )
    assert second == "warning: something is gone"
    assert "f.yaml:1:30: token: warning: 'isue'" in third


def rewrite(path: Path, text: str) -> None:
    """As `cp -p` does: the size and the time of the change stay what they were."""
    before = path.stat()

    def is_later() -> bool:
        path.write_text(text)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return path.stat().st_ctime_ns != before.st_ctime_ns

    eventually(is_later, "a tick of the file system's clock")
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.skipif(os.name == "nt", reason="st_ctime is the time of creation there")
def test_a_change_that_keeps_size_and_time_is_noticed(watched: Watched) -> None:
    rewrite(watched.path, "users: [{username: b}]")
    assert watched.look() == ["b"]


def test_a_file_put_in_the_place_of_another_is_noticed(watched: Watched, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("users: [{username: b}]")
    before = watched.path.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(watched.path)
    assert watched.look() == ["b"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_among_the_files_is_not_waited_for(watched: Watched, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    watched.write("users: [{username: b}]")
    assert watched.look() == ["b"]
    assert "pipe.yaml:1:1: file: warning: is not read: it is a pipe" in watched.reports[0]


def test_a_change_while_the_state_is_away_is_taken_once_it_is_back(watched: Watched) -> None:
    watched.is_away = True
    watched.write("users: [{username: b}]")
    assert watched.look(5) == ["a"]
    assert watched.reports == []
    watched.is_away = False
    assert watched.look() == ["b"]
    assert len(watched.reports) == 1
