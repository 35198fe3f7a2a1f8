"""Steps aside where another package is called `mockserver`."""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

_OURS: Final = Path(__file__).resolve().parent.parent / "mockserver"
_NAME: Final = "mockserver"


class AnimeloopMockWarning(pytest.PytestWarning):
    """A warning of the pytest plugin of animeloop-mock."""


def other_package() -> str | None:
    """Return where another package called `mockserver` is, or None if ours is imported.

    Two distributions may have put their files into one folder: then it is ours too.
    """
    module = sys.modules.get(_NAME)
    if module is None:
        try:
            spec = find_spec(_NAME)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            return "it cannot be found"
        places, origin = list(spec.submodule_search_locations or ()), spec.origin
    else:
        places, origin = list(getattr(module, "__path__", ())), getattr(module, "__file__", None)
    if any(Path(place).resolve() == _OURS for place in places):
        return None
    return str(origin or (places[0] if places else "unknown"))


def require_own(what: str, error: type[Exception] | None = None) -> None:
    """Fail the test if another package is in the way; with `error`, raise this one."""
    __tracebackhide__ = True
    other = other_package()
    if other is None:
        return
    text = (
        f"{what} is not available, because another package is called mockserver: {other}; "
        "rename it, or run its tests apart from those of animeloop-mock"
    )
    if error is not None:
        raise error(text)
    pytest.fail(text, pytrace=False)


def warn(config: pytest.Config) -> None:
    """Warn once in a run if another package is in the way."""
    worker = getattr(config, "workerinput", {}).get("workerid", "gw0")
    if worker != "gw0":
        return
    other = other_package()
    if other is None:
        return
    text = (
        f"the fixtures of animeloop-mock are not available, because another package is called "
        f"mockserver: {other}"
    )
    try:
        warnings.warn(AnimeloopMockWarning(text), stacklevel=1)
    except AnimeloopMockWarning:  # warnings are errors here, but this is none of the tests
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"warning: {text}")
