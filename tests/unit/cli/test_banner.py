"""The banner fits a screen, names what there is, and is a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockserver.cli.banner import Addresses, banner, login
from mockserver.cli.shell import WIDTH
from mockserver.faults.servers import WAITRESS
from mockserver.fixtures import load_fixtures
from mockserver.server.application import make_backend
from mockserver.server.settings import ServeSettings
from mockserver.state.waits import Delays, Wait
from tests.helpers.app import ManualClock
from tests.helpers.text import SHIPPED

URL = "http://127.0.0.1:7775"
LAN = "http://192.168.1.20:7775"
SCREEN = 24


def shown(path: Path = SHIPPED, url: str = URL, shown_path: str = "", **given: object) -> list[str]:
    clock = ManualClock()
    settings = ServeSettings(fixtures=path)
    backend = make_backend(settings, load_fixtures(path), clock, Delays(Wait.sleep), WAITRESS)
    addresses = Addresses(url, **given)  # type: ignore[arg-type]
    return list(banner(addresses, backend.default, clock, Path(shown_path or path)))


@pytest.mark.parametrize("lan_url", [None, LAN])
@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:65535", "http://localhost:7775"])
def test_it_fits_a_screen_together_with_the_announcement(url: str, lan_url: str | None) -> None:
    lines = shown(url=url, lan_url=lan_url)
    assert len(lines) < SCREEN
    assert max(map(len, lines)) <= WIDTH


def test_it_names_the_page_how_to_switch_and_the_address_for_phones() -> None:
    text = "\n".join(shown(lan_url=LAN))
    assert f"# page: {URL}/__admin/ " in text
    assert "# switch: animeloop-mock scenario db-down\n" in text
    assert f"# from a phone: {LAN}/api/v2\n" in text


def test_switching_says_which_mock_and_that_a_token_is_needed() -> None:
    lines = shown(url="http://127.0.0.1:8", has_token=True)
    text = " ".join(line.removeprefix("# ") for line in lines)
    assert "scenario db-down --url http://127.0.0.1:8 --admin-token … " in text


def test_without_a_control_plane_there_is_neither() -> None:
    text = "\n".join(shown(has_page=False))
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


def test_long_cookies_make_way_for_forced_codes(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(f"users: [{{username: a, token: x.y.z}}]\nsessions: [{{sid: {'s' * 2000}, "
                    "username: a}]\n")  # fmt: skip
    lines = shown(path)
    assert len(lines) < SCREEN
    assert any("'Prefer: code=1320002'" in line for line in lines)


PASSWORD = "users: [{username: a, scenario: db-down, password: wonder1}, {username: b}%s]"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", ["-H", "Prefer: code=1220001"]),
        (", {username: c d, password: p&w=1}",
         ["-c", "cookies", "-d", "username=c+d&password=p%26w%3D1&g-recaptcha-response=x"]),
    ],
)  # fmt: skip
def test_the_login_is_of_the_first_user_who_can(
    tmp_path: Path, more: str, words: list[str]
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(PASSWORD % more)
    assert login("http://x", load_fixtures(path))[-len(words) :] == words


def test_the_login_has_a_recaptcha_value_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("users: [{username: c, password: pw12345}]\nrecaptcha: {accept: [ok]}\n")
    assert login("http://x", load_fixtures(path))[-1].endswith("&g-recaptcha-response=ok")
