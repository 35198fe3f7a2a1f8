"""Formats fixture mistakes and warnings. On a terminal they include the source line."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mockserver.errors import FixtureError
from mockserver.fixtures import Fixtures
from mockserver.record.text import printable


def mistakes(error: FixtureError) -> str:
    """Return all mistakes as text for standard error."""
    return printable(error.illustrated if _is_terminal() else str(error))


def warnings(fixtures: Fixtures) -> Iterable[str]:
    """Yield the warnings as text for standard error."""
    for warning in fixtures.warnings:
        yield printable(warning.illustrated if _is_terminal() else str(warning))


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
