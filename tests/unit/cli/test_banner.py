"""The banner: `curl` commands that fit a screen."""

from __future__ import annotations

import shlex
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from mockserver.api.account.page import LOG_IN
from mockserver.api.profiles import PROFILES
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.cli.banner import banner
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.sandbox.rules import Rules
from mockserver.sandbox.sandbox import Sandbox
from tests.helpers.app import ManualClock
from tests.helpers.text import SHIPPED

COLUMNS, ROWS = 80, 24


def lines(
    fixtures: Fixtures, profile: str = "documented", scenario: str = "normal", port: int = 7775
) -> list[str]:
    clock = ManualClock()
    sandbox = Sandbox("default", fixtures, Rules(clock, PROFILES[profile], scenario))
    return list(banner(f"http://127.0.0.1:{port}/api/v2", sandbox, clock, SHIPPED))


def commands(
    fixtures: Fixtures, profile: str = "documented", scenario: str = "normal"
) -> dict[int, list[str]]:
    shown = (line.split(": ", 1) for line in lines(fixtures, profile, scenario)[1:-1])
    return {int(number): shlex.split(command) for number, command in shown}


@pytest.mark.parametrize("profile", PROFILES)
def test_it_fits_a_screen_with_the_address(profile: str) -> None:
    shown = ["animeloop-mock is listening on http://127.0.0.1:65535/api/v2"]
    shown += lines(load_fixtures(SHIPPED), profile, port=65535)
    assert sum(-(-len(line) // COLUMNS) for line in shown) < ROWS


@pytest.mark.parametrize("profile", PROFILES)
def test_it_has_the_codes_of_the_token_page_and_one_login(profile: str) -> None:
    codes = {code.number for endpoint in TOKENS.endpoints for code in endpoint.codes}
    shown = commands(load_fixtures(SHIPPED), profile=profile)
    assert shown.keys() == codes | {LOG_IN.success.number}
    for number in codes:
        assert "/api/v2/auth/token" in " ".join(shown[number])


def test_the_login_sends_a_form_and_keeps_the_cookie(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(
        "users:\n"
        "  - {username: nobody}\n"
        "  - {username: down, password: x, scenario: db-down}\n"
        "  - {username: a b, password: 'it''s=&+%'}\n"
        "recaptcha: {accept: [yes-1]}\n"
    )
    command = commands(load_fixtures(file))[LOG_IN.success.number]
    assert command[:2] == ["curl", "http://127.0.0.1:7775/api/v2/auth/login"]
    assert command[command.index("-c") + 1]
    assert parse_qs(command[command.index("-d") + 1]) == {
        "username": ["a b"], "password": ["it's=&+%"], "g-recaptcha-response": ["yes-1"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("users", "scenario"),
    [("{username: a}", "normal"), ("{username: a, password: p}", "db-flaky")],
)
def test_a_login_that_does_not_work_every_time_is_forced(
    users: str, scenario: str, tmp_path: Path
) -> None:
    (tmp_path / "f.yaml").write_text(f"users: [{users}]")
    command = commands(load_fixtures(tmp_path), scenario=scenario)[LOG_IN.success.number]
    assert command[-2:] == ["-H", f"Prefer: code={LOG_IN.success.number}"]
