"""Whether some sequential order explains what concurrent calls on one register have returned.

The register holds a user's token. A history is linearizable if each call can be given one moment
between its invocation and its response so that, in the order of these moments, every read returns
what was written last (Herlihy and Wing, 1990).

The checker follows Lowe's just-in-time linearization (2017): it goes through the history once,
and keeps every state in which the register may be, together with which of the calls that are still
open have had their moment. A call is given its moment only when one that returns needs it. That is
exact, and fast as long as few calls are open at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


@dataclass(frozen=True)
class Call:
    """One call that has returned; times from one monotonic clock.

    A write leaves `token` in the register, None for a revoked one; a read has returned it.
    """

    invoked: int
    returned: int
    writes: bool
    token: str | None

    def __str__(self) -> str:
        verb = "wrote" if self.writes else "read"
        return f"{self.invoked}..{self.returned} {verb} {self.token}"


class _Possible(NamedTuple):
    """The register's token, and the open calls that have had their moment."""

    token: str | None
    done: frozenset[int]


_States: TypeAlias = set[_Possible]


def unexplained(calls: Iterable[Call], initial: str | None = None) -> Sequence[Call]:
    """The first call that no order explains, with those that were open when it returned.

    Empty where the history is linearizable.
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
    """Invocations and responses in order; at one time invocations first: those calls overlap."""
    invocations = [(call.invoked, False, number) for number, call in enumerate(history)]
    return sorted(invocations + [(call.returned, True, n) for n, call in enumerate(history)])


def _after_return(states: _States, number: int, open_calls: dict[int, Call]) -> _States:
    """The states that are possible once this call has had its moment."""
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
