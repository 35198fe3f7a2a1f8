"""Writing a file whole, and through whatever is no plain file."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.record.output_file import OutputFile


def write(path: Path, data: bytes) -> None:
    file = OutputFile(path)
    try:
        file.open()
        file.write(data)
    finally:
        file.close()


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    write(tmp_path / "new", b"text")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_text("old")
    path.chmod(0o600)
    with path.open() as reader:
        write(path, b"new")
        assert reader.read() == "old", "whoever has it open sees the old file whole"
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there_is_a_target", [True, False])
def test_a_link_is_written_through(tmp_path: Path, there_is_a_target: bool) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    if there_is_a_target:
        target.write_text("longer than what is written")
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_all_names_of_a_file_see_what_is_written(tmp_path: Path) -> None:
    name, other = tmp_path / "name", tmp_path / "other"
    name.write_text("longer than what is written")
    other.hardlink_to(name)
    write(name, b"new")
    assert other.read_bytes() == b"new"


def test_a_fifo_is_written_through(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()), daemon=True)
    reader.start()
    write(fifo, b"text" * 100_000)
    reader.join()
    assert received == [b"text" * 100_000]
    assert fifo.is_fifo()


def test_a_device_is_written_through(tmp_path: Path) -> None:
    null = Path(os.devnull)
    write(null, b"text")
    assert null.is_char_device()
    with pytest.raises(OSError, match="No space left"):
        write(Path("/dev/full"), b"text")


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV, errno.EPERM])
def test_where_a_rename_is_impossible_the_file_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "mounted"
    path.write_text("longer than what is written")
    inode = path.stat().st_ino

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)
    write(path, b"new")
    assert (path.read_bytes(), path.stat().st_ino) == (b"new", inode)
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_that_writing_in_place_would_not_mend_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "file", b"new")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_a_directory_that_takes_no_new_file_may_hold_one_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("longer than what is written")
    really = os.open

    def only_what_is_there(name: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(name, flags, mode)

    monkeypatch.setattr(os, "open", only_what_is_there)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(PermissionError):
        write(tmp_path / "other", b"new")


@pytest.mark.parametrize("data", [b"", b"new"])
def test_opening_alone_changes_nothing(tmp_path: Path, data: bytes) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(data)
    link.symlink_to(target)
    for path in (target, link):
        file = OutputFile(path)
        file.open()
        file.close()
    assert target.read_bytes() == data
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_what_standard_output_writes_to_keeps_its_order(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(1, b"before, ")
    write(Path("/dev/stdout"), b"in place")
    os.write(1, b", after")
    assert capfd.readouterr().out == "before, in place, after"
