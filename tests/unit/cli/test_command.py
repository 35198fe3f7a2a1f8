"""How `exec` finds, starts and waits for its command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from time import sleep

import pytest

from mockserver.cli import command
from mockserver.cli.exec import without_proxy
from mockserver.cli.signals import Signals
from mockserver.server.binding import reachable
from tests.helpers.eventually import PATIENCE_S


def test_on_windows_the_command_is_found_as_its_shell_does() -> None:
    found = {"npm": r"C:\node\npm.cmd"}.get
    arguments = ["npm", "test"]
    assert command.resolved(arguments, windows=True, which=found) == [r"C:\node\npm.cmd", "test"]
    assert command.resolved(["mpn"], windows=True, which=found) == ["mpn"]
    assert command.resolved(arguments, windows=False, which=found) == arguments


def test_children_that_others_have_left_are_reaped_and_do_not_count() -> None:
    go_read, go_write = os.pipe()
    orphan = os.fork()
    if orphan == 0:
        os._exit(3)
    os.waitid(os.P_PID, orphan, os.WEXITED | os.WNOWAIT)
    waits = f"import os; os.read({go_read}, 1); os._exit(7)"
    with subprocess.Popen([sys.executable, "-c", waits], pass_fds=[go_read]) as process:
        ended: list[int] = []
        really = os.waitpid

        def waitpid(pid: int, options: int) -> tuple[int, int]:
            found = really(pid, options)
            if found[0]:
                ended.append(found[0])
                os.write(go_write, b"x")
            return found

        try:
            os.waitpid = waitpid
            assert command.wait_for(process) == 7
        finally:
            os.waitpid = really
            os.close(go_read)
            os.close(go_write)
    assert ended == [orphan, process.pid]


@pytest.mark.parametrize(
    ("inherited", "expected"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "a.example, b"}, "a.example,b,127.0.0.1"),
        ({"no_proxy": "a"}, "a,127.0.0.1"),
        ({"NO_PROXY": "a", "no_proxy": "b,a"}, "a,b,127.0.0.1"),
        ({"NO_PROXY": "127.0.0.1"}, "127.0.0.1"),
        ({"no_proxy": "*"}, "*"),
        ({"no_proxy": ""}, "127.0.0.1"),
    ],
)
def test_both_spellings_of_no_proxy_name_the_host(inherited: dict[str, str], expected: str) -> None:
    assert without_proxy("127.0.0.1", inherited) == {"NO_PROXY": expected, "no_proxy": expected}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("0", "127.0.0.1"),
        ("::", "::1"),
        ("0:0::0", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("a.example", "a.example"),
    ],
)
def test_the_command_gets_an_address_to_connect_to(host: str, expected: str) -> None:
    assert reachable(host) == expected


def test_an_ipv6_host_is_named_as_either_kind_of_client_wants_it() -> None:
    assert without_proxy("::1", {})["NO_PROXY"] == "::1,[::1]"


@pytest.fixture
def dispositions() -> Iterator[None]:
    numbers = (
        signal.SIGUSR1, signal.SIGUSR2, signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
    )  # fmt: skip
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("dispositions")
def test_a_signal_is_recorded_until_somebody_takes_it() -> None:
    taken: list[int] = []
    signals = Signals()
    signals.hold(["SIGUSR1", "SIGUSR2", "SIGNOTHERE"])
    signal.raise_signal(signal.SIGUSR1)
    assert signals.early == [signal.SIGUSR1]
    signals.hand_over(taken.append)
    signal.raise_signal(signal.SIGUSR2)
    assert (taken, signals.early) == ([signal.SIGUSR1, signal.SIGUSR2], [])


@pytest.mark.usefixtures("dispositions")
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signals = Signals()
    signals.hold(["SIGUSR1"])
    signals.hand_over(lambda _number: pytest.fail("handled"))
    signals.release()
    signals.ignore()
    assert signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN


@pytest.mark.usefixtures("dispositions")
def test_a_released_signal_does_what_it_would_have_done() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signals = Signals()
    signals.hold(["SIGINT"])
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signals.release()
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler


def sent_to(thread: Callable[[], int]) -> int:
    """The exit status of a command that SIGUSR1 ends, if this thread receives it meanwhile."""
    signals = Signals()
    signals.hold(["SIGUSR1"])
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        signals.hand_over(lambda _number: process.kill())

        def send() -> None:
            sleep(0.2)  # so that the main thread waits already
            signal.pthread_kill(thread(), signal.SIGUSR1)

        late = threading.Timer(PATIENCE_S, process.terminate)
        sender = threading.Thread(target=send)
        for one in (late, sender):
            one.start()
        try:
            return command.wait_for(process)
        finally:
            late.cancel()
            for one in (late, sender):
                one.join()


@pytest.mark.usefixtures("dispositions")
@pytest.mark.parametrize(
    "thread", [threading.get_ident, lambda: threading.main_thread().ident], ids=["other", "main"]
)
def test_a_signal_is_forwarded_whichever_thread_receives_it(thread: Callable[[], int]) -> None:
    before = signal.getsignal(signal.SIGCHLD)
    assert sent_to(thread) == -signal.SIGKILL
    assert signal.getsignal(signal.SIGCHLD) == before


@pytest.mark.parametrize(
    ("owns_group", "in_foreground", "number", "sent"),
    [
        (False, True, signal.SIGINT, []),
        (False, True, signal.SIGQUIT, []),
        (False, True, signal.SIGTERM, [("kill", signal.SIGTERM)]),
        (False, False, signal.SIGINT, [("kill", signal.SIGINT)]),
        (True, True, signal.SIGINT, [("killpg", signal.SIGINT), ("killpg", signal.SIGCONT)]),
        (True, False, signal.SIGQUIT, [("killpg", signal.SIGQUIT), ("killpg", signal.SIGCONT)]),
        (True, False, signal.SIGUSR1, [("kill", signal.SIGUSR1)]),
        (True, False, signal.SIGUSR2, [("kill", signal.SIGUSR2)]),
        (True, False, signal.SIGALRM, [("kill", signal.SIGALRM)]),
        (False, True, signal.SIGUSR1, [("kill", signal.SIGUSR1)]),
    ],
)
def test_a_signal_goes_once_to_those_that_it_is_for(
    monkeypatch: pytest.MonkeyPatch,
    owns_group: bool,
    in_foreground: bool,
    number: int,
    sent: list[tuple[str, int]],
) -> None:
    """On a real terminal two signals may become one, so that only a fake one tells."""
    found: list[tuple[str, int]] = []
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        monkeypatch.setattr(command, "in_foreground", lambda: in_foreground)
        monkeypatch.setattr(os, "kill", lambda _pid, sig: found.append(("kill", sig)))
        monkeypatch.setattr(os, "killpg", lambda _pid, sig: found.append(("killpg", sig)))
        command._forward(process, owns_group, number)
    assert found == sent
