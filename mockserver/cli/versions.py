"""The versions that matter in a report of a bug."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

# Redis is the client, which comes with an extra.
_LIBRARIES: Final = ("falcon", "msgspec", "PyJWT", "PyYAML", "waitress", "redis")


def versions() -> Iterator[str]:
    """Yield a line for Python and the system, and one for the libraries that are installed."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    yield f"{python} on {platform.system()} {platform.machine()}"
    yield ", ".join(f"{name} {found}" for name in _LIBRARIES if (found := _installed(name)))


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
