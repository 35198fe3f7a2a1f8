"""Where no browser is, its tests are skipped with a reason, or fail where it is required."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.helpers import browser


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.EXECUTABLE, raising=False)
    monkeypatch.delenv(browser.REQUIRED, raising=False)
    return tmp_path


def test_a_machine_without_a_browser_skips_and_says_what_is_missing(nothing: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="this machine has none of chromium, "):
        browser.launched().__enter__()


def test_where_a_browser_is_required_its_absence_is_a_failure(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(browser.REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="is set, but this machine has none of"):
        browser.launched().__enter__()


def test_without_playwright_the_reason_is_another(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(pytest.skip.Exception, match="playwright is not installed"):
        browser.launched().__enter__()


def test_the_browser_is_found_by_name_unless_one_is_given(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.executable() is None
    for name in ("google-chrome", "chromium"):
        program = nothing / name
        program.touch(mode=0o755)
        assert browser.executable() == str(program)
    monkeypatch.setenv(browser.EXECUTABLE, "/opt/another")
    assert browser.executable() == "/opt/another"
