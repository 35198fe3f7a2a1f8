"""Signals: before the mock listens, ignored ones, and those of a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.process import Server
from tests.helpers.raw_http import request
from tests.helpers.text import GET, ROOT

MOCK = [sys.executable, str(ROOT / "run_mock.py")]

# Sends itself a signal at the moment when a module is imported, or a function called.
INTERRUPTED = """
import os, runpy, sys
number, moment, *sys.argv[1:] = sys.argv[1:]
class Finder:
    def find_spec(name, path=None, target=None):
        if name == moment:
            os.kill(os.getpid(), int(number))
sys.meta_path.insert(0, Finder)
if moment == "load_fixtures":
    import mockserver.cli.serve, mockserver.cli.exec
    for module in (mockserver.cli.serve, mockserver.cli.exec):
        def load(*arguments, really=module.load_fixtures, **more):
            os.kill(os.getpid(), int(number))
            os.kill(os.getpid(), int(number))
            return really(*arguments, **more)
        module.load_fixtures = load
runpy.run_path("run_mock.py", run_name="__main__")
"""
MOMENTS = ("mockserver.cli.main", "msgspec", "mockserver.cli.serve", "waitress", "load_fixtures")


def interrupted(number: int, moment: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(int(number)), moment, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_signal_before_it_listens_ends_it_in_peace(moment: str, number: int) -> None:
    ended = interrupted(number, moment, "--port", "0")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("moment", ["mockserver", "signal", "mockserver.cli.main", "msgspec"])
def test_ctrl_c_while_it_starts_is_no_traceback(moment: str) -> None:
    ended = interrupted(signal.SIGINT, moment, "check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_signal_that_is_not_handled_yet_is_not_lost() -> None:
    assert interrupted(signal.SIGTERM, "msgspec", "check").returncode == -signal.SIGTERM


@pytest.mark.parametrize("moment", ["mockserver.cli.exec", "load_fixtures"])
def test_exec_starts_no_command_after_a_signal_to_stop(moment: str) -> None:
    ended = interrupted(signal.SIGTERM, moment, "exec", "--", "echo", "ran")
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.SIGTERM, "", "")


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_changes_nothing_where_nothing_is_in_flight(second: int) -> None:
    with Server("--quiet") as server:
        server.process.send_signal(signal.SIGTERM)

        def has_ended() -> bool:
            server.process.send_signal(second)
            return server.process.poll() is not None

        eventually(has_ended, "the end of the server")
        assert server.process.returncode == 0
        assert "".join(server.log()) == ""


IGNORE = """
import os, signal, sys
signal.signal(getattr(signal, sys.argv[1]), signal.SIG_IGN)
os.execv(sys.argv[2], sys.argv[2:])
"""
IGNORING = [sys.executable, "-c", IGNORE]


def test_a_second_signal_changes_nothing_where_a_connection_is_idle() -> None:
    with Server("--quiet") as server, server.connect() as connection:
        connection.sendall(request(GET, close=False))
        assert b"1940103" in connection.recv(65536)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_deaf()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE_S) == 0


def ignoring(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the mock in place of a process that ignores this signal, as after `trap ""`."""
    return subprocess.run(
        [*IGNORING, "SIG" + name, *MOCK, *arguments],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def test_the_status_of_the_command_is_known_though_sigchld_is_ignored() -> None:
    assert ignoring("CHLD", "exec", "--", "sh", "-c", "exit 7").returncode == 7
    assert ignoring("CHLD", "exec", "--", "sh", "-c", "kill -9 $$").returncode == 137
    assert ignoring("CHLD", "exec", "--", "no-such-command-anywhere").returncode == 127


LOOK = """
import signal, sys
print(*(signal.getsignal(getattr(signal, name)) == signal.SIG_IGN for name in sys.argv[1:]))
"""


def test_the_command_finds_ignored_signals_ignored() -> None:
    names = ["SIGHUP", "SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGCHLD"]
    command = ["exec", "--", sys.executable, "-c", LOOK, *names]
    for ignored in (*names, "SIGWINCH"):
        found = ignoring(ignored.removeprefix("SIG"), *command).stdout.split()
        assert found == [str(name == ignored) for name in names]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_serve_leaves_an_ignored_signal_ignored(number: int) -> None:
    with subprocess.Popen(
        [*IGNORING, signal.Signals(number).name, *MOCK, "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.kill()
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn:"))
    assert int(ignored.split()[1], 16) & 1 << (number - 1)


def test_a_signal_ends_all_processes_of_the_command() -> None:
    pipeline = ["exec", "--", "sh", "-c", "echo ready; sleep 600 | cat"]
    with subprocess.Popen(
        [*MOCK, *pipeline], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        # Standard output ends with the last process that has it.
        assert process.communicate(timeout=PATIENCE_S)[0] == ""
        assert process.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM])
def test_a_signal_that_only_the_command_handles_spares_its_helpers(number: int) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "helper = subprocess.Popen(['sleep', '600'])\n"
        "def end(*_):\n"
        "    helper.terminate()\n"
        "    sys.exit(7 if helper.wait() == -signal.SIGTERM else 1)\n"
        f"signal.signal({int(number)}, end)\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(0.05)"
    )
    with subprocess.Popen(
        [*MOCK, "exec", "--", sys.executable, "-c", code],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 7


COUNT = """
import os, signal, time
read, write = os.pipe()
os.set_blocking(write, False)
signal.set_wakeup_fd(write)  # gets a byte for each signal, where a handler may run once for two
signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
signal.signal(signal.SIGQUIT, lambda *_: print("interrupted", flush=True))
def count(*_):
    print(len(os.read(read, 100)) - 1, flush=True)
    exit(7)
signal.signal(signal.SIGUSR1, count)
print("ready", flush=True)
while True:
    time.sleep(0.05)  # not pause(), which misses a signal that comes just before it
"""


@pytest.mark.parametrize("key", [b"\x03", b"\x1c"])
def test_a_key_of_the_terminal_reaches_the_command_once(key: bytes) -> None:
    keyboard, terminal = pty.openpty()

    def make_it_ours() -> None:
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    with (
        os.fdopen(keyboard, "rb", buffering=0),
        subprocess.Popen(
            [*MOCK, "exec", "--", sys.executable, "-c", COUNT],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True, preexec_fn=make_it_ours,  # noqa: PLW1509
        ) as process,
    ):  # fmt: skip
        os.close(terminal)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.write(keyboard, key)
        assert process.stdout.readline() == "interrupted\n"
        process.send_signal(signal.SIGUSR1)
        assert process.communicate(timeout=PATIENCE_S) == ("1\n", "")
        assert process.returncode == 7
