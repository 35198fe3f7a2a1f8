"""The decision step of a request, between `begin` and `commit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from mockserver.api.page import Endpoint
from mockserver.api.service import Service
from mockserver.api.trace import Step, Trace
from mockserver.credentials.cookies import Presented
from mockserver.credentials.jwt import issuer_of
from mockserver.faults.draw import Hit
from mockserver.faults.faulty_store import Delay, FaultyStore, Strikes
from mockserver.record.exchange import Outcome
from mockserver.sandbox.backend import (
    NO_CHANGES,
    NO_CONTENT,
    Changes,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.snapshot_store import SnapshotStore
from mockserver.state.operations import Operation
from mockserver.state.store import Store
from mockserver.state.waits import Delays

# With a frozen clock, a delay must not check its fault in a busy loop.
_LEAST_REVIEW_MS: Final = 50


class Reviewer(Protocol):
    """Checks whether the faults behind a delay still apply."""

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, or None if they do."""


class Decider:
    """Decides requests from snapshots. It changes no state itself."""

    def __init__(self, backend: Reviewer, service: Service, delays: Delays) -> None:
        self._backend = backend
        self.service = service
        self._delays = delays

    def decide(  # noqa: PLR0917  what a request consists of
        self,
        snapshot: Snapshot,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        trace: Trace,
        content: Content = NO_CONTENT,
        before: CommitResult = CommitResult.DONE,
    ) -> tuple[Outcome, Changes]:
        """Return the outcome of a request and the changes to commit.

        Carries out the delays of its faults, unless they were before. `before` is the result of the
        commit of an earlier decision. Adds
        every step to `trace`.
        """
        if prefer.code is not None:
            trace.add(Step.CODE_FORCED, prefer.code.number)
            is_known = snapshot.is_live or content.names is not None
            user, username = (snapshot.user, snapshot.username) if is_known else (None, None)
            reply = self.service.forced(prefer.code, user)
            return Outcome(reply, username, snapshot.sid, None, trace), NO_CHANGES
        if snapshot.elsewhere is not None and snapshot.sid is not None:
            trace.add(Step.SESSION_ELSEWHERE, snapshot.sid, snapshot.elsewhere)
        if before is CommitResult.FULL:
            trace.add(Step.FULL)
        made = SnapshotStore(snapshot, full=before is CommitResult.FULL)
        store: Store = made
        wire = None
        touched = True
        if snapshot.hits:
            is_done = snapshot.was_delayed or before is CommitResult.FULL
            delay = _no_delay if is_done else self._delay_for(snapshot)
            strikes = Strikes(snapshot.hits, trace, delay)
            wire = strikes.wire()
            if wire is not None and wire.replaces_reply:
                outcome = Outcome(
                    None, snapshot.username, snapshot.sid, snapshot.scenario, trace, wire
                )
                return outcome, NO_CHANGES
            store = FaultyStore(made, strikes)
            touched = not any(
                hit.fails and hit.operation is Operation.SESSION_STORE for hit in snapshot.hits
            )
        reply = self.service.answer(
            endpoint,
            presented,
            snapshot.proof,
            content.fields,
            store,
            issuer_of(snapshot.jwt_secret),
            snapshot.now_ms,
            trace,
        )
        sid = snapshot.sid if reply.session is None else reply.session.sid
        outcome = Outcome(reply, snapshot.username, sid, snapshot.scenario, trace, wire)
        return outcome, made.changes(touched)

    def _delay_for(self, snapshot: Snapshot) -> Delay:
        def delay(seconds: float, hits: Sequence[Hit]) -> str | None:
            left_ms = [hit.until_ms - snapshot.now_ms for hit in hits if hit.until_ms is not None]
            review_s = max(min(left_ms), _LEAST_REVIEW_MS) / 1000 if left_ms else None
            return self._delays.delay(
                seconds, lambda: self._backend.why_gone(snapshot, hits), review_s
            )

        return delay


def _no_delay(_seconds: float, _hits: Sequence[Hit]) -> None:
    return None
