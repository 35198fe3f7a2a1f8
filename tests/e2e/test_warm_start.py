"""A process that was forked warm does what a new interpreter does, for every command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.cli.parser import commands
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server
from tests.helpers.text import SHIPPED
from tests.helpers.warm import PIPE

Start = Callable[..., warm.Process]

pytestmark = pytest.mark.skipif(
    not warm.can_be_warm(os.environ), reason="here all processes start with a new interpreter"
)

# What each command is called with; `{url}` is that of a mock that runs.
CALLS = {
    "serve": ["serve", "--port", "no number"],
    "check": ["check"],
    "cookie": ["cookie", "alice"],
    "scenario": ["scenario", "--url", "{url}"],
    "reset": ["reset", "--url", "{url}"],
    "login": ["login", "nobody", "--url", "{url}"],
    "logs": ["logs", "--url", "{url}"],
    "health": ["health", "--url", "{url}"],
    "exec": ["exec", "--quiet", "--", sys.executable, "-c", "print('ran'); raise SystemExit(7)"],
    "init": ["init", "new"],
    "openapi": ["openapi"],
    "schema": ["schema"],
    "verify": ["verify", "--url", "{url}/api/v2"],
    "completion": ["completion", "bash"],
    "help": ["help", "exec"],
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Server("--quiet", "--freeze-clock", "2026-01-01T12:00:00Z") as server:
        yield f"http://127.0.0.1:{server.port}"


def test_there_is_a_call_of_each_command() -> None:
    assert list(CALLS) == list(commands())


@pytest.mark.parametrize("command", CALLS)
def test_a_command_says_and_does_the_same(command: str, url: str, tmp_path: Path) -> None:
    def outcome(start: Start, name: str) -> tuple[int, str, str, list[str]]:
        folder = tmp_path / name
        folder.mkdir()
        arguments = [word.replace("{url}", url) for word in CALLS[command]]
        with start(*arguments, cwd=folder, stdout=PIPE, stderr=PIPE) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
        return process.wait(), out, err, files

    assert outcome(warm.start, "warm") == outcome(warm.interpreter, "cold")


@pytest.mark.parametrize("start", [warm.start, warm.interpreter])
def test_a_server_announces_itself_and_ends_by_signal(start: Start) -> None:
    with start("serve", "--port", "0", stdout=PIPE, stderr=PIPE) as process:
        assert process.stdout is not None
        assert re.fullmatch(
            r"animeloop-mock is listening on http://127.0.0.1:\d+/api/v2\n",
            process.stdout.readline(),
        )
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.wait(), out, "Traceback" in err) == (0, "", False)
    assert "Ctrl-C" in err


LOOK = """
import json, os, signal, sys
print(json.dumps({
    "cwd": os.getcwd(), "environment": dict(os.environ), "group": os.getpgrp() == os.getpid(),
    "ignored": [n.name for n in signal.valid_signals() if hasattr(n, "name")
                and n not in (signal.SIGKILL, signal.SIGSTOP)
                and signal.getsignal(n) == signal.SIG_IGN],
    "blocked": [n.name for n in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "fds": sorted(os.listdir("/proc/self/fd")),
    "parent": open("/proc/%d/comm" % os.getppid()).read(),
}))
"""


def test_what_a_process_inherits_is_the_same(tmp_path: Path) -> None:
    def seen(start: Start) -> str:
        environment = {**os.environ, "SOME_VARIABLE": "ü"}
        command = ("exec", "--quiet", "--port", "0", "--", sys.executable, "-c", LOOK)
        with start(*command, cwd=tmp_path, env=environment, stdout=PIPE) as process:
            out, _ = process.communicate(timeout=PATIENCE_S)
        assert process.wait() == 0
        return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", out)

    assert seen(warm.start) == seen(warm.interpreter)


def test_a_signal_that_ends_a_process_is_its_status() -> None:
    with warm.start("--port", "0", "--quiet", stdout=PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        process.kill()


def test_each_process_has_secrets_of_its_own(tmp_path: Path) -> None:
    fixtures = tmp_path / "fixtures.yaml"
    fixtures.write_text("users: [{username: anna, token: t}]\n")
    sids = set()
    for _ in range(2):
        with Server("--quiet", "--fixtures", str(fixtures)) as server:
            sids.add(server.control.call("POST", "/sessions", {"username": "anna"})["sid"])
    assert len(sids) == 2


@pytest.mark.parametrize("name", ["PYTHONUTF8", "LC_ALL", "PYTHONUNBUFFERED"])
def test_an_environment_for_another_interpreter_gets_one(name: str) -> None:
    assert not warm.can_be_warm({**os.environ, name: "other"})


def test_the_fixtures_of_the_checkout_are_the_default(tmp_path: Path) -> None:
    with warm.start("check", cwd=tmp_path, stdout=PIPE, stderr=PIPE) as process:
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert out.startswith(f"{SHIPPED}: ")
