"""422: what can be read, and makes no sense."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from mockserver.errors import did_you_mean, shortened
from mockserver.fixtures.validate import KeyPath
from mockserver.http.problems import ProblemError

# How much of what is wrong, or would be right, one reply tells.
MAX_ERRORS: Final = 20
MAX_LISTED: Final = 100
_MAX_KEY: Final = 100
_MAX_DETAIL: Final = 500


def unprocessable(detail: str, **members: object) -> ProblemError:
    """422 with this detail; `members` are further members of the document."""
    return ProblemError(422, "Cannot be done", detail, **members)


def invalid_body(problems: Iterable[tuple[KeyPath, str]]) -> ProblemError:
    """422 with each problem and a JSON pointer (RFC 6901) to its place, at most MAX_ERRORS."""
    found = iter(problems)
    errors = [
        {
            "pointer": "".join(f"/{_escape(key)}" for key in path),
            "detail": _cut(message, _MAX_DETAIL),
        }
        for path, message in islice(found, MAX_ERRORS)
    ]
    detail = "; ".join(f"{error['pointer'] or 'the body'}: {error['detail']}" for error in errors)
    if next(found, None) is not None:
        detail += "; and more"
    return unprocessable(detail, errors=errors)


def one_of(text: str, name: str, valid: Iterable[str]) -> str:
    """The text, if it is one of these names; `name` says what they are names of.

    Where it is none, raises ProblemError (422) that lists those of the names that are not long, at
    most MAX_LISTED.
    """
    names = list(valid)
    if text in names:
        return text
    listed = [one for one in names if len(one) <= _MAX_KEY][:MAX_LISTED]
    hint = did_you_mean(text, names) or expected(listed)
    raise unprocessable(f"unknown {name} {shortened(text)}{hint}", valid=listed)


def expected(names: Iterable[str]) -> str:
    """`; expected one of a, b`, to be appended to what is wrong."""
    listed = ", ".join(names)
    return f"; expected one of {listed}" if listed else "; this call takes none"


def _escape(key: str | int) -> str:
    return _cut(str(key), _MAX_KEY).replace("~", "~0").replace("/", "~1")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"
