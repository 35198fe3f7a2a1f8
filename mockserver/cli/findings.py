"""How mistakes and warnings of fixtures are shown: on a terminal with the lines they stand on."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mockserver.errors import FixtureError
from mockserver.fixtures import Fixtures
from mockserver.record.text import printable


def mistakes(error: FixtureError) -> str:
    """All mistakes, fit for standard error."""
    return printable(error.illustrated if _is_terminal() else str(error))


def warnings(fixtures: Fixtures) -> Iterable[str]:
    """The warnings, fit for standard error."""
    for warning in fixtures.warnings:
        yield printable(warning.illustrated if _is_terminal() else str(warning))


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
