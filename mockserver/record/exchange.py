"""One exchange, a request and its reply, as journal and request log record it."""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.api.page import Endpoint, Pair, Reply
from mockserver.api.trace import Trace
from mockserver.faults.model import Wire
from mockserver.record.transcript import Transcript

# The status of an exchange whose reply was not sent.
NOT_SENT: Final = 0
_EXCHANGE_BYTES: Final = 158
# Includes `data`, which is at most one token.
_OUTCOME_BYTES: Final = 420
# A step with its facts: numbers, short texts, and names that the state shares.
_STEP_BYTES: Final = 170


class Outcome(Struct, frozen=True, gc=False):
    """The result of a request to an endpoint, and the reason for it.

    `reply` is None if a wire fault replaced it. `scenario` is None if a code was forced.
    """

    reply: Reply | None
    username: str | None
    sid: str | None
    scenario: str | None
    trace: Trace
    wire: Wire | None = None

    @property
    def size(self) -> int:
        """The approximate memory in bytes. Only names and the number of steps vary."""
        step = _STEP_BYTES if self.scenario is None else _STEP_BYTES + len(self.scenario)
        size = _OUTCOME_BYTES + self.trace.length * step
        if self.sid is not None:
            size += getsizeof(self.sid)
        return size if self.username is None else size + getsizeof(self.username)


class Exchange(Struct, frozen=True, gc=False):
    """One request and its reply.

    `status` is the HTTP status, 0 if none was sent. `code` is the code in the envelope, or None.
    `outcome` is None if the request reached no endpoint; `note` then says why. `transcript` is None
    if the request did not reach the application, or if there is no journal. `sandbox_id` is None if
    it belongs to no sandbox.
    """

    method: str
    path: str
    status: int
    code: int | None = None
    endpoint: Endpoint | None = None
    outcome: Outcome | None = None
    note: str = ""
    duration_ms: float = 0.0
    transcript: Transcript | None = None
    sandbox_id: str | None = None

    @property
    def size(self) -> int:
        """The approximate memory in bytes while a journal or log holds it."""
        texts = getsizeof(self.path) + getsizeof(self.method) + getsizeof(self.note)
        size = _EXCHANGE_BYTES + texts + (0 if self.outcome is None else self.outcome.size)
        return size if self.transcript is None else size + self.transcript.size

    @property
    def covered(self) -> tuple[Pair, bool] | None:
        """The pair that the client received, and whether its code was forced; else None."""
        outcome = self.outcome
        if self.endpoint is None or outcome is None or outcome.wire is not None:
            return None
        if outcome.reply is None or self.code is None:
            return None
        return (self.endpoint, outcome.reply.code), outcome.scenario is None

    @property
    def username(self) -> str | None:
        return None if self.outcome is None else self.outcome.username

    @property
    def scenario(self) -> str | None:
        """The scenario that applied, or None."""
        return None if self.outcome is None else self.outcome.scenario

    @property
    def why(self) -> str:
        """A short reason for the reply."""
        return self.note if self.outcome is None else self.outcome.trace.why()

    @property
    def explain(self) -> list[str]:
        """The steps that led to the reply, as sentences."""
        return [self.note] if self.outcome is None else self.outcome.trace.sentences()


Observer: TypeAlias = Callable[[Exchange], None]
