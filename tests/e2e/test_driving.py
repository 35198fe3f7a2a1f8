"""Commands that drive a mock that runs, as processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from queue import Queue
from threading import Thread

import pytest

from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.once import Once
from tests.helpers.process import Server, run
from tests.helpers.text import GET, ROOT, cookie
from tests.helpers.warm import PIPE

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")


@pytest.fixture
def server(once: Once, state_kind: str) -> Server:
    return once.started(state_kind, Server)


def drive(server: Server, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(
        *arguments,
        environment={"ANIMELOOP_MOCK_URL": f"http://127.0.0.1:{server.port}"} | variables,
    )


def test_scenarios_are_listed_and_switched(server: Server) -> None:
    listed = drive(server, "scenario")
    assert listed.stdout.splitlines()[:2] == [
        "* normal              Nothing goes wrong.",
        "  db-down             Every database operation fails.",
    ]
    switched = drive(server, "scenario", "db-down")
    assert switched.stdout == "scenario db-down is active: Every database operation fails.\n"
    assert "* db-down " in drive(server, "scenario").stdout
    assert b"1950301" in server.post(GET, ALICE)
    assert drive(server, "reset").stdout == "sandbox default is as at its start\n"
    assert b"1320001" in server.post(GET, ALICE)
    assert (listed.returncode, switched.returncode, switched.stderr) == (0, 0, "")


def test_a_sandbox_is_driven_alone(server: Server) -> None:
    made = server.control.call("POST", "/sandboxes", {})
    switched = drive(server, "scenario", "db-slow", "--sandbox", made["id"])
    assert switched.stdout.startswith(f"scenario db-slow is active in sandbox {made['id']}: ")
    assert "* normal " in drive(server, "scenario").stdout
    assert "* db-slow " in run("scenario", "--url", made["api_url"]).stdout
    assert made["id"] in drive(server, "reset", "--sandbox", made["id"]).stdout
    value = drive(server, "login", "alice", "--sandbox", made["id"]).stdout
    assert value.startswith(f"s%3A{made['id']}~")
    assert b"1320001" in server.post(GET, f"animeloop.auth.sid={value.strip()}")
    lines = drive(server, "logs", "--sandbox", made["id"]).stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith(f"  [{made['id']}] token returned")


def test_a_login_prints_the_cookie_alone(server: Server) -> None:
    values = [drive(server, "login", "alice").stdout for _ in range(2)]
    assert values[0] != values[1]
    for value in values:
        assert b"1320001" in server.post(GET, f"animeloop.auth.sid={value.strip()}")


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
def test_a_login_within_a_curl_line(server: Server) -> None:
    mock = f"{sys.executable} {ROOT / 'run_mock.py'}"
    url = f"http://127.0.0.1:{server.port}"
    line = f'curl -sX POST --cookie "$({mock} login alice --header --url {url})" {url}/api/v2{GET}'
    result = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert '"code":1320001,' in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scenario", "db-dwn"), "unknown scenario 'db-dwn'; did you mean 'db-down'?"),
        (("scenario", "zzzzz"), "expected one of bad-gateway, connection-reset, db-down"),
        (("login", "alise"), "unknown user 'alise'; did you mean 'alice'?"),
        (("login",), "the following arguments are required: USERNAME"),
        (("reset", "--sandbox", "gone"), "there is no sandbox 'gone'"),
        (("logs", "-n", "x"), "--lines: expected a number from 0 on, got 'x'"),
        (("logs", "--folow"), "unknown flag '--folow'; did you mean '--follow'?"),
        (("scenario", "--url", "http://127.0.0.1:1"), "no mock at http://127.0.0.1:1; start one"),
        (("logs", "-f", "--url", "http://127.0.0.1:1"), "start one with animeloop-mock, or give"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(
    server: Server, arguments: tuple[str, ...], words: str
) -> None:
    result = drive(server, *arguments)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr


def test_the_admin_token_is_asked_for_and_taken_from_flag_and_variable() -> None:
    with Server("--admin-token", "secret") as server:
        refused = drive(server, "reset")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert "requires its admin token: give --admin-token" in refused.stderr
        wrong = drive(server, "reset", "--admin-token", "other")
        assert "does not accept this --admin-token" in wrong.stderr
        assert "other" not in wrong.stderr
        assert drive(server, "reset", "--admin-token", "secret").returncode == 0
        assert drive(server, "reset", ANIMELOOP_MOCK_ADMIN_TOKEN="secret").returncode == 0


def test_the_logs_are_the_lines_of_the_request_log() -> None:
    with Server("--max-request-journal-entries", "3") as server:
        for path in ("/1", "/2", "/3", "/4"):
            server.post(path)
        logged = [server.log_until(f"/{number} ") for number in (2, 3, 4)]
        shown = drive(server, "logs")
        assert [line[14:] for line in shown.stdout.splitlines(keepends=True)] == [
            line[14:] for line in logged
        ]
        assert "older requests were lost" in shown.stderr
        last = drive(server, "logs", "-n", "2")
        assert (last.stdout, last.stderr) == ("".join(shown.stdout.splitlines(True)[1:]), "")
        assert '"path": "/api/v2/4"' in drive(server, "logs", "--log-format", "json").stdout
        assert "\x1b[" in drive(server, "logs", "--color", "always").stdout
        assert "\x1b[" not in drive(server, "logs").stdout


def test_health_is_asked_where_serve_listens_in_the_same_environment(
    server: Server, state_kind: str
) -> None:
    variables = {"ANIMELOOP_MOCK_HOST": "0.0.0.0", "ANIMELOOP_MOCK_PORT": str(server.port)}
    found = run("health", environment=variables)
    assert (found.returncode, found.stderr) == (0, "")
    url = f"http://127.0.0.1:{server.port}"
    described = f"profile documented, scenario normal, state {state_kind}"
    expected = f"the mock at {url} is healthy, {described}\n"
    assert found.stdout == expected
    assert drive(server, "health", ANIMELOOP_MOCK_PORT="1").stdout == expected


def test_health_needs_neither_token_nor_control_plane() -> None:
    for flags in (("--admin-token", "secret"), ("--disable-admin",)):
        with Server(*flags) as server:
            found = drive(server, "health")
            assert (found.returncode, found.stdout.endswith("is healthy\n")) == (0, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1", "unhealthy: no mock at http://127.0.0.1:1"),
        ("{server}/nowhere", "is no animeloop-mock"),
        ("{server}/__sandbox/gone", "there is no sandbox 'gone'"),
    ],
)
def test_what_is_not_healthy_is_one_line_and_status_1(server: Server, url: str, words: str) -> None:
    found = run("health", "--url", url.format(server=f"http://127.0.0.1:{server.port}"))
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert words in found.stderr


def test_a_wrong_variable_is_bad_usage_and_not_bad_health() -> None:
    found = run("health", environment={"ANIMELOOP_MOCK_PORT": "x"})
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert "ANIMELOOP_MOCK_PORT: expected a port" in found.stderr


class Following:
    """`logs --follow` as a process."""

    def __init__(self, port: int) -> None:
        url = f"http://127.0.0.1:{port}"
        self.process = warm.start("logs", "--follow", "--url", url, stdout=PIPE, stderr=PIPE)
        self._told: Queue[str] = Queue()
        self._reader = Thread(target=self._copy, daemon=True)
        self._reader.start()

    def _copy(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                self._told.put(line)

    def told(self) -> str:
        return self._told.get(timeout=PATIENCE_S)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def __enter__(self) -> Following:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_following_survives_a_reset_and_a_restart_and_ends_on_ctrl_c() -> None:
    with Server() as server:
        server.post("/before")
        with Following(server.port) as following:
            assert "/before " in following.line()
            server.post("/now")
            assert "/now " in following.line()
            server.control.call("POST", "/reset")
            server.post("/after-reset")
            assert "/after-reset " in following.line()
            assert "the journal was emptied, as by a reset" in following.told()
            server.stop()
            assert "any more; waiting for one" in following.told()
            with Server("--port", str(server.port)) as again:
                again.post("/after-restart")
                assert "again" in following.told()
                assert "/after-restart " in following.line()
                again.post("/and-on")
                assert "/and-on " in following.line()
                following.process.send_signal(signal.SIGINT)
                assert following.process.wait(PATIENCE_S) == 0
                assert following.line() == ""
                assert following._told.empty()


@pytest.mark.skipif(os.name == "nt", reason="needs sh")
def test_following_ends_when_nobody_reads() -> None:
    with Server() as server, Following(server.port) as following:
        server.post("/1")
        assert "/1 " in following.line()
        assert following.process.stdout is not None
        following.process.stdout.close()
        server.post("/2")
        assert following.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("arguments", [("help",), ("help", "help"), ("--help",)])
def test_help_lists_the_commands(arguments: tuple[str, ...]) -> None:
    shown = run(*arguments)
    assert shown.returncode == 0
    for command in ("serve", "scenario", "reset", "login", "logs", "help"):
        assert f"\n  {command} " in shown.stdout


@pytest.mark.parametrize("command", ["serve", "exec", "logs", "verify"])
def test_help_of_a_command(command: str) -> None:
    assert run("help", command).stdout == run(command, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("help", "logn"), "unknown command 'logn'; did you mean 'login'?"),
        (("help", "serve", "exec"), "help: expected one command, got 2"),
    ],
)
def test_help_of_what_is_no_command(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
