"""`exec`: the mock for the length of one command."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.api.profiles import PROFILES
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import run
from tests.helpers.text import DOCUMENTED_COOKIE, ROOT
from tests.helpers.warm import PIPE

ASK = """
import os, sys, urllib.request
url, cookie = os.environ["ANIMELOOP_API_URL"], os.environ["ANIMELOOP_MOCK_COOKIE"]
for path in sys.argv[1:]:
    request = urllib.request.Request(url + path, b"", {"Cookie": "animeloop.auth.sid=" + cookie})
    print(urllib.request.urlopen(request).read().decode())
"""


def python(code: str, *arguments: str) -> list[str]:
    return ["--", sys.executable, "-c", code, *arguments]


def test_the_command_finds_the_mock_and_owns_standard_output() -> None:
    result = run("exec", *python(ASK, "/auth/token"))
    assert result.returncode == 0
    assert result.stdout.startswith('{"status":"success","code":1320001')
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


def test_the_port_is_free_whatever_the_environment_says(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    for port in ("1", "no number"):
        environment = {
            "ANIMELOOP_MOCK_PORT": port,
            "ANIMELOOP_MOCK_PORT_FILE": str(port_file),
            "ANIMELOOP_MOCK_WATCH": "1",
        }
        code = f"import os; assert not os.path.exists({str(port_file)!r})"
        result = run("exec", *python(code), environment=environment)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_command_asks_no_proxy_for_the_mock() -> None:
    proxy = {"http_proxy": "http://192.0.2.1:1", "NO_PROXY": "corp.example"}
    result = run("exec", *python(ASK, "/auth/token"), environment=proxy)
    assert '"code":1320001' in result.stdout
    names = python("import os; print(os.environ['NO_PROXY'], os.environ['no_proxy'])")
    shown = run("exec", *names, environment=proxy).stdout
    assert shown == "corp.example,127.0.0.1 corp.example,127.0.0.1\n"


def test_the_command_inherits_what_exec_has_inherited() -> None:
    read, write = os.pipe()
    with os.fdopen(read), os.fdopen(write):
        command = [sys.executable, str(ROOT / "run_mock.py"), "exec"]
        code = f"import os; os.write({write}, b'x')"
        subprocess.run([*command, *python(code)], pass_fds=[write], check=True, timeout=PATIENCE_S)
        assert os.read(read, 9) == b"x"


FAIL = ASK + "raise SystemExit(7)"
ANSWERED = re.compile(r"POST +/api/v2/auth/token +200 1320001 shincurry2 +[0-9.]+ms  token")


def test_the_last_requests_are_shown_if_the_command_fails() -> None:
    result = run("exec", *python(FAIL, "/auth/token/new", *["/auth/token"] * 20))
    assert result.returncode == 7
    heading, *lines = result.stderr.splitlines()
    assert heading.startswith("animeloop-mock: the last 20 requests")
    assert len(lines) == 20
    assert all(ANSWERED.search(line) for line in lines)
    assert run("exec", *python(ASK, "/auth/token")).stderr == ""
    assert run("exec", *python("raise SystemExit(7)")).stderr == ""
    assert run("exec", "--quiet", *python(FAIL, "/auth/token")).stderr == ""


@pytest.mark.parametrize("flags", [[], ["--quiet"], ["--log-format", "json"]])
def test_a_log_file_has_every_request_and_the_output_none(tmp_path: Path, flags: list[str]) -> None:
    file = tmp_path / "mock.log"
    file.write_text("of the last run")
    paths = ["/auth/token"] * 30
    result = run("exec", "--log-file", str(file), *flags, *python(FAIL, *paths))
    assert (result.returncode, result.stderr) == (7, "")
    lines = file.read_text().splitlines()
    assert len(lines) == 30
    assert all(line.startswith("{") == ("json" in flags) for line in lines)


def test_a_log_file_that_cannot_be_written_is_bad_usage() -> None:
    result = run("exec", "--log-file", "/nowhere/log", *python("print('ran')"))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "animeloop-mock: --log-file /nowhere/log: No such file or directory\n"


FULL = "animeloop-mock: --log-file /dev/full: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_log_that_cannot_be_written_hides_no_status_of_the_command(quiet: list[str]) -> None:
    flags = ["--log-file", "/dev/full", *quiet]
    failed = run("exec", *flags, *python(FAIL, "/auth/token"))
    assert (failed.returncode, failed.stderr) == (7, FULL)
    passed = run("exec", *flags, *python(ASK, "/auth/token"))
    assert (passed.returncode, passed.stderr) == (2, FULL)
    assert run("exec", *flags, "--", "no-such-command-anywhere").returncode == 127
    silent = run("exec", *flags, *python("pass"))
    assert (silent.returncode, silent.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes keep their size here")
def test_a_log_that_nobody_reads_does_not_hold_up_the_end(tmp_path: Path) -> None:
    fifo = tmp_path / "log"
    os.mkfifo(fifo)
    end = os.open(fifo, os.O_RDWR)
    try:
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
        result = run("exec", "--log-file", str(fifo), *python(ASK, *["/auth/token"] * 60))
        assert (result.returncode, result.stderr) == (0, "")
    finally:
        os.close(end)


def test_the_log_file_called_dash_is_standard_error(tmp_path: Path) -> None:
    result = run("exec", "--log-file", "-", *python(ASK, "/auth/token"), cwd=tmp_path)
    assert result.returncode == 0
    assert ANSWERED.search(result.stderr)
    assert list(tmp_path.iterdir()) == []


def test_help_tells_the_defaults_of_exec() -> None:
    text = " ".join(run("exec", "--help").stdout.split())
    assert "port to listen on (default: any free one)" in text
    assert "7775" not in text
    assert "--watch" not in text
    assert "--log-file FILE" in text


def test_the_environment_is_the_one_documented() -> None:
    names = ("ANIMELOOP_MOCK_URL", "ANIMELOOP_API_URL", "ANIMELOOP_MOCK_COOKIE")
    code = f"import os; print(*(os.environ[name] for name in {names!r}))"
    url, api_url, cookie = run("exec", *python(code)).stdout.split()
    assert api_url == url + "/api/v2"
    assert cookie == DOCUMENTED_COOKIE


def test_the_admin_token_is_in_the_environment_as_the_help_and_the_guide_say() -> None:
    name = "ANIMELOOP_MOCK_ADMIN_TOKEN"
    code = f"import os; print(os.environ.get({name!r}))"
    assert run("exec", *python(code)).stdout == "None\n"
    assert run("exec", "--admin-token", "sesame", *python(code)).stdout == "sesame\n"
    assert name in run("exec", "--help").stdout
    assert f"`{name}`" in (ROOT / "docs" / "ci.md").read_text()


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
def test_what_listens_on_all_addresses_is_reached_on_loopback(host: str, reached: str) -> None:
    code = "print(*(os.environ[name] for name in ('ANIMELOOP_MOCK_URL', 'NO_PROXY')))"
    result = run("exec", "--host", host, *python(f"{ASK}{code}", "/auth/token"))
    if "cannot listen" in result.stderr:
        pytest.skip(f"this machine has no {host}")
    reply, shown = result.stdout.splitlines()
    assert '"code":1320001' in reply
    url, names = shown.split()
    assert url.startswith(f"http://{reached}:")
    assert reached in names.split(",")


def test_flags_of_serve_apply() -> None:
    result = run(
        "exec", "--scenario", "db-down", "--log-format", "text", *python(ASK, "/auth/token")
    )
    assert '"code":1950301' in result.stdout
    assert "scenario db-down: find_user failed" in result.stderr


@pytest.mark.parametrize("status", [0, 1, 42])
def test_the_status_is_the_commands(status: int) -> None:
    assert run("exec", *python(f"raise SystemExit({status})")).returncode == status


def test_a_command_that_is_not_found_is_127() -> None:
    result = run("exec", "--", "no-such-command-anywhere")
    assert result.returncode == 127
    assert "no-such-command-anywhere: No such file" in result.stderr


def test_a_signal_that_ends_the_command_is_128_more() -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run("exec", *python(code)).returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1,
        signal.SIGUSR2, signal.SIGALRM,
    ],
)  # fmt: skip
def test_signals_are_forwarded(number: int) -> None:
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(0.05)"  # pause() misses a signal that comes just before it
    )
    with warm.start("exec", *python(code), stdout=PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 7


def test_short_coverage_is_status_1_with_the_missing_pairs() -> None:
    paths = ("/auth/token", "/auth/token/new", "/auth/token/revoke", "/auth/token")
    covered = python(ASK, *paths)
    assert run("exec", "--require-coverage", "30", *covered).returncode == 0
    result = run("exec", "--require-coverage", "31", *covered)
    assert result.returncode == 1
    told = "30.8 % of the documented pairs of the token page were answered, 31 % are required"
    assert told in result.stderr
    assert result.stderr.count("\n  /auth/token") == 9
    assert "the last" not in result.stderr, "the command has not failed"
    assert run("exec", "--require-coverage", "31", *python("raise SystemExit(5)")).returncode == 5


LOG_IN = """
import os, sys, urllib.parse, urllib.request
fields = {"username": os.environ["ANIMELOOP_MOCK_USERNAME"],
          "password": os.environ["ANIMELOOP_MOCK_PASSWORD"], "g-recaptcha-response": "x"}
data = urllib.parse.urlencode(fields).encode()
reply = urllib.request.urlopen(os.environ["ANIMELOOP_API_URL"] + "/auth/login", data)
print(reply.read().decode(), reply.headers["Set-Cookie"])
"""


@pytest.mark.parametrize("profile", PROFILES)
def test_the_command_finds_a_user_to_log_in(profile: str) -> None:
    stale = {"ANIMELOOP_MOCK_USERNAME": "stale", "ANIMELOOP_MOCK_PASSWORD": "stale"}
    result = run("exec", "--profile", profile, *python(LOG_IN), environment=stale)
    assert (result.returncode, result.stderr) == (0, "")
    assert '"code":1220001' in result.stdout
    assert "animeloop.auth.sid=" in result.stdout


def test_without_a_user_to_log_in_there_are_no_credentials(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("users: [{username: anna}]")
    stale = {"ANIMELOOP_MOCK_USERNAME": "stale", "ANIMELOOP_MOCK_PASSWORD": "stale"}
    names = python("import os; print([n for n in os.environ if n.endswith(('NAME', 'WORD'))])")
    result = run("exec", "--fixtures", str(tmp_path), *names, environment=stale)
    assert "ANIMELOOP" not in result.stdout
    assert (result.returncode, result.stderr) == (0, "")


def test_coverage_is_that_of_a_page() -> None:
    flags = ("--require-coverage", "3", "--coverage-page")
    assert run("exec", *flags, "account", *python(LOG_IN)).returncode == 0
    assert run("exec", *flags, "all", *python(LOG_IN)).returncode == 1
    result = run("exec", *flags, "token", *python(LOG_IN))
    assert result.returncode == 1
    assert "0 % of the documented pairs of the token page were answered" in result.stderr


def test_a_pair_that_the_profile_never_sends_is_told() -> None:
    result = run("exec", "--profile", "server", "--require-coverage", "100", *python("pass"))
    assert result.returncode == 1
    assert "\n  /auth/token 1940103 (profile server never sends it)\n" in result.stderr
    assert "\n  /auth/token 1940102\n" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "expected '--' and a command"),
        (["--"], "expected a command after '--'"),
        (["--require-coverage", "101", "--", "true"], "expected a number from 0 to 100"),
        (["--scenario", "nope", "--", "true"], "unknown scenario 'nope'"),
        (["--watch", "--", "true"], "exec does not support --watch: its fixtures never reload"),
        (["--log-file", "", "--", "true"], "--log-file: expected a file name"),
        (["--scenrio", "x", "--", "true"], "unknown flag '--scenrio'; did you mean '--scenario'?"),
    ],
)
def test_bad_usage_is_status_2(arguments: list[str], words: str) -> None:
    result = run("exec", *arguments)
    assert result.returncode == 2
    assert words in result.stderr
