"""`verify` with the password of a user, as a user runs it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server, run
from tests.helpers.warm import PIPE

PASSWORD = "imjohnsmith777"
ACCOUNTS = f"""
users:
  - {{username: haruhi, password: {PASSWORD}, email: haruhi@example.org, token: issue}}
recaptcha: {{accept: [ok, 03AHJ_Vuv]}}
"""


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_with_a_password_it_logs_in_and_leaves_no_session(profile: str, tmp_path: Path) -> None:
    fixtures, file = tmp_path / "accounts.yaml", tmp_path / "verify.xml"
    fixtures.write_text(ACCOUNTS)
    with Server("--quiet", "--fixtures", str(fixtures), "--profile", profile) as server:
        flags = ["--username", "haruhi", "--password", PASSWORD, "--recaptcha", "03AHJ_Vuv"]
        target = f"http://127.0.0.1:{server.port}"
        flags += ["--target", target, "--profile", profile, "--junit", str(file)]
        result = run("verify", *flags)
        left = server.exchange(b"GET /__admin/sessions HTTP/1.0\r\nHost: localhost\r\n\r\n")
        users = server.exchange(b"GET /__admin/users HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert (result.returncode, result.stderr) == (0, "")
    assert "  pass      /auth/login            1220001 login successfully.\n" in result.stdout
    assert b'"sessions":[]' in left
    assert users.count(b'"username"') == 1
    for told in (result.stdout, file.read_text()):
        assert PASSWORD not in told
        assert "03AHJ_Vuv" not in told


def test_a_wrong_password_is_status_2(tmp_path: Path) -> None:
    fixtures = tmp_path / "accounts.yaml"
    fixtures.write_text(ACCOUNTS)
    with Server("--quiet", "--fixtures", str(fixtures)) as server:
        flags = ["--username", "haruhi", "--password", "wrong-password"]
        result = run("verify", "--target", f"http://127.0.0.1:{server.port}", *flags)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--username: http://127.0.0.1:" in result.stderr
    assert "wrong-password" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_session_that_it_opened(number: int, tmp_path: Path) -> None:
    fixtures = tmp_path / "slow.yaml"
    fixtures.write_text(
        ACCOUNTS + "scenarios: {slow: {faults: [\n"
        "  {endpoint: /auth/token/revoke, delay: 10m, skip: 1, times: 1}]}}\n"
    )
    flags = ["--fixtures", str(fixtures), "--scenario", "slow", "--log-format", "json"]
    with Server(*flags) as server:
        command = ["verify", "--timeout", "60"]
        command += ["--username", "haruhi", "--password", PASSWORD]
        command += ["--target", f"http://127.0.0.1:{server.port}"]
        with warm.start(*command, stdout=PIPE, stderr=PIPE) as process:
            server.log_until('"code": 1340401')
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE_S)
        left = server.exchange(b"GET /__admin/sessions HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert process.returncode == 130
    assert (out, err) == ("", "")
    assert b'"sessions":[]' in left
