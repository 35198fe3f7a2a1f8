"""A mock of the Animeloop token API, for tests."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockserver.version import __version__

if TYPE_CHECKING:
    from mockserver.api import create_app

__all__ = ["__version__", "create_app"]


def __getattr__(name: str) -> Any:
    """Import the API when it is asked for: `animeloop-mock schema` needs no web framework."""
    if name == "create_app":
        return import_module("mockserver.api").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
