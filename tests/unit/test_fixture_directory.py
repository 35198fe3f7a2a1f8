"""Which files of a directory are read, and which are said not to be."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from mockserver.errors import FixtureError
from mockserver.fixtures import load_fixtures

USERS = "users: [{username: a}]"
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


def warnings(directory: Path) -> list[str]:
    (directory / "good.yml").write_text("users: [{username: good}]")
    fixtures = load_fixtures(directory)
    assert list(fixtures.users.names()) == ["good"]
    return [str(one).replace(f"{directory}{os.sep}", "") for one in fixtures.warnings]


@pytest.mark.parametrize(
    "name",
    ["users.yaml.bak", "users.yaml.txt", "users.yaml~", "users.yml~", "users.YAML", "users.Yml",
     "users.yml.disabled", "users.yaml.orig", "users.json"],
)  # fmt: skip
def test_a_file_that_is_not_read_because_of_its_name_is_warned_of(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(USERS)
    assert warnings(tmp_path) == [
        f"{name}:1:1: file: warning: is not read because of its name; expected *.yaml or *.yml"
    ]


def test_a_hidden_file_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / ".users.yaml").write_text(USERS)
    (warning,) = warnings(tmp_path)
    assert warning.endswith("expected *.yaml or *.yml, without a dot before it")


@pytest.mark.parametrize(
    "name",
    ["README.md", "notes.txt", "fixtures.schema.json", ".users.yaml.swp", ".#users.yaml",
     "._users.yaml", ".json", "yaml", "yaml.py"],
)  # fmt: skip
def test_other_files_are_none_of_its_business(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(USERS)
    assert warnings(tmp_path) == []


def test_files_in_sub_folders_are_warned_of_but_not_in_hidden_ones(tmp_path: Path) -> None:
    for folder in ("sub", "sub/deep", ".git", "..data", "odd.yaml"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "users.yaml").write_text(USERS)
        (tmp_path / folder / "notes.md").write_text("")
    reason = f"1:1: file: warning: is not read: it is in a sub-folder; expected it in {tmp_path}"
    assert warnings(tmp_path) == [
        f"{Path(path)}:{reason}"
        for path in ("odd.yaml/users.yaml", "sub/deep/users.yaml", "sub/users.yaml")
    ]


def test_a_directory_of_projects_is_not_searched_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    for number in range(1100):
        (folder / f"{number}.yaml").touch()
    assert warnings(tmp_path) == []
    for number in range(200):
        (folder / f"{number}.yaml").unlink()
    assert len(warnings(tmp_path)) == 20


@needs_pipes
def test_pipes_sockets_and_devices_are_skipped_with_a_warning(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "device.yaml").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may have about a hundred characters only
        try:
            listener.bind("socket.yaml")
        finally:
            os.chdir(here)
        assert warnings(tmp_path) == [
            "device.yaml:1:1: file: warning: is not read: it is a device",
            "pipe.yaml:1:1: file: warning: is not read: it is a pipe",
            "socket.yaml:1:1: file: warning: is not read: it is a socket",
        ]


@needs_pipes
def test_a_pipe_alone_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(FixtureError, match=r"pipe.yaml:1:1: file: is a pipe, which is not read"):
        load_fixtures(tmp_path / "pipe.yaml")
    with pytest.raises(FixtureError, match=r"expected \*\.yaml .*; not read, .*: pipe\.yaml"):
        load_fixtures(tmp_path)


@needs_pipes
def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    monkeypatch.setattr("mockserver.fixtures.files.special", lambda _: None)
    with pytest.raises(FixtureError, match="cannot be read: is not a regular file"):
        load_fixtures(tmp_path / "pipe.yaml")
