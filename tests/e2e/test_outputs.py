"""Outputs that are closed, full, or read by nobody."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import run
from tests.helpers.text import ROOT

MOCK = [sys.executable, str(ROOT / "run_mock.py")]
DEAD = ["verify", "--target", "http://127.0.0.1:1"]
COMMANDS = [
    (["check"], 0),
    (["check", "/nowhere"], 2),
    (["cookie", "alice"], 0),
    (["--help"], 0),
    (["exec", "--", "sh", "-c", "exit 7"], 7),
    (DEAD, 2),
]


def redirected(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *MOCK, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


@cache
def normally(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(*arguments)


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("arguments", "status"), COMMANDS)
def test_a_closed_output_does_not_change_the_status(
    arguments: list[str], status: int, redirection: str
) -> None:
    normal = normally(*arguments)
    closed = redirected(redirection, *arguments)
    assert closed.returncode == normal.returncode == status
    assert closed.stdout == ("" if ">&-" in redirection.split() else normal.stdout)
    assert closed.stderr == ("" if "2>&-" in redirection else normal.stderr)


@pytest.mark.parametrize(("arguments", "status"), COMMANDS)
def test_a_reader_that_has_gone_does_not_change_the_status(
    arguments: list[str], status: int
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as broken:
        for outputs in (
            {"stdout": broken, "stderr": subprocess.PIPE},
            {"stdout": subprocess.PIPE, "stderr": broken},
        ):
            ended = subprocess.run(
                [*MOCK, *arguments], **outputs, timeout=PATIENCE_S, check=False, text=True
            )  # type: ignore[call-overload]
            assert ended.returncode == status
            assert "Traceback" not in (ended.stderr or "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_an_error_where_the_output_is_what_was_asked_for() -> None:
    for arguments in (["check"], ["cookie", "alice"], ["--help"], ["exec", "--help"]):
        full = redirected(">/dev/full", *arguments)
        assert full.returncode == 2
        assert full.stderr.endswith("cannot write the output: No space left on device\n")
    assert redirected("2>/dev/full", "check", "/nowhere").returncode == 2
    assert redirected(">/dev/full", "exec", "--", "sh", "-c", "exit 7").returncode == 7


@pytest.mark.parametrize("redirection", [">&-", "<&- >&-", ">/dev/full"])
def test_the_mock_serves_though_it_cannot_announce_itself(redirection: str) -> None:
    with subprocess.Popen(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *MOCK, "--port", "0"],
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        port = next(found[1] for line in process.stderr if (found := re.search(r":(\d+)/", line)))
        socket.create_connection(("127.0.0.1", int(port)), PATIENCE_S).close()
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.stderr.read()
        assert process.wait(PATIENCE_S) == 0


def test_a_mock_without_any_output_logs_nowhere(tmp_path: Path) -> None:
    """Its log must not land on a socket that has got the number of standard error."""
    fifo = tmp_path / "fixtures"
    code = (
        "import os, sys; from mockserver.cli import streams; streams.set_up(); "
        "import socket; s = socket.socket(); print(s.fileno(), file=open(sys.argv[1], 'w'))"
    )
    command = 'exec "$@" <&- >&- 2>&-'
    subprocess.run(
        ["sh", "-c", command, "sh", sys.executable, "-c", code, str(fifo)], cwd=ROOT, check=True
    )
    assert int(fifo.read_text()) > 2


def test_junit_is_written_through_a_link_and_to_standard_output(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    assert run(*DEAD, "--junit", str(link)).returncode == 2
    assert link.is_symlink()
    assert ET.parse(target).getroot().tag == "testsuites"
    for redirection in (">out", ">>out", "| cat >out"):
        out = tmp_path / "out"
        out.write_bytes(b"")
        inode = out.stat().st_ino
        subprocess.run(
            ["sh", "-c", f'"$@" {redirection}', "sh", *MOCK, *DEAD, "--junit", "/dev/stdout"],
            cwd=tmp_path, stderr=subprocess.DEVNULL, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert ET.parse(out).getroot().tag == "testsuites"
        assert out.stat().st_ino == inode


def test_junit_to_a_full_disk_is_one_line() -> None:
    result = run(*DEAD, "--junit", "/dev/full")
    assert result.returncode == 2
    assert result.stderr == "animeloop-mock: --junit /dev/full: No space left on device\n"
