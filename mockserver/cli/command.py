"""The command that `exec` runs: started, sent the signals that `exec` gets, and waited for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

from mockserver.cli.signals import STOP_SIGNALS, Signals
from mockserver.record.text import one_line

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126

# All that others send to a process and that end it by default.
_FORWARDED: Final = (*STOP_SIGNALS, "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM")
# What a terminal sends to all processes in its foreground.
_FROM_TERMINAL: Final = ("SIGINT", "SIGQUIT", "SIGBREAK")

Which: TypeAlias = Callable[[str], str | None]


def run(arguments: Sequence[str], variables: Mapping[str, str], signals: Signals) -> int:
    """Run the command to its end; its exit status, or 128 + n where signal n ended it.

    It shares the process group of this process if that is in the foreground of a terminal, which
    then sends it Ctrl-C by itself. Otherwise it gets a group of its own, and signals go to all of
    that group. 127 is a command that is not found, 126 one that cannot be executed. A signal that
    came before the command was started keeps it from starting.
    """
    signals.hold(_FORWARDED)
    if signals.early:
        return 128 + signals.early[0]
    owns_group = hasattr(os, "killpg") and not in_foreground()
    try:
        process = _spawn(resolved(arguments), variables, owns_group)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        print(f"animeloop-mock: {one_line(arguments[0])}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND if missing else NOT_EXECUTABLE
    signals.hand_over(partial(_forward, process, owns_group))
    status = wait_for(process)
    return 128 - status if status < 0 else status


def resolved(
    arguments: Sequence[str], windows: bool = os.name == "nt", which: Which = shutil.which
) -> Sequence[str]:
    """The arguments with the command as the system's shell would find it.

    Windows starts only `.exe` files by their bare name; `npm` is `npm.cmd`, which PATHEXT tells.
    """
    found = which(arguments[0]) if windows else None
    return arguments if found is None else [found, *arguments[1:]]


def in_foreground() -> bool:
    """Whether this process group is in the foreground of its controlling terminal.

    Standard input does not tell: it may be redirected, or be another terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except (OSError, AttributeError):
        return False
    finally:
        os.close(terminal)


def _spawn(
    arguments: Sequence[str], variables: Mapping[str, str], owns_group: bool
) -> subprocess.Popen[bytes]:
    """Start the command with the signal dispositions that this process was started with.

    While SIGCHLD is ignored the system keeps no exit status for `wait`.
    """
    preexec: Callable[[], object] | None = None
    if hasattr(signal, "SIGCHLD") and signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        preexec = partial(signal.signal, signal.SIGCHLD, signal.SIG_IGN)
    return subprocess.Popen(  # noqa: S603  is what was asked
        arguments,
        env=dict(variables),
        close_fds=False,  # what was inherited is the command's; what is ours closes by itself
        process_group=0 if owns_group else None,
        preexec_fn=preexec,  # noqa: PLW1509  it takes no lock
    )


def _forward(process: subprocess.Popen[bytes], owns_group: bool, number: int) -> None:
    if process.returncode is not None:
        return
    is_from_terminal = signal.Signals(number).name in _FROM_TERMINAL and not owns_group
    if is_from_terminal and (os.name == "nt" or in_foreground()):
        return  # the terminal has sent it to the command too
    with suppress(OSError):
        if os.name == "nt":
            process.terminate()
        elif owns_group:
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)  # one that is stopped would not end
        else:
            # Not `send_signal`, which would take the exit status away from `wait_for`.
            os.kill(process.pid, number)


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process; its exit status, or -n where signal n ended it.

    Children that others have left to this process end unnoticed meanwhile: orphans where it is
    process 1 of a container, and those of a shell that it has replaced.
    """
    if not hasattr(os, "wait"):
        return process.wait()
    while True:
        ended, status = os.wait()
        if ended == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode
