"""Starts the mock of a test session, before the client is imported."""

from __future__ import annotations

from typing import Final

import pytest

from animeloop_mock_pytest import options
from mockserver.testing.launch import Launch

_SETTINGS: Final = ("profile", "http-status", "seed", "freeze-clock", "scenario")


def launched(config: pytest.Config) -> Launch | None:
    """Launch a mock with the settings of the options, or return None if one runs already."""
    if options.value(config, "url") is not None:
        return None
    given = {name.replace("-", "_"): options.value(config, name) for name in _SETTINGS}
    return Launch({"quiet": True, "port": 0, "fixtures": options.fixtures(config), **given})
