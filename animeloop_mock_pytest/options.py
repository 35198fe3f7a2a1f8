"""The options of the plugin, which are ini values too."""

from __future__ import annotations

import argparse
import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import pytest

from animeloop_mock_pytest import aside

# Those of `mockserver.api.catalog`, which nothing imports before a test does: the project's own
# `mockserver` may not be importable yet. The first is the default.
PAGES: Final = ("token", "account", "dashboard", "all")
_FLAG: Final = "--animeloop-mock-"
_INI: Final = "animeloop_mock_"
_VARIABLE: Final = "ANIMELOOP_MOCK_"
_PERCENT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]+)?", re.ASCII)
# Settings of a mock that the plugin starts. A running mock has its own.
OF_THE_SERVER: Final = ("fixtures", "profile", "http-status", "seed", "freeze-clock")
# Those that also have a variable, which `exec` and `serve` read too.
_FROM_ENVIRONMENT: Final = ("url", "admin-token", "scenario", *OF_THE_SERVER)
_TEXTS: Final = {
    "url": ("URL", "use the mock that runs at this origin (default: ANIMELOOP_MOCK_URL)"),
    "fixtures": ("PATH", "fixture file or directory, from the rootdir (default: the shipped ones)"),
    "scenario": ("NAME", "scenario that each test's sandbox starts under"),
    "profile": ("NAME", "profile of the mock: documented or server"),
    "http-status": ("MODE", "HTTP status of documented codes: 200 or from-code"),
    "seed": ("N", "make faults that have no seed of their own repeatable"),
    "freeze-clock": ("ISO", "stop the mock's clock at this time, such as 2026-01-01T00:00:00Z"),
    "require-coverage": (
        "PERCENT",
        "fail unless this percentage of the documented (endpoint, code) pairs was answered",
    ),
    "coverage-page": (
        "PAGE",
        "the page of the documentation whose pairs count, or `all` for all pages (default: token)",
    ),
}


def add(parser: pytest.Parser) -> None:
    """Add all options."""
    group = parser.getgroup("animeloop-mock")
    parsers = {"require-coverage": _percent}
    for name, (metavar, text) in _TEXTS.items():
        group.addoption(_FLAG + name, metavar=metavar, help=text, type=parsers.get(name, str))
        _add_ini(parser, name, text)
    group.addoption(
        _FLAG + "admin-token", metavar="TOKEN", help="admin token of this mock, if it requires one"
    )
    strict = "fail a test if the journal of its sandbox has warnings"
    group.addoption(_FLAG + "strict", action="store_true", default=None, help=strict)
    parser.addini(_ini("strict"), strict, type="bool", default=False)


def value(config: pytest.Config, name: str) -> str | None:
    """Return the value of an option: from the command line, a variable, or the ini file."""
    given = config.getoption(_FLAG + name)
    if given is not None:
        return str(given)
    if name in _FROM_ENVIRONMENT and (text := os.environ.get(_variable(name))):
        return text
    return None if name == "admin-token" else _ini_value(config, name)


def source(config: pytest.Config, name: str) -> str:
    """Return in words where the value of an option comes from."""
    if config.getoption(_FLAG + name) is not None:
        return _FLAG + name
    if name in _FROM_ENVIRONMENT and os.environ.get(_variable(name)):
        return _variable(name)
    return f"the ini value {_ini(name)}"


def is_strict(config: pytest.Config) -> bool:
    """Whether warnings in the journal fail a test."""
    given = config.getoption(_FLAG + "strict")
    return bool(config.getini(_ini("strict")) if given is None else given)


def fixtures(config: pytest.Config) -> Path | None:
    """Return the path of the fixtures. A relative one is relative to the rootdir."""
    text = value(config, "fixtures")
    if text is None:
        return None
    from_variable = source(config, "fixtures") == _variable("fixtures")
    return (Path.cwd() if from_variable else config.rootpath) / text


def required_percent(config: pytest.Config) -> float | None:
    """Return the coverage that is required, in percent. Raises UsageError."""
    text = value(config, "require-coverage")
    if text is None:
        return None
    try:
        return _percent(text)
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"{source(config, 'require-coverage')}: {error}") from None


def coverage_page(config: pytest.Config) -> str:
    """Return the name of the page whose pairs count. Raises UsageError."""
    text = value(config, "coverage-page") or PAGES[0]
    if text in PAGES:
        return text
    near = get_close_matches(text, PAGES, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(sorted(PAGES))}"
    raise pytest.UsageError(f"{source(config, 'coverage-page')}: unknown page {text!r}; {hint}")


def check(config: pytest.Config) -> None:
    """Raise UsageError for options that are wrong or contradict each other."""
    if required_percent(config) is not None or value(config, "coverage-page") is not None:
        aside.require_own("the coverage of animeloop-mock", pytest.UsageError)
        coverage_page(config)
    if value(config, "url") is None:
        return
    for name in OF_THE_SERVER:
        if name != "profile" and config.getoption(_FLAG + name) is not None:
            raise pytest.UsageError(
                f"{_FLAG}{name} has no effect on a mock that runs already "
                f"({source(config, 'url')}); give it to that mock"
            )


def ineffective(config: pytest.Config) -> list[str]:
    """Return the ini values that a running mock does not heed."""
    names = (name for name in OF_THE_SERVER if name != "profile")
    return [_ini(name) for name in names if _ini_value(config, name) is not None]


def _percent(text: str) -> float:
    if _PERCENT.fullmatch(text) and float(text) <= 100:
        return float(text)
    raise argparse.ArgumentTypeError(f"expected a number from 0 to 100, got {text!r}")


def _add_ini(parser: pytest.Parser, name: str, text: str) -> None:
    """Add an ini value. In TOML, numbers may stand without quotes, if this pytest allows it."""
    kinds: Any = str | int | float
    try:
        parser.addini(_ini(name), text, type=kinds, default=None)
    except (AssertionError, KeyError, TypeError, ValueError):  # an older pytest takes only one type
        parser.addini(_ini(name), text, default=None)


def _ini_value(config: pytest.Config, name: str) -> str | None:
    given = config.getini(_ini(name))
    return None if given in (None, "") else str(given)


def _ini(name: str) -> str:
    return _INI + name.replace("-", "_")


def _variable(name: str) -> str:
    return _VARIABLE + name.replace("-", "_").upper()
