"""Arguments of the client's calls, checked and completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mockserver.api.common import BASE_PATH
from mockserver.errors import UsageError
from mockserver.state.clock import monotonic
from mockserver.state.times import parse_duration

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

# The most that the control plane sends at once.
_PAGE_SIZE: Final = 1000


def api_path(path: str) -> str:
    """Return a path below an `api_url`. Raises UsageError if it would not join to an endpoint."""
    if path and not path.startswith("/"):
        raise UsageError(f"expected a path that begins with a slash, such as '/{path}'")
    if path.startswith(BASE_PATH + "/"):
        short = path.removeprefix(BASE_PATH)
        raise UsageError(f"expected a path without {BASE_PATH}, such as {short!r}, got {path!r}")
    return path


def refuse_settings(taker: str, given: Iterable[str]) -> None:
    """Raise UsageError for settings of `serve` that have no use in a test."""
    for name in ("watch", "port_file"):
        if name in given:
            raise UsageError(f"{taker} takes no {name!r}")


def page_size(limit: int | None, found: int) -> int:
    """Return how many items to ask for, if so many are found of at most `limit`."""
    return _PAGE_SIZE if limit is None else min(_PAGE_SIZE, limit - found)


def session_times(ttl: str | None, expires: str | None) -> dict[str, str]:
    """Return the members of a body that say how long a session lives."""
    given = {"ttl": ttl, "expires": expires}
    return {name: text for name, text in given.items() if text is not None}


def time_left(wait: str, begin: float) -> str | None:
    """Return what is left of a duration that began at this reading of `monotonic`, or None."""
    left_ms = parse_duration(wait) - (monotonic() - begin) * 1000
    return f"{round(left_ms)}ms" if left_ms >= 1 else None
