"""The banner fits a screen, names what there is, and is a script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from mockserver.api.account.page import LOG_IN
from mockserver.api.dashboard.page import CREATE_TOKEN, LIST_TOKENS, REMOVE_TOKEN
from mockserver.api.profiles import PROFILES
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.cli.banner import Addresses, banner
from mockserver.cli.shell import WIDTH
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.rules import Rules
from mockserver.sandbox.sandbox import Sandbox
from tests.helpers.app import ManualClock
from tests.helpers.text import SHIPPED

URL = "http://127.0.0.1:7775"
LAN = "http://192.168.1.20:7775"
ROWS = 24 - 2  # without the announcement and the row of the cursor
WARNING = (
    "/a/rather/long/path/of/fixtures.yaml:40:15: username: warning: unknown user 'gone': 1940102"
)
TOKEN = "-" + "t" * 31
TOKEN_CODES = dict.fromkeys(code.number for one in TOKENS.endpoints for code in one.codes)
CODES = [*TOKEN_CODES, LOG_IN.success.number]
OF_DASHBOARD = [
    *dict.fromkeys(
        code.number for one in (LIST_TOKENS, CREATE_TOKEN, REMOVE_TOKEN) for code in one.codes
    ),
    LOG_IN.success.number,
]


def shown(
    path: Path = SHIPPED,
    addresses: Addresses | None = None,
    *,
    profile: str = "documented",
    scenario: str = "normal",
    shown_path: str = "",
    notes: Sequence[str] = (),
) -> list[str]:
    clock = ManualClock()
    sandbox = Sandbox("default", load_fixtures(path), Rules(clock, PROFILES[profile], scenario))
    where = Path(shown_path or path)
    return list(banner(addresses or Addresses(URL), sandbox, clock, where, notes))


def commands(lines: list[str]) -> dict[int, list[str]]:
    """The words of each command, by the code that the comment above them promises."""
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", "")
    comment = " ".join(line.removeprefix("# ") for line in lines if line.startswith("#"))
    promised = re.search(r"((?:[0-9]+, )+[0-9]+), then a login:$", comment)
    assert promised is not None
    numbers = [*map(int, promised[1].split(", ")), LOG_IN.success.number]
    return dict(zip(numbers, map(shlex.split, text.split("\n")), strict=True))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("notes", [[], [WARNING], ["reachable", f"token: {TOKEN}", WARNING]])
@pytest.mark.parametrize("lan_url", [None, LAN])
@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:65535", "http://localhost:7775"])
def test_it_fits_a_screen_together_with_the_announcement(
    url: str, lan_url: str | None, notes: list[str], profile: str
) -> None:
    addresses = Addresses(url, lan_url, token=TOKEN if lan_url else "")
    lines = shown(addresses=addresses, profile=profile, notes=notes)
    assert len(lines) <= ROWS
    assert max(map(len, lines)) <= WIDTH
    assert list(commands(lines)) == (OF_DASHBOARD if profile == "dashboard" else CODES)


def test_notes_are_comments_and_none_is_left_out() -> None:
    notes = [f"{WARNING} {number}" for number in range(30)]
    lines = shown(notes=[*notes, "two\nlines; echo x"])
    text = " ".join(line.removeprefix("# ") for line in lines if line.startswith("# "))
    assert [note for note in notes if f"{note} " not in text] == []
    assert list(commands(lines)) == CODES


@pytest.mark.parametrize("profile", PROFILES)
def test_it_has_the_codes_of_the_token_page_and_one_login(profile: str) -> None:
    found = commands(shown(profile=profile))
    codes = OF_DASHBOARD if profile == "dashboard" else CODES
    assert list(found) == codes
    for number in codes[:-1]:
        assert "/api/v2/auth/token" in " ".join(found[number])


def test_it_names_the_page_how_to_switch_and_the_address_for_phones() -> None:
    text = "\n".join(shown(addresses=Addresses(URL, LAN)))
    assert f"# page: {URL}/__admin/ " in text
    assert "# switch: animeloop-mock scenario db-down\n" in text
    assert f"# from a phone: {LAN}/api/v2\n" in text


@pytest.mark.parametrize("token", ["…", TOKEN])
def test_switching_says_which_mock_and_which_token(token: str) -> None:
    lines = shown(addresses=Addresses("http://127.0.0.1:8", token=token))
    text = " ".join(line.removeprefix("# ") for line in lines)
    assert f"scenario db-down --url http://127.0.0.1:8 --admin-token={token} " in text


def test_without_a_control_plane_there_is_neither() -> None:
    text = "\n".join(shown(addresses=Addresses(URL, has_page=False)))
    assert "__admin" not in text
    assert "switch" not in text
    assert "phone" not in text


@pytest.mark.parametrize("path", ["a" * 300, "\n; echo x"])
def test_a_path_stays_in_the_comment(path: str) -> None:
    lines = shown(shown_path=path)
    assert max(map(len, lines)) <= WIDTH
    first = "".join(line.removeprefix("# ") for line in lines if line.startswith("# "))
    assert re.match(r"[0-9]+ users, [0-9]+ sessions from ", first)
    assert not any(line.startswith(";") for line in lines)


LONG_COOKIE = f"""
users: [{{username: a, token: x.y.z}}]
sessions: [{{sid: {"s" * 2000}, username: a}}]
"""
LONG_PASSWORD = f"users: [{{username: a, password: {'p' * 2000}}}]"


@pytest.mark.parametrize(
    ("fixtures", "number"), [(LONG_COOKIE, 1320002), (LONG_PASSWORD, LOG_IN.success.number)]
)
def test_long_values_make_way_for_forced_codes(tmp_path: Path, fixtures: str, number: int) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(fixtures)
    lines = shown(path)
    assert len(lines) <= ROWS
    assert f"Prefer: code={number}" in commands(lines)[number]


def test_the_login_sends_a_form_and_keeps_the_cookie(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "users:\n"
        "  - {username: nobody}\n"
        "  - {username: down, password: x, scenario: db-down}\n"
        "  - {username: a b, password: 'it''s=&+%'}\n"
        "recaptcha: {accept: [yes-1]}\n"
    )
    command = commands(shown(path))[LOG_IN.success.number]
    assert command[:2] == ["curl", f"{URL}/api/v2/auth/login"]
    assert command[command.index("-c") + 1] == "cookies"
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
    command = commands(shown(tmp_path, scenario=scenario))[LOG_IN.success.number]
    assert command[-2:] == ["-H", f"Prefer: code={LOG_IN.success.number}"]
