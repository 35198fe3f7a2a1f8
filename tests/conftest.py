"""Fixtures for all tests."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import SHIPPED

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("soak", deadline=None, max_examples=1000, database=None)
settings.load_profile("repeatable")

# A job in the background of a shell ignores SIGINT, one under `nohup` SIGHUP. The processes that
# tests start would inherit that, and rightly not stop. They do not inherit a handler.
for _name in ("SIGINT", "SIGHUP"):  # Windows has no SIGHUP
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


@pytest.fixture
def shipped() -> Mock:
    """A mock on the shipped fixtures."""
    return Mock(SHIPPED)


@pytest.fixture
def mock(tmp_path: Path) -> MakeMock:
    """Makes a mock from the text of a fixture file; keyword arguments are those of create_app."""

    def make(fixtures: str = "", **options: Any) -> Mock:
        path = tmp_path / "fixtures.yaml"
        path.write_text(fixtures, encoding="utf-8")
        return Mock(path, **options)

    return make
