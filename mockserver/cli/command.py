"""Runs the command of `exec` and forwards signals to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final, TypeAlias

from mockserver.cli.signals import STOP_SIGNALS, Signals
from mockserver.record.text import one_line

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126

# These also go to the command's child processes. Others would kill children without a handler.
_FOR_ALL: Final = (*STOP_SIGNALS, "SIGQUIT")
# All signals that terminate a process by default and that other processes send.
_FORWARDED: Final = (*_FOR_ALL, "SIGUSR1", "SIGUSR2", "SIGALRM")
# The terminal sends these to its whole foreground process group.
_FROM_TERMINAL: Final = ("SIGINT", "SIGQUIT", "SIGBREAK")

Which: TypeAlias = Callable[[str], str | None]


def run(arguments: Sequence[str], variables: Mapping[str, str], signals: Signals) -> int:
    """Run the command to its end.

    Returns its exit status, 128 + n if signal n ended it, 127 if it is not found, 126 if it cannot
    be executed. After an early signal the command is not started.

    In the foreground of a terminal the command shares our process group, so that the terminal sends
    Ctrl-C to both. Otherwise it gets its own group: stop signals go to the whole group, other
    signals to the command alone.
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
    """Resolve the command as the system's shell would.

    Windows starts only `.exe` files by their bare name. PATHEXT finds others, such as `npm.cmd`.
    """
    found = which(arguments[0]) if windows else None
    return arguments if found is None else [found, *arguments[1:]]


def in_foreground() -> bool:
    """Whether this process group is in the foreground of its controlling terminal.

    Standard input is no indication: it may be redirected, or be another terminal.
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
    """Start the command with the signal dispositions that this process inherited.

    While SIGCHLD is ignored, the system keeps no exit status for `wait`.
    """
    preexec: Callable[[], object] | None = None
    if hasattr(signal, "SIGCHLD") and signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        preexec = partial(signal.signal, signal.SIGCHLD, signal.SIG_IGN)
    return subprocess.Popen(  # noqa: S603  the user's own command
        arguments,
        env=dict(variables),
        close_fds=False,  # the command gets inherited descriptors; our own are not inheritable
        process_group=0 if owns_group else None,
        preexec_fn=preexec,  # noqa: PLW1509  takes no lock
    )


def _forward(process: subprocess.Popen[bytes], owns_group: bool, number: int) -> None:
    if process.returncode is not None:
        return
    name = signal.Signals(number).name
    is_from_terminal = name in _FROM_TERMINAL and not owns_group
    if is_from_terminal and (os.name == "nt" or in_foreground()):
        return  # the terminal has also sent it to the command
    with suppress(OSError):
        if os.name == "nt":
            process.terminate()
        elif owns_group and name in _FOR_ALL:
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)  # a stopped process would not end
        else:
            # Not `send_signal`: it would reap the process before `wait_for` does.
            os.kill(process.pid, number)


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process. Returns its exit status, or -n if signal n ended it.

    Also reaps inherited children: orphans if this is process 1 of a container, or the children of a
    shell that this process has replaced.
    """
    if not hasattr(signal, "SIGCHLD"):
        return process.wait()
    with _signal_pipe() as wait_for_signal:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
            if not ended:
                wait_for_signal()


@contextmanager
def _signal_pipe() -> Iterator[Callable[[], object]]:
    """Yield a function that returns once a signal has arrived, the end of a child included.

    Python runs signal handlers in the main thread only. A blocking `os.wait` there would delay a
    handler until a child ends, in two cases: if the kernel delivers the signal to another thread,
    and if it arrives right before the system call. In both cases Python writes to this pipe.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    former_fd = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    former = signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler it writes nothing
    try:
        yield partial(os.read, read, 4096)
    finally:
        signal.signal(signal.SIGCHLD, former)
        signal.set_wakeup_fd(former_fd)
        os.close(read)
        os.close(write)
