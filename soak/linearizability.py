"""Checks the linearizability of concurrent calls on one register.

The register holds a user's token. A history is linearizable if each call can be given one moment
between its invocation and its response so that, in the order of these moments, every read returns
the last written value (Herlihy and Wing, 1990).

The checker uses Lowe's just-in-time linearization (2017). It goes through the history once. It
keeps every possible state of the register, with the open calls that have already taken effect. A
call takes effect only when a returning call needs it. This is exact, and fast if few calls are open
at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


@dataclass(frozen=True)
class Call:
    """One completed call, with times in ns from one monotonic clock.

    `token` is the value that the call wrote or read. None is a revoked or missing token.
    """

    invoked: int
    returned: int
    writes: bool
    token: str | None

    def __str__(self) -> str:
        verb = "wrote" if self.writes else "read"
        return f"{self.invoked}..{self.returned} {verb} {self.token}"


class _Possible(NamedTuple):
    """The register's token, and the open calls that have already taken effect."""

    token: str | None
    done: frozenset[int]


_States: TypeAlias = set[_Possible]


def unexplained(calls: Iterable[Call], initial: str | None = None) -> Sequence[Call]:
    """Return the first call that no order explains, and the calls open at its return.

    The result is empty if the history is linearizable.
    """
    history = list(calls)
    states: _States = {_Possible(initial, frozenset())}
    open_calls: dict[int, Call] = {}
    for _, returns, number in _events(history):
        if not returns:
            open_calls[number] = history[number]
            continue
        states = _after_return(states, number, open_calls)
        call = open_calls.pop(number)
        if not states:
            return [call, *open_calls.values()]
    return []


def _events(history: Sequence[Call]) -> list[tuple[int, bool, int]]:
    """Return invocations and responses by time. At equal times the calls overlap."""
    invocations = [(call.invoked, False, number) for number, call in enumerate(history)]
    return sorted(invocations + [(call.returned, True, n) for n, call in enumerate(history)])


def _after_return(states: _States, number: int, open_calls: dict[int, Call]) -> _States:
    """Return the possible states after this call has taken effect."""
    possible: _States = set()
    seen = set(states)
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        if number in state.done:
            possible.add(_Possible(state.token, state.done - {number}))
            continue
        for other, call in open_calls.items():
            if other in state.done or not (call.writes or call.token == state.token):
                continue
            following = _Possible(call.token, state.done | {other})
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return possible
