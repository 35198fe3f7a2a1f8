"""The plugin of pytest beside libraries that change the process of the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.projects import Suite
from tests.helpers.text import ROOT


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


def exec_with(*flags: str) -> tuple[str, ...]:
    run_mock = str(ROOT / "run_mock.py")
    return (sys.executable, run_mock, "exec", *flags, "--", sys.executable, "-m", "pytest")


REFUSED = """
from urllib.request import Request, urlopen

def test_without_a_cookie(animeloop_mock):
    request = Request(animeloop_mock.url("/auth/token"), b"", method="POST")
    assert b"1940102" in urlopen(request, timeout=60).read()
"""


def test_under_exec_the_mock_of_exec_is_used_and_counts(suite: Suite) -> None:
    suite.write("test_it.py", REFUSED)
    command = exec_with("--profile", "server", "--require-coverage", "7")
    suite.run("-q", command=command).expect(passed=1)
    suite.run("-q").expect(1, failed=1)


def test_under_exec_workers_use_its_mock_too(suite: Suite) -> None:
    suite.write("test_it.py", REFUSED + REFUSED.replace("test_without", "test_again_without"))
    command = exec_with("--profile", "server", "--admin-token", "sesame")
    suite.run("-q", "-n", "2", command=command).expect(passed=2)


@pytest.mark.parametrize("worker", [(), ("-n", "2")])
def test_what_a_running_mock_cannot_heed_is_refused_or_a_warning(
    suite: Suite, worker: tuple[str, ...]
) -> None:
    suite.write("test_it.py", REFUSED)
    server = exec_with("--profile", "server")
    ended = suite.run("-q", *worker, "--animeloop-mock-seed=7", command=server)
    assert ended.status == pytest.ExitCode.USAGE_ERROR
    assert "--animeloop-mock-seed has no effect on a mock that runs already" in ended.text
    assert "ANIMELOOP_MOCK_URL" in ended.text
    ended = suite.run("-q", *worker, "--animeloop-mock-profile=documented", command=server)
    ended.expect(1, error=1)
    assert "expected the profile of the mock at http://127.0.0.1:" in ended.out
    suite.write("pytest.ini", "[pytest]\nanimeloop_mock_seed = 7\n")
    ended = suite.run("-q", *worker, command=server).expect(passed=1, warning=1)
    assert "animeloop_mock_seed has no effect on the mock at http://127.0.0.1:" in ended.out


SETTINGS = """
import pytest
from calling import call

def test_settings(animeloop_mock):
    assert animeloop_mock.health().profile == "server"
    assert animeloop_mock.clock.now == "2031-01-01T00:00:00.000Z"
    assert animeloop_mock.scenarios().active == "db-down"
    assert animeloop_mock.users()[0].username == "zoe"
    with pytest.raises(OSError, match="HTTP Error 503"):
        call(animeloop_mock, user="zoe")

@pytest.mark.animeloop_scenario("normal")
def test_the_marker_counts_more(animeloop_mock):
    assert call(animeloop_mock, user="zoe") == 1320001
"""
INI = """
animeloop_mock_profile = server
animeloop_mock_http_status = from-code
animeloop_mock_seed = 7
animeloop_mock_freeze_clock = 2031-01-01T00:00:00Z
animeloop_mock_scenario = db-down
animeloop_mock_fixtures = data/zoe.yaml
"""
FIXTURES = "users: [{username: zoe, token: t}]\nsessions: [{sid: s, username: zoe}]\n"


@pytest.mark.parametrize("how", ["ini", "options", "variables"])
def test_the_settings_of_the_mock_can_be_chosen(suite: Suite, how: str) -> None:
    suite.write("data/zoe.yaml", FIXTURES)
    suite.write("tests/test_it.py", SETTINGS)
    pairs = dict(line.split(" = ") for line in INI.strip().splitlines())
    options: list[str] = []
    environment = {}
    if how == "ini":
        suite.write("pytest.ini", f"[pytest]\npythonpath = .\n{INI}")
    else:
        suite.write("pytest.ini", "[pytest]\npythonpath = .\n")
    if how == "options":
        options = [f"--{name.replace('_', '-')}={value}" for name, value in pairs.items()]
    if how == "variables":
        environment = {name.upper(): value for name, value in pairs.items()}
    suite.run("-q", *options, "tests", environment=environment).expect(passed=2)


def test_relative_fixtures_are_relative_to_the_rootdir(suite: Suite) -> None:
    suite.write("data/zoe.yaml", FIXTURES)
    suite.write("tests/test_it.py", "def test_zoe(animeloop_mock): animeloop_mock.user('zoe')")
    option = "--animeloop-mock-fixtures=data/zoe.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-c", "../pytest.ini", option],
        cwd=suite.folder / "tests", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


IDLE = """
import sys

def test_nothing_is_imported():
    assert [name for name in sys.modules if name.partition(".")[0] == "mockserver"] == []
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_an_idle_plugin_imports_nothing_of_the_mock(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.write("test_it.py", IDLE)
    suite.run("-q", *workers).expect(passed=1)


FREEZE = {
    "freezegun": "import freezegun\nfrozen = freezegun.freeze_time('2040-01-01')",
    "time_machine": "import time_machine\nfrozen = time_machine.travel('2040-01-01', tick=False)",
}
FROZEN = """
import threading
import pytest
from calling import call
from mockserver import MockServer

@frozen
def test_the_session_is_alive(animeloop_mock):
    assert call(animeloop_mock) == 1320001
    animeloop_mock.clock.advance("31h")
    assert call(animeloop_mock) == 1940103

@frozen
def test_a_request_is_waited_for(animeloop_mock):
    later = threading.Timer(0.05, call, (animeloop_mock,))
    later.start()
    animeloop_mock.assert_requested("/auth/token", code=1320001, method="POST", wait="60s")
    later.join()
    with pytest.raises(AssertionError):
        animeloop_mock.assert_requested("/auth/token", times=2, wait="20ms")
    with pytest.raises(AssertionError):
        animeloop_mock.assert_requested("/auth/token", times=2, body="x", wait="20ms")

def test_a_mock_in_this_process_has_the_time_of_the_machine():
    with MockServer() as server, server.sandbox() as mock:
        cookies = mock.cookies("alice")
        with frozen:
            assert call(mock) == 1320001
            assert mock.clock.now < "2040"
            with MockServer() as other:
                assert other.default.clock.now < "2040"
            with pytest.raises(AssertionError):
                mock.assert_requested("/auth/token", times=9, wait="20ms")
"""


@pytest.mark.parametrize("library", FREEZE)
def test_time_that_stands_still_reaches_no_mock(suite: Suite, library: str) -> None:
    pytest.importorskip(library)
    suite.write("test_it.py", FREEZE[library] + FROZEN)
    suite.run("-q").expect(passed=3)


ASYNC = """
import asyncio
import pytest
from calling import call

@pytest.mark.asyncio
async def test_it_waits_for_a_task(animeloop_mock_async):
    mock = animeloop_mock_async
    cookies = await mock.cookies("alice")

    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", mock.control.address.port)
        name, value = next(iter(cookies.items()))
        path = mock.url("/auth/token").partition("//")[2].partition("/")[2]
        head = f"POST /{path} HTTP/1.1\\r\\nHost: localhost\\r\\nCookie: {name}={value}\\r\\n"
        writer.write((head + "Content-Length: 0\\r\\nConnection: close\\r\\n\\r\\n").encode())
        await reader.read()
        writer.close()

    task = asyncio.create_task(client())
    await mock.assert_requested("/auth/token", code=1320001, wait="60s")
    await task
    async with mock.scenario("db-down"):
        assert (await mock.scenarios()).active == "db-down"
    assert (await mock.scenarios()).active == "normal"

@pytest.mark.asyncio
async def test_both_have_the_same_sandbox(animeloop_mock, animeloop_mock_async):
    await asyncio.to_thread(call, animeloop_mock)
    await animeloop_mock_async.assert_requested("/auth/token", times=1)
    animeloop_mock.assert_requested("/auth/token", times=1)

@pytest.mark.asyncio
async def test_the_other_one_says_that_it_would_block(animeloop_mock):
    for wait in (
        lambda: animeloop_mock.assert_requested("/auth/token", wait="60s"),
        lambda: animeloop_mock.outbox(wait="60s"),
        lambda: animeloop_mock.requests(wait="60s"),
    ):
        with pytest.raises(Exception, match="would block the running event loop.*_async"):
            wait()
"""


def test_in_an_event_loop_there_is_a_client_for_it(suite: Suite) -> None:
    pytest.importorskip("pytest_asyncio")
    suite.write("test_it.py", ASYNC)
    suite.run("-q", plugins=("asyncio",)).expect(passed=3)


GEVENT = """
from calling import call

def test_before(animeloop_mock):
    assert call(animeloop_mock) == 1320001

def test_patched_late(animeloop_mock):
    from gevent import monkey
    monkey.patch_all()
    assert call(animeloop_mock) == 1320001

def test_afterwards(animeloop_mock):
    assert call(animeloop_mock) == 1320001
    animeloop_mock.assert_requested("/auth/token", times=1, wait="1s")
"""


def test_gevent_that_patches_late_stops_nothing(suite: Suite) -> None:
    pytest.importorskip("gevent")
    suite.write("test_it.py", GEVENT)
    ended = suite.run("-q", "-W", "ignore")
    assert (ended.status, ended.counts["passed"]) == (0, 3), ended.text


def test_gevent_that_patches_early_stops_nothing(suite: Suite) -> None:
    pytest.importorskip("gevent")
    suite.write("conftest.py", "from gevent import monkey\nmonkey.patch_all()\n")
    suite.write("test_it.py", GEVENT)
    ended = suite.run("-q", "-W", "ignore")
    assert (ended.status, ended.counts["passed"]) == (0, 3), ended.text


SHUFFLED = """
import random
import pytest
from calling import call

@pytest.mark.parametrize("number", range(12))
def test_it(animeloop_mock, number):
    animeloop_mock.put_user(f"user-{random.random()}", token="issue")
    assert call(animeloop_mock) == 1320001
    animeloop_mock.assert_requested("/auth/token", times=1)
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_shuffled_order_changes_nothing(suite: Suite, workers: tuple[str, ...]) -> None:
    pytest.importorskip("pytest_randomly")
    suite.write("test_it.py", SHUFFLED)
    suite.run("-q", *workers, plugins=("randomly",)).expect(passed=12)
