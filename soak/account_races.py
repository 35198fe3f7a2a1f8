"""Concurrent calls on one session, and on a few accounts, are linearizable.

The callers are threads. How they reach the mock is up to the caller of `race`: through sockets in
the soak, in process in the test suite.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from random import Random
from typing import Final

from soak.account_calls import NAMES, SID, USERS, Exchange, account_call, session_call
from soak.account_model import AccountCall, AccountState, SessionCall, SessionState
from soak.linearizability import first_unexplained
from soak.replies import BrokenReplyError

# The code for a session that has ended, by profile.
REFUSALS: Final = {"documented": 1940103, "server": 1940102}
Connect = Callable[[], AbstractContextManager[Exchange]]


class Racer(threading.Thread):
    """Sends its share of the calls in sequence, and keeps what came of them."""

    def __init__(
        self, connect: Connect, rng: Random, calls: int, refusal: int, code_of: Callable[[str], str]
    ) -> None:
        super().__init__(daemon=True)
        self._connect, self._rng, self._calls = connect, rng, calls
        self._refusal, self._code_of = refusal, code_of
        self.of_session: list[SessionCall] = []
        self.of_accounts: dict[str, list[AccountCall]] = {name: [] for name in NAMES}
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            with self._connect() as exchange:
                for _ in range(self._calls):
                    self._call(exchange)
        except (BrokenReplyError, OSError, LookupError, ValueError) as error:
            self.failures.append(f"a call failed: {type(error).__name__}: {error}")

    def _call(self, exchange: Exchange) -> None:
        if self._rng.random() < 0.5:
            self.of_session.append(session_call(self._rng, exchange, self._refusal))
        else:
            name = self._rng.choice(NAMES)
            self.of_accounts[name].append(account_call(self._rng, exchange, name, self._code_of))


def race(racers: Sequence[Racer]) -> None:
    """Run all callers to their end."""
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()


def failures(racers: Sequence[Racer]) -> list[str]:
    """Return what failed, and the calls that no sequential order explains."""
    found = [failure for racer in racers for failure in racer.failures]
    calls = [call for racer in racers for call in racer.of_session]
    start = SessionState(USERS[0], tuple((user, None) for user in USERS))
    found += _unexplained(f"session {SID}", first_unexplained(calls, start))
    for name in NAMES:
        about = [call for racer in racers for call in racer.of_accounts[name]]
        found += _unexplained(f"account {name}", first_unexplained(about, AccountState(False)))
    return found


def codes(racers: Sequence[Racer]) -> Counter[int]:
    """Count the codes of the replies."""
    found: Counter[int] = Counter()
    for racer in racers:
        found.update(call.code for call in racer.of_session)
        for calls in racer.of_accounts.values():
            found.update(call.code for call in calls)
    return found


def _unexplained(what: str, wrong: Sequence[object]) -> list[str]:
    if not wrong:
        return []
    return [f"{what}: no sequential order explains\n  " + "\n  ".join(map(str, wrong))]
