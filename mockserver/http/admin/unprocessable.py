"""Builds 422 problems, for requests that parse but are invalid."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from mockserver.errors import clipped, did_you_mean, shortened
from mockserver.fixtures.validate import KeyPath
from mockserver.http.problems import ProblemError

# One reply reports at most this many errors and valid names.
MAX_ERRORS: Final = 20
MAX_LISTED: Final = 100
_MAX_KEY: Final = 100
_MAX_DETAIL: Final = 500


def unprocessable(detail: str, **members: object) -> ProblemError:
    """Return a 422 problem. `members` are additional members of the document."""
    return ProblemError(422, "Cannot be done", detail, **members)


def invalid_body(problems: Iterable[tuple[KeyPath, str]]) -> ProblemError:
    """Return a 422 problem with at most MAX_ERRORS errors, each with a JSON pointer (RFC 6901)."""
    found = iter(problems)
    errors = [
        {
            "pointer": "".join(f"/{_escape(key)}" for key in path),
            "detail": clipped(message, _MAX_DETAIL),
        }
        for path, message in islice(found, MAX_ERRORS)
    ]
    detail = "; ".join(f"{error['pointer'] or 'the body'}: {error['detail']}" for error in errors)
    if next(found, None) is not None:
        detail += "; and more"
    return unprocessable(detail, errors=errors)


def one_of(text: str, name: str, valid: Iterable[str]) -> str:
    """Return the text if it is one of these names. `name` is the kind of name, for messages.

    Raises ProblemError (422) otherwise. It lists at most MAX_LISTED valid names, without overlong
    ones.
    """
    names = list(valid)
    if text in names:
        return text
    listed = [one for one in names if len(one) <= _MAX_KEY][:MAX_LISTED]
    hint = did_you_mean(text, names) or expected(listed)
    raise unprocessable(f"unknown {name} {shortened(text)}{hint}", valid=listed)


def expected(names: Iterable[str]) -> str:
    """Return `; expected one of a, b`, to append to a message."""
    listed = ", ".join(names)
    return f"; expected one of {listed}" if listed else "; this call takes none"


def _escape(key: str | int) -> str:
    return clipped(str(key), _MAX_KEY).replace("~", "~0").replace("/", "~1")
