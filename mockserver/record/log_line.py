"""Formats exchanges as lines of a log: for people in columns, for machines as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from mockserver.api.catalog import ENDPOINTS, EVERY_CODE
from mockserver.api.common import BASE_PATH
from mockserver.record.exchange import NOT_SENT
from mockserver.record.text import one_line, redacted

# The sandbox that a line does not name.
DEFAULT_SANDBOX: Final = "default"
_UNNAMED: Final = (None, DEFAULT_SANDBOX)

_METHOD_WIDTH: Final = len("OPTIONS")
_PATH_WIDTH: Final = max(len(BASE_PATH + endpoint.path) for endpoint in ENDPOINTS)
# Columns grow with what comes, up to these widths: a path under the `api_url` of a sandbox fits.
_MOST_PATH_WIDTH: Final = _PATH_WIDTH + 24
_USER_WIDTH: Final = 10
_MOST_USER_WIDTH: Final = 20

_FAILURES: Final = frozenset(code.number for code in EVERY_CODE if code.http_status >= 500)
_REFUSALS: Final = frozenset(code.number for code in EVERY_CODE if not code.is_success)


class LoggedExchange(Protocol):
    """What a line tells of an exchange: of one in this process, or of an entry of a journal."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def code(self) -> int | None: ...
    @property
    def username(self) -> str | None: ...
    @property
    def scenario(self) -> str | None: ...
    @property
    def why(self) -> str: ...
    @property
    def explain(self) -> Sequence[str]: ...
    @property
    def duration_ms(self) -> float: ...


LineFormat: TypeAlias = Callable[[str, "str | None", LoggedExchange], str]
"""Formats a line. Takes the time as ISO 8601, the id of the sandbox or None, and the exchange."""


class TextLines:
    """For people: `12:30:45.678Z POST    /api/v2/auth/token  200 1320001 alice  0.4ms  …`.

    The columns are time, method, path, status, code, user, duration, and the reason for the reply.
    The reason begins with the id of the sandbox, unless it is the default one. Columns widen for
    what does not fit, so that later lines are aligned again.
    """

    def __init__(self, color: bool = False) -> None:
        self._color = color
        self._path_width = _PATH_WIDTH
        self._user_width = _USER_WIDTH

    def __call__(self, time: str, sandbox_id: str | None, of: LoggedExchange) -> str:
        method, path, user, why = _shown(of.method, of.path, of.username or "-", of.why)
        if self._path_width < len(path) <= _MOST_PATH_WIDTH:
            self._path_width = len(path)
        if self._user_width < len(user) <= _MOST_USER_WIDTH:
            self._user_width = len(user)
        code = "-" if of.code is None else of.code
        took = _took(of.duration_ms)
        of_sandbox = "" if sandbox_id in _UNNAMED else f"[{sandbox_id}] "
        if not self._color:
            return (
                f"{time[11:]} {method:{_METHOD_WIDTH}} {path:{self._path_width}} "
                f"{of.status:3} {code:<7} {user:{self._user_width}} {took:>7}  {of_sandbox}{why}"
            )
        # ECMA-48, select graphic rendition.
        of_sandbox = of_sandbox and f"\x1b[35m{of_sandbox}\x1b[0m"
        return (
            f"\x1b[2m{time[11:]}\x1b[0m {method:{_METHOD_WIDTH}} {path:{self._path_width}} "
            f"\x1b[{_color_of(of)}m{of.status:3} {code:<7}\x1b[0m "
            f"\x1b[36m{user:{self._user_width}}\x1b[0m \x1b[2m{took:>7}\x1b[0m  "
            f"{of_sandbox}{why}"
        )


def json_line(time: str, sandbox_id: str | None, of: LoggedExchange) -> str:
    """For machines: a JSON object. `explain` has all steps, `why` the decisive one."""
    return json.dumps(
        {
            "time": time,
            "sandbox": sandbox_id,
            "method": redacted(of.method),
            "path": redacted(of.path),
            "status": of.status,
            "code": of.code,
            "username": None if of.username is None else redacted(of.username),
            "scenario": of.scenario,
            "why": redacted(of.why),
            "explain": [redacted(sentence) for sentence in of.explain],
            "duration_ms": round(of.duration_ms, 3),
        }
    )


LOG_FORMATS: Final = ("text", "json")


def line_format(log_format: str, color: bool = False) -> LineFormat:
    """Return what formats the lines of a log: one of LOG_FORMATS, text with colors or without."""
    return json_line if log_format == "json" else TextLines(color)


def _shown(*texts: str) -> tuple[str, ...]:
    """Return the texts without secrets and control characters."""
    together = " ".join(texts)
    if together.isprintable() and redacted(together) is together:  # as nearly always
        return texts
    return tuple(one_line(redacted(text)) for text in texts)


def _took(ms: float) -> str:
    if ms <= 0:  # not measured
        return "-"
    return f"{ms:.1f}ms" if ms < 999.95 else f"{ms / 1000:.1f}s"


def _color_of(of: LoggedExchange) -> str:
    """Return the color of status and code: red, yellow or green."""
    if of.status >= 500 or of.status == NOT_SENT or of.code in _FAILURES:
        return "31"
    return "33" if of.status >= 400 or of.code in _REFUSALS else "32"
