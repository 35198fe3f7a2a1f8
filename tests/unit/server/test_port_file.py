"""The port file: whose it is, and what may be in it."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.server import binding
from mockserver.server.port_file import PortFile

HOST = "127.0.0.1"


@contextmanager
def listener(host: str) -> Iterator[int]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as server:
        try:
            server.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_the_file_of_a_server_that_listens_on_any_address_stays(tmp_path: Path, host: str) -> None:
    path = tmp_path / "port"
    with listener(host) as port:
        path.write_text(f"{port}\n")
        with PortFile(path, HOST):
            assert path.exists()
    assert path.read_text() == f"{port}\n"
    with PortFile(path, HOST):
        assert not path.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_without_a_table_of_sockets_loopback_and_the_own_address_are_asked(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(binding, "_SOCKET_TABLES", ("/nowhere",))
    with listener(host) as port:
        assert binding.is_listening(port, host)
    assert not binding.is_listening(port, host)


def test_a_port_that_is_none_has_no_server() -> None:
    assert not binding.is_listening(99999, HOST)
    assert not binding.is_listening(0, HOST)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"12345\r\n", b"123456\n", b"\n\n", b" ", b"7775\n" + b"x" * 10_000_000],
)
def test_what_is_no_port_file_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "port"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="this is not a port file"):
        PortFile(path, HOST).__enter__()
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"\n", b"0", b"0\n", b"99999\n"])
def test_what_is_left_over_is_removed(tmp_path: Path, content: bytes) -> None:
    """`echo > port` makes a newline, and `mktemp` an empty file."""
    path = tmp_path / "port"
    path.write_bytes(content)
    with PortFile(path, HOST):
        assert not path.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"1\n", b"x" * 10_000_000])
def test_at_the_end_whatever_another_has_put_there_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "port"
    with PortFile(path, HOST) as port_file:
        port_file.write(7775)
        path.write_bytes(content)
    assert path.read_bytes() == content


def test_no_more_of_a_file_is_read_than_a_port_takes(tmp_path: Path) -> None:
    path = tmp_path / "port"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UsageError):
        PortFile(path, HOST).__enter__()


def test_others_may_read_it_as_the_umask_says(tmp_path: Path) -> None:
    path = tmp_path / "port"
    before = os.umask(0o077)
    try:
        with PortFile(path, HOST) as port_file:
            port_file.write(7775)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_behind_a_link_it_is_the_target_that_comes_and_goes(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    with PortFile(link, HOST) as port_file:
        port_file.write(7775)
        assert link.is_symlink()
        assert target.read_text() == "7775\n"
    assert link.is_symlink()
    assert not target.exists()


def test_a_file_that_cannot_be_removed_is_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(16, "Device or resource busy")

    path = tmp_path / "port"
    path.write_text("0\n")
    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with PortFile(path, HOST) as port_file:
        assert path.read_text() == ""
        port_file.write(7775)
        assert path.read_text() == "7775\n"
    assert path.read_text() == ""


@pytest.mark.parametrize("kind", ["fifo", "device", "directory"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "port"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path = Path(os.devnull)
    with pytest.raises(UsageError, match="this is not a port file"):
        PortFile(path, HOST).__enter__()
