"""Each setting of `serve`: its flag and its variable give the same, and what it is for happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.main import _settings
from mockserver.cli.parser import parse
from mockserver.errors import UsageError
from mockserver.server.settings import SETTINGS, ServeSettings, Setting, from_environment
from tests.helpers.text import NOON_MS

# A value that is not the default, as text and as the setting has it; and a text that is refused.
VALUES: dict[str, tuple[str, Any, str]] = {
    "host": ("::1", "::1", ""),
    "port": ("0", 0, "65536"),
    "port_file": ("x", Path("x"), ""),
    "fixtures": ("dir", Path("dir"), ""),
    "scenario": ("db-down", "db-down", ""),
    "profile": ("documented", "documented", "real"),
    "http_status": ("from-code", "from-code", "from_code"),
    "watch": ("1", True, "maybe"),
    "freeze_clock": ("2026-01-01T12:00:00Z", NOON_MS, "1960-01-01T00:00:00Z"),
    "seed": ("-5", -5, "five"),
    "admin_token": ("t", "t", ""),
    "disable_admin": ("true", True, "2"),
    "admin_allow_host": ("a, b", ("a", "b"), ","),
    "admin_allow_origin": ("http://a", ("http://a",), ","),
    "cors_allow_header": ("X-A, x-b", ("X-A", "x-b"), ","),
    "max_request_journal_entries": ("5", 5, "0"),
    "no_request_journal": ("yes", True, "never"),
    "max_sandboxes": ("7", 7, "-1"),
    "state": ("redis://h:1/2", "redis://h:1/2", "http://h"),
    "state_namespace": ("team-a", "team-a", "{a}"),
    "threads": ("9", 9, "1001"),
    "log_format": ("json", "json", "xml"),
    "color": ("never", "never", "sometimes"),
    "quiet": ("on", True, "x"),
}  # fmt: skip


def settings(*arguments: str, **environment: str) -> ServeSettings:
    return _settings(parse(list(arguments)), environment)


def test_every_setting_is_tried_here() -> None:
    assert set(VALUES) == {setting.field for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.field)
def test_flag_and_variable_set_the_same_field(setting: Setting) -> None:
    text, value, _ = VALUES[setting.field]
    by_flag = settings(setting.flag) if setting.is_switch else settings(f"{setting.flag}={text}")
    by_variable = settings(**{setting.variable: text})
    assert by_flag == by_variable
    assert getattr(by_flag, setting.field) == value
    others = [s.field for s in SETTINGS if s.field != setting.field]
    assert all(getattr(by_flag, name) == getattr(ServeSettings(), name) for name in others)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.field)
def test_a_wrong_value_is_refused_with_its_source(setting: Setting) -> None:
    wrong = VALUES[setting.field][2]
    if not setting.is_switch:
        with pytest.raises(UsageError, match=f"^{setting.flag}: expected .*, got {wrong!r}$"):
            settings(f"{setting.flag}={wrong}")
    if wrong:
        with pytest.raises(UsageError, match=f"^{setting.variable}: expected .*, got {wrong!r}$"):
            settings(**{setting.variable: wrong})


@pytest.mark.parametrize(
    ("flag", "text", "wrong"),
    [
        ("--admin-allow-host", "a:80", "a:80"),
        ("--admin-allow-host", "a, b:80", "b:80"),
        ("--admin-allow-origin", "http://a, http://b/c", "http://b/c"),
        ("--cors-allow-header", "X-A, X B", "X B"),
        ("--cors-allow-header", "*", "*"),
    ],
)
def test_of_a_list_the_entry_that_is_wrong_is_named_once(flag: str, text: str, wrong: str) -> None:
    with pytest.raises(UsageError) as refused:
        settings(f"{flag}={text}")
    assert str(refused.value).endswith(f", not {wrong!r}")
    assert str(refused.value).count(wrong) == 1


def test_a_port_file_cannot_be_standard_output() -> None:
    with pytest.raises(UsageError, match=r"^--port-file: expected a file name.*, got '-'$"):
        settings("--port-file", "-")
    assert settings("--port-file", "./-").port_file == Path("-")


@pytest.mark.parametrize("flag", ["--cors-allow-header", "--admin-allow-host"])
def test_a_flag_that_takes_a_list_can_be_repeated(flag: str) -> None:
    found = settings(flag, "a,b", f"{flag}=c", "--port=1", "--port=2")
    assert getattr(found, flag[2:].replace("-", "_")) == ("a", "b", "c")
    assert found.port == 2
    with pytest.raises(UsageError, match=f"^{flag}: "):
        settings(flag, "a", flag, "")


def test_a_flag_wins_over_a_variable() -> None:
    assert settings("--port=1", ANIMELOOP_MOCK_PORT="2").port == 1


def test_what_kubernetes_injects_and_what_is_empty_is_ignored() -> None:
    given = {"ANIMELOOP_MOCK_PORT": "tcp://10.0.0.1:7775", "ANIMELOOP_MOCK_FIXTURES": ""}
    assert from_environment(given) == {}
