"""The errors of this package. All of them derive from `MockError`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import islice
from typing import Final

_MAX_QUOTED: Final = 100
_MAX_COMPARED: Final = 500
_MAX_LISTED: Final = 30
_MAX_COMPARED_LENGTH: Final = 100
# Comparing two hostile names takes cubic time, so only this many are compared in full.
_MAX_CANDIDATES: Final = 20


def shortened(text: str) -> str:
    """Quote a text, and truncate it if it is long."""
    return repr(clipped(text, _MAX_QUOTED))


def clipped(text: str, most: int) -> str:
    """Return the text, cut after `most` characters if it has more."""
    return text if len(text) <= most else text[:most] + "…"


class MockError(Exception):
    """Base class of all errors that this package raises on purpose. Their text is for users."""


class UsageError(MockError):
    """A flag, an environment variable or an argument is wrong (exit status 2)."""


class NoStateError(MockError):
    """The mock cannot reach the state that it is to share (exit status 3)."""


class CannotBindError(MockError):
    """The mock cannot listen on the address (exit status 3)."""


class StoreUnavailableError(MockError):
    """A store operation failed, for example because its database is down."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation} failed: database error")
        self.operation = operation


class StateUnavailableError(MockError):
    """The state of the mock cannot be reached, for example because Redis is down."""


class NotFoundError(MockError):
    """The named thing does not exist."""


class ConflictError(MockError):
    """The request conflicts with the current state."""


class FullError(ConflictError):
    """A limit is reached; deleting something makes room."""


class LimitError(MockError):
    """A limit of the server is reached."""


class UnknownNameError(MockError):
    """A name does not exist. `valid` has the names that do."""

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.valid: Sequence[str] = sorted(islice(valid, _MAX_COMPARED))
        hint = did_you_mean(name, self.valid)
        if not hint and 0 < len(self.valid) <= _MAX_LISTED:
            hint = "; expected one of " + ", ".join(self.valid)
        super().__init__(f"unknown {kind} {shortened(name)}{hint}")


class ImpossibleError(MockError):
    """The request is valid, but the server that runs the mock cannot carry it out."""


class FixtureError(MockError):
    """The fixtures are invalid.

    `problems` are all mistakes, each as `path:line:column: key: message`. `illustrated` is the same
    text with the source line of each mistake.
    """

    def __init__(self, problems: Sequence[str], illustrated: Sequence[str] = ()) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
        self.illustrated = "\n".join(illustrated or problems)


def nearest(name: str, valid: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the valid name most similar to `name`, or None.

    `cutoff` is the least similarity, from 0 to 1.
    """
    if len(name) > _MAX_COMPARED_LENGTH:
        return None
    folded = {candidate.casefold(): candidate for candidate in islice(valid, _MAX_COMPARED)}
    wanted = name.casefold()
    letters = Counter(wanted)
    promising = []
    for candidate in folded:
        lengths = len(wanted) + len(candidate)
        if 2 * min(len(wanted), len(candidate)) < cutoff * lengths:
            continue
        common = (letters & Counter(candidate)).total()
        if (likeness := 2 * common / lengths if lengths else 1) >= cutoff:
            promising.append((likeness, candidate))
    if not promising:
        return None
    from difflib import get_close_matches  # noqa: PLC0415  only names that resemble others need it

    candidates = [candidate for _, candidate in nlargest(_MAX_CANDIDATES, promising)]
    found = get_close_matches(wanted, candidates, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def did_you_mean(name: str, valid: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `; did you mean 'x'?` with the nearest valid name, or an empty string."""
    found = nearest(name, valid, cutoff)
    return "" if found is None else f"; did you mean {found!r}?"


def distance(text: str, other: str) -> int:
    """Return the Levenshtein distance, or 3 if the lengths differ by more than 2."""
    if abs(len(text) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for position, letter in enumerate(text, 1):
        diagonal, row[0] = row[0], position
        for at, wanted in enumerate(other, 1):
            best = min(diagonal + (letter != wanted), row[at] + 1, row[at - 1] + 1)
            diagonal, row[at] = row[at], best
    return row[-1]
