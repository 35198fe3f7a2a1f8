"""`init DIR` as a user runs it."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from tests.helpers.process import Server, run
from tests.helpers.text import SHIPPED, cookie

FILES = ["fixtures.schema.json", "scenarios.yaml", "sessions.yaml", "users.yaml"]


def test_the_shipped_fixtures_are_copied_with_the_schema_that_they_name(tmp_path: Path) -> None:
    folder = tmp_path / "a new" / "folder"
    made = run("init", str(folder))
    assert (made.returncode, made.stderr) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for name in FILES:
        assert (folder / name).read_bytes() == (SHIPPED / name).read_bytes()
    assert f"animeloop-mock --fixtures '{folder}'" in made.stdout
    assert run("check", str(folder)).returncode == 0
    with Server("--fixtures", str(folder)) as server:
        assert server.announcement


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_copied_if_a_file_exists(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    made = run("init", str(tmp_path))
    assert (made.returncode, made.stdout) == (2, "")
    assert made.stderr == (
        f"animeloop-mock: '{tmp_path}' already has {name}; choose another directory\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_other_files_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert run("init", str(tmp_path)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["init"], "the following arguments are required: DIR (see animeloop-mock init --help)"),
        (["init", ""], "DIR: expected a directory, got ''"),
        (["init", "FILE"], "cannot write 'FILE': File exists"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "FILE").write_text("")
    made = run(*arguments, cwd=tmp_path)
    assert (made.returncode, made.stderr) == (2, f"animeloop-mock: {message}\n")


def test_exported_fixtures_pass_check_and_start_a_mock(tmp_path: Path) -> None:
    path = tmp_path / "exported.yaml"
    with Server() as server:
        url = f"http://127.0.0.1:{server.port}/__admin/fixtures.yaml"
        with urllib.request.urlopen(url) as reply:
            assert reply.headers["Content-Type"] == "application/yaml"
            path.write_bytes(reply.read())
        answer = server.post("/auth/token", cookie("session-of-alice"))
    assert b"1320001" in answer
    assert run("check", str(path)).returncode == 0
    with Server("--fixtures", str(path)) as server:
        again = server.post("/auth/token", cookie("session-of-alice"))
    assert again.split(b"\r\n\r\n")[1] == answer.split(b"\r\n\r\n")[1]
