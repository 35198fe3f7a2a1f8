"""Checks the linearizability of concurrent calls on one object.

A history is linearizable if each call can be given one moment between its invocation and its
response so that, in the order of these moments, every reply is the one that the object's state
explains (Herlihy and Wing, 1990). Objects that share no state can be checked apart from each other.

The checker uses Lowe's just-in-time linearization (2017). It goes through the history once. It
keeps every possible state of the object, with the open calls that have already taken effect. A
call takes effect only when a returning call needs it. This is exact, and fast if few calls are open
at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

S = TypeVar("S", bound=Hashable)


class Completed(Protocol[S]):
    """One completed call, with times in ns from one monotonic clock."""

    @property
    def invoked(self) -> int: ...
    @property
    def returned(self) -> int: ...
    def after(self, state: S, /) -> Iterable[S]:
        """Return the states that the call can leave. None if its reply cannot be in this state."""


@dataclass(frozen=True)
class Call:
    """A completed call on a register, which holds a token.

    `token` is the value that the call wrote or read. None is a revoked or missing token.
    """

    invoked: int
    returned: int
    writes: bool
    token: str | None

    def after(self, state: str | None) -> Iterable[str | None]:
        return (self.token,) if self.writes or self.token == state else ()

    def __str__(self) -> str:
        verb = "wrote" if self.writes else "read"
        return f"{self.invoked}..{self.returned} {verb} {self.token}"


# A state of the object, and the open calls that have already taken effect.
_Possible: TypeAlias = tuple[S, frozenset[int]]


def unexplained(
    calls: Iterable[Call], initial: str | None = None
) -> Sequence[Completed[str | None]]:
    """Check calls on a register, see `first_unexplained`."""
    return first_unexplained(list(calls), initial)


def first_unexplained(history: Sequence[Completed[S]], initial: S) -> Sequence[Completed[S]]:
    """Return the first call that no order explains, and the calls open at its return.

    The result is empty if the history is linearizable.
    """
    states: set[_Possible[S]] = {(initial, frozenset())}
    open_calls: dict[int, Completed[S]] = {}
    for _, returns, number in _events(history):
        if not returns:
            open_calls[number] = history[number]
            continue
        states = _after_return(states, number, open_calls)
        call = open_calls.pop(number)
        if not states:
            return [call, *open_calls.values()]
    return []


def _events(history: Sequence[Completed[S]]) -> list[tuple[int, bool, int]]:
    """Return invocations and responses by time. At equal times the calls overlap."""
    invocations = [(call.invoked, False, number) for number, call in enumerate(history)]
    return sorted(invocations + [(call.returned, True, n) for n, call in enumerate(history)])


def _after_return(
    states: set[_Possible[S]], number: int, open_calls: Mapping[int, Completed[S]]
) -> set[_Possible[S]]:
    """Return the possible states after this call has taken effect."""
    possible: set[_Possible[S]] = set()
    seen = set(states)
    waiting = list(states)
    while waiting:
        state, done = waiting.pop()
        if number in done:
            possible.add((state, done - {number}))
            continue
        for other, call in open_calls.items():
            if other in done:
                continue
            for left in call.after(state):
                following = (left, done | {other})
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
    return possible
