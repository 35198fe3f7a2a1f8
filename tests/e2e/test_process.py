"""The command line as a user runs it: what it prints, where it listens, how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from threading import Event

import pytest

from mockserver.api.account.page import LOG_IN
from mockserver.api.openapi import document
from mockserver.api.pages import PAGES
from mockserver.api.token.page import PAGE as TOKENS
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server, run
from tests.helpers.raw_http import read_all, request
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN, GET, NEW, ROOT, cookie

SLOW = """
users: [{username: a, token: t}, {username: b, token: t, scenario: stuck}]
sessions: [{sid: a, username: a}, {sid: b, username: b}]
scenarios: {stuck: {faults: [{delay: 10m}]}}
"""


def ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_it_announces_itself_writes_the_port_and_stops(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    port_file.write_text("1\n")
    with Server("--port-file", str(port_file)) as server:
        assert server.announcement == (
            f"animeloop-mock is listening on http://127.0.0.1:{server.port}/api/v2\n"
        )
        assert port_file.read_text() == f"{server.port}\n"
        status, out, err = server.stop()
    assert (status, out) == (0, ""), "standard output has the one line"
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_peace(number: int) -> None:
    with Server("--quiet") as server:
        assert server.stop(number) == (0, "", "")


def test_a_port_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with Server("--port-file", str(port_file)) as server:
        port_file.write_text("1\n")
        server.stop()
    assert port_file.read_text() == "1\n"


def test_a_taken_port_is_exit_status_3() -> None:
    with Server() as server:
        result = run("--port", str(server.port))
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"animeloop-mock: cannot listen on 127.0.0.1:{server.port}: Address already in use; "
        "choose another with --port, or 0 for any free one\n"
    )


def test_an_address_that_is_not_ours_is_exit_status_3() -> None:
    result = run("--host", "192.0.2.1")
    assert (result.returncode, result.stdout) == (3, "")
    assert "cannot listen on 192.0.2.1:7775" in result.stderr


def test_environment_variables_set_what_flags_do_not(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(SLOW)
    environment = {
        "ANIMELOOP_MOCK_FIXTURES": str(tmp_path),
        "ANIMELOOP_MOCK_SCENARIO": "db-down",
        "ANIMELOOP_MOCK_PORT": "tcp://10.0.0.1:7775",
        "ANIMELOOP_MOCK_SCENARO": "x",
        "ANIMELOOP_MOCK_SERVICE_HOST": "10.0.0.1",
    }
    with Server(environment=environment) as server:
        assert b"1950301" in server.post(GET, cookie("a"))
        _, _, err = server.stop()
    assert err.startswith(
        "# animeloop-mock: warning: unknown variable ANIMELOOP_MOCK_SCENARO; "
        "did you mean 'ANIMELOOP_MOCK_SCENARIO'?\n"
    )
    assert "SERVICE_HOST" not in err
    with Server("--scenario", "normal", environment=environment) as server:
        assert b"1320001" in server.post(GET, cookie("a"))


def test_a_bad_environment_variable_is_named() -> None:
    result = run(environment={"ANIMELOOP_MOCK_WATCH": "maybe"})
    assert result.returncode == 2
    assert "ANIMELOOP_MOCK_WATCH: expected 1, true, yes, on" in result.stderr


@pytest.mark.skipif(not ipv6_loopback(), reason="this machine has no IPv6 loopback")
def test_localhost_is_both_loopback_addresses() -> None:
    with Server("--host", "localhost") as server:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as connection:
                connection.settimeout(PATIENCE_S)
                connection.connect((address, server.port))
                connection.sendall(request(GET))
                assert b"1940103" in read_all(connection)


def test_the_documentations_curl_lines_work_but_for_the_host() -> None:
    with Server() as server:
        request_bytes = (
            "GET /api/v2/auth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Cookie: animeloop.auth.sid={DOCUMENTED_COOKIE}\r\n\r\n"
        )
        assert DOCUMENTED_TOKEN.encode() in server.exchange(request_bytes.encode())
        for path, number in (("/new", b"1320002"), ("/revoke", b"1320003")):
            sent = request_bytes.replace("/auth/token ", f"/auth/token{path} ")
            assert number in server.exchange(sent.encode())


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
@pytest.mark.parametrize(
    "arguments",
    [
        *(("--scenario", name) for name in ("normal", "db-recovers", "db-flaky", "bad-gateway")),
        ("--host", "0.0.0.0"),
    ],
)
def test_what_start_says_given_to_a_shell_gets_each_code(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    misspelt = {"ANIMELOOP_MOCK_SCENARO": "x"}
    with Server(*arguments, environment=misspelt) as server:
        server.post("/end")
        script = "".join(takewhile(lambda line: "/end " not in line, server.log()))
        result = subprocess.run(
            ["sh", "-ec", script.replace("curl ", "curl --silent --show-error ")],
            capture_output=True, text=True, timeout=PATIENCE_S, check=True, cwd=tmp_path,
        )  # fmt: skip
    codes = dict.fromkeys(code.number for one in TOKENS.endpoints for code in one.codes)
    got = [int(code) for code in re.findall('"code":([0-9]+),', result.stdout)]
    assert got == [*codes, LOG_IN.success.number]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_what_start_says_fits_a_terminal(host: str) -> None:
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    controller, terminal = pty.openpty()
    command = [sys.executable, str(ROOT / "run_mock.py"), "--port", "0", "--host", host]
    with (
        os.fdopen(controller, "rb", buffering=0) as screen,
        subprocess.Popen(command, stdout=terminal, stderr=terminal) as process,
    ):
        os.close(terminal)
        said = ""
        while not said.endswith("-c cookies\r\n"):
            said += screen.read(4096).decode()
        process.terminate()
    lines = said.splitlines()
    rows = sum(-(-len(line) // 80) for line in lines)
    assert lines[0].startswith("animeloop-mock is listening on ")
    assert "'gone': 1940102" in said
    assert rows + 1 <= 24  # with that of the cursor


def test_delayed_requests_starve_nobody_and_are_answered_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(SLOW)
    with Server("--fixtures", str(path)) as server:
        waiting = [server.connect() for _ in range(64)]
        for connection in waiting:
            connection.sendall(request(GET, cookie("b")))
        assert b"1320001" in server.post(GET, cookie("a"))
        server.process.send_signal(signal.SIGTERM)
        for connection in waiting:
            with connection:
                reply = read_all(connection)
                assert b"1320001" in reply
        assert server.process.wait(PATIENCE_S) == 0


def test_a_change_of_the_fixtures_is_served_and_a_mistake_is_not(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(SLOW)
    with Server("--fixtures", str(path), "--watch", "--scenario", "stuck") as server:
        path.write_text("users: [{usrname: c}]")
        server.log_until("did you mean 'username'?")
        server.log_until("the last good ones stay")
        assert b"1940103" in server.post(GET)
        path.write_text("sessions: [{sid: c}]\nscenarios: {stuck: {}}")
        server.log_until("reloaded")
        assert b"1940103" in server.post(GET, cookie("c"))
        server.log_until("session c has no user in it")
        path.write_text("users: []")
        server.log_until("existing sandboxes keep what they were made from")
        server.log_until("scenario 'stuck' is gone from the fixtures: 'normal' is active now")


def test_the_log_can_be_json(tmp_path: Path) -> None:
    with Server("--log-format", "json") as server:
        server.post(NEW)
        line = server.log_until('"method"')
    assert '"path": "/api/v2/auth/token/new", "status": 200, "code": 1940103' in line
    assert '"why": "no cookie named animeloop.auth.sid"' in line


def test_a_frozen_clock_and_a_seed_make_runs_equal_to_the_byte() -> None:
    arguments = ("--freeze-clock", "2026-01-01T00:00:00Z", "--seed", "1", "--scenario", "db-flaky")
    runs = []
    for _ in range(2):
        with Server(*arguments) as server:
            replies = [server.post(NEW, cookie("session-of-alice")) for _ in range(10)]
            runs.append([reply.partition(b"\r\n\r\n")[2] for reply in replies])
    assert runs[0] == runs[1]


def test_the_commands_print_what_they_are_asked_for() -> None:
    assert run("cookie", "shincurry2").stdout == DOCUMENTED_COOKIE + "\n"
    header = run("cookie", "shincurry2", "--header").stdout
    assert header == f"animeloop.auth.sid={DOCUMENTED_COOKIE}\n"
    assert run("schema").stdout == (ROOT / "fixtures" / "fixtures.schema.json").read_text()
    checked = run("check")
    assert checked.returncode == 0
    for page in PAGES:
        total = sum(len(endpoint.codes) for endpoint in page.endpoints)
        assert f"\n{page.name}: {total} of {total} documented pairs " in checked.stdout
    assert "username: warning: unknown user 'gone'" in checked.stderr


def test_each_kind_of_cookie_is_refused_as_it_should_be() -> None:
    with Server() as server:
        for kind, code in [
            ("valid", b"1320001"), ("tampered", b"1940102"), ("unsigned", b"1940102"),
            ("wrong-secret", b"1940102"), ("unknown-session", b"1940103"),
            ("expired", b"1940103"), ("userless", b"1940103"),
        ]:  # fmt: skip
            printed = run("cookie", "alice", "--header", "--kind", kind).stdout.strip()
            assert code in server.post(GET, printed), kind


def test_flags_reach_the_replies() -> None:
    with Server("--http-status", "from-code", "--max-request-journal-entries", "1") as server:
        assert server.post(GET).startswith(b"HTTP/1.1 401 ")
        assert server.post(NEW).startswith(b"HTTP/1.1 401 ")
        journal = server.exchange(b"GET /__admin/requests HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert b'{"complete":false,"total":1,' in journal


@pytest.mark.parametrize(
    ("flags", "status"),
    [(["--disable-admin"], b"404"), (["--admin-token", "t"], b"401"), ([], b"200"),
     (["--no-request-journal"], b"409")],
)  # fmt: skip
def test_flags_of_the_control_plane(flags: list[str], status: bytes) -> None:
    with Server(*flags) as server:
        reply = server.exchange(b"GET /__admin/requests HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert reply.split(b" ")[1] == status


def test_a_stop_answers_whoever_had_sent_a_request_by_then() -> None:
    with Server() as server:
        server.process.send_signal(signal.SIGSTOP)
        connections = [server.connect() for _ in range(50)]
        for connection in connections:
            connection.sendall(request(GET, close=False))
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGCONT)
        for connection in connections:
            with connection:
                reply = read_all(connection)
                assert b"1940103" in reply
        assert server.process.wait(PATIENCE_S) == 0


def test_a_stop_is_not_kept_from_ending_by_clients_that_come_back() -> None:
    with Server("--quiet") as server, ThreadPoolExecutor(40) as clients:
        loaded = Event()

        def call_until_refused(_number: int) -> int:
            answered = 0
            with suppress(OSError):
                while b"1940103" in server.post(GET):
                    answered += loaded.is_set()
            return answered

        counts = clients.map(call_until_refused, range(40))
        server.post(GET)
        loaded.set()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE_S) == 0
        assert sum(counts) < 500, "many thousands would have been within the grace"


def test_a_stop_answers_all_that_was_sent_on_one_connection() -> None:
    with Server("--quiet") as server, server.connect() as connection:
        server.process.send_signal(signal.SIGSTOP)
        connection.sendall(request(GET, close=False) * 200)
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGCONT)
        replies = read_all(connection).split(b"HTTP/1.1 200 OK")[1:]
        assert [b"Connection: close" in reply for reply in replies] == [False] * 199 + [True]
        assert server.process.wait(PATIENCE_S) == 0


def test_a_stop_waits_for_a_request_that_is_being_sent() -> None:
    with Server("--quiet") as server, server.connect() as connection:
        head = request(GET).replace(b"Content-Length: 0", b"Content-Length: 10")
        connection.sendall(head + b"abc")
        server.post(GET)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_deaf()
        connection.sendall(b"defghij")
        reply = read_all(connection)
        assert b"1940103" in reply
        assert b"connection: close" in reply.lower()
        assert server.process.wait(PATIENCE_S) == 0


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with Server("--port-file", str(port_file)) as server, server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n")
        server.post(GET)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until_deaf()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE_S) == 130
        assert "Traceback" not in "".join(server.log())
    assert not port_file.exists()


def test_what_is_no_port_file_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("my thesis")
    result = run("--port", "0", "--port-file", str(precious))
    assert result.returncode == 2
    assert "this is not a port file" in result.stderr
    assert precious.read_text() == "my thesis"


def test_a_start_that_fails_leaves_the_port_file_of_a_running_mock(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with Server("--port-file", str(port_file)) as server:
        assert run("--port-file", str(port_file), "--scenario", "nope").returncode == 2
        assert port_file.read_text() == f"{server.port}\n"


def test_a_stale_port_file_is_removed_even_if_the_start_fails(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port_file.write_text(f"{probe.getsockname()[1]}\n")
        assert run("--port-file", str(port_file), "--scenario", "nope").returncode == 2
    assert not port_file.exists()


def test_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("users: [{username: müller}]\nsessions: [{sid: ü}]")
    result = run("check", str(tmp_path), environment={"PYTHONIOENCODING": "ascii:strict"})
    assert result.returncode == 0
    assert "Traceback" not in result.stderr
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w") as full:
            command = [sys.executable, str(ROOT / "run_mock.py"), "schema"]
            broken = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert broken.returncode == 2
        assert broken.stderr.startswith("animeloop-mock: cannot write the output: No space left")


def test_without_the_packages_it_says_how_to_get_them() -> None:
    command = [sys.executable, "-S", str(ROOT / "run_mock.py"), "check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 2
    assert "is missing from this Python. 'make setup' installs everything" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "mode"),
    [
        ([], {"ANIMELOOP_MOCK_THREADS": "none"}, "200"),
        (["--http-status", "from-code"], {}, "from-code"),
        ([], {"ANIMELOOP_MOCK_HTTP_STATUS": "from-code"}, "from-code"),
    ],
)
def test_openapi_prints_the_document_of_a_mock_without_flags(
    arguments: list[str], environment: dict[str, str], mode: str
) -> None:
    result = run("openapi", *arguments, environment=environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == document("http://127.0.0.1:7775/api/v2", mode)
