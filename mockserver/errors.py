"""The errors of this package; all of them derive from `MockError`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import islice
from typing import Final

_MAX_QUOTED: Final = 100
_MAX_COMPARED: Final = 500
_MAX_LISTED: Final = 30
_MAX_COMPARED_LENGTH: Final = 100
# Comparing two names takes cubic time where both are hostile: only so many are compared in full.
_MAX_CANDIDATES: Final = 20


def shortened(text: str) -> str:
    """Quoted, and cut where it is long."""
    return repr(text if len(text) <= _MAX_QUOTED else text[:_MAX_QUOTED] + "…")


class MockError(Exception):
    """Base of every error that this package raises on purpose; its text is fit for a user."""


class UsageError(MockError):
    """A flag, an environment variable or an argument is wrong (exit status 2)."""


class CannotBindError(MockError):
    """The address cannot be listened on (exit status 3)."""


class StoreUnavailableError(MockError):
    """A store could not carry out an operation, as when its database is down."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation} failed: database error")
        self.operation = operation


class NotFoundError(MockError):
    """There is no such thing."""


class ConflictError(MockError):
    """What is asked contradicts the state."""


class FullError(ConflictError):
    """There is no room for more until something is deleted."""


class LimitError(MockError):
    """There is no room for more."""


class UnknownNameError(MockError):
    """A name was asked for that does not exist; carries the names that do."""

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.valid: Sequence[str] = sorted(islice(valid, _MAX_COMPARED))
        hint = did_you_mean(name, self.valid)
        if not hint and 0 < len(self.valid) <= _MAX_LISTED:
            hint = "; expected one of " + ", ".join(self.valid)
        super().__init__(f"unknown {kind} {shortened(name)}{hint}")


class ImpossibleError(MockError):
    """What is asked for makes sense, but the server that carries the mock cannot do it."""


class FixtureError(MockError):
    """The fixtures cannot be used.

    `problems` holds all mistakes, each as `path:line:column: key: message`; `illustrated` is their
    text with the lines that they stand on.
    """

    def __init__(self, problems: Sequence[str], illustrated: Sequence[str] = ()) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
        self.illustrated = "\n".join(illustrated or problems)


def nearest(name: str, valid: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The valid name most like `name`; None where none is near.

    `cutoff` is how alike they must be, from 0 to 1.
    """
    if len(name) > _MAX_COMPARED_LENGTH:
        return None
    from difflib import SequenceMatcher, get_close_matches  # noqa: PLC0415  only mistakes pay for it

    folded = {candidate.casefold(): candidate for candidate in islice(valid, _MAX_COMPARED)}
    matcher = SequenceMatcher(b=name.casefold())
    promising = []
    for candidate in folded:
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() >= cutoff and (likeness := matcher.quick_ratio()) >= cutoff:
            promising.append((likeness, candidate))
    candidates = [candidate for _, candidate in nlargest(_MAX_CANDIDATES, promising)]
    found = get_close_matches(name.casefold(), candidates, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def did_you_mean(name: str, valid: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean 'x'?` with the nearest valid name; nothing where none is near."""
    found = nearest(name, valid, cutoff)
    return "" if found is None else f"; did you mean {found!r}?"
