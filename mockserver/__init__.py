"""A mock of the Animeloop token API, for tests."""

from __future__ import annotations

from mockserver.version import __version__

TYPE_CHECKING = False  # typing takes 10 ms to import, in which Ctrl-C would be a traceback
if TYPE_CHECKING:
    from typing import Any

    from mockserver.server.application import create_app
    from mockserver.testing.live import MockServer
    from mockserver.testing.login import LoginError

__all__ = ["LoginError", "MockServer", "__version__", "create_app"]

_HOMES = {
    "create_app": "mockserver.server.application",
    "LoginError": "mockserver.testing.login",
    "MockServer": "mockserver.testing.live",
}


def __getattr__(name: str) -> Any:
    """Import the API when it is asked for: `animeloop-mock schema` needs no web framework."""
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
