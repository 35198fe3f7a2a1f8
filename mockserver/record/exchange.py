"""One request and what was answered, as the journal and the access log see it."""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from typing import Final, TypeAlias

from msgspec import Struct

from mockserver.api.page import Endpoint, Pair, Reply
from mockserver.api.trace import Trace
from mockserver.faults.model import Wire

_EXCHANGE_BYTES: Final = 150
# With `data`, which is at most a token that the state holds too, or a new one.
_OUTCOME_BYTES: Final = 420
# A step with its facts: names that the state holds too, numbers, and short texts.
_STEP_BYTES: Final = 170


class Outcome(Struct, frozen=True, gc=False):
    """What became of a request to an endpoint, and why.

    `reply` is None where a wire fault took the place of any; `scenario` is None where a code was
    forced.
    """

    reply: Reply | None
    username: str | None
    sid: str | None
    scenario: str | None
    trace: Trace
    wire: Wire | None = None

    @property
    def size(self) -> int:
        """Bytes of memory, roughly. Texts of requests, and the number of steps, are what varies."""
        step = _STEP_BYTES if self.scenario is None else _STEP_BYTES + len(self.scenario)
        size = _OUTCOME_BYTES + self.trace.length * step
        if self.sid is not None:
            size += getsizeof(self.sid)
        return size if self.username is None else size + getsizeof(self.username)


class Exchange(Struct, frozen=True, gc=False):
    """`outcome` is None, and `note` says why, where no endpoint was reached.

    `status` is the HTTP status, 0 where none was sent; `code` is the one in the envelope, None
    where the reply has none.
    """

    method: str
    path: str
    status: int
    code: int | None = None
    endpoint: Endpoint | None = None
    outcome: Outcome | None = None
    note: str = ""
    duration_ms: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of memory that it takes while a journal or a log holds it, roughly."""
        texts = getsizeof(self.path) + getsizeof(self.method) + getsizeof(self.note)
        return _EXCHANGE_BYTES + texts + (0 if self.outcome is None else self.outcome.size)

    @property
    def covered(self) -> tuple[Pair, bool] | None:
        """The pair that a client got an example of, and whether its code was forced."""
        outcome = self.outcome
        if self.endpoint is None or outcome is None or outcome.wire is not None:
            return None
        if outcome.reply is None:
            return None
        return (self.endpoint, outcome.reply.code), outcome.scenario is None

    @property
    def username(self) -> str | None:
        return None if self.outcome is None else self.outcome.username

    @property
    def why(self) -> str:
        """In a few words why it was answered as it was."""
        return self.note if self.outcome is None else self.outcome.trace.why()

    @property
    def explain(self) -> list[str]:
        """Step by step why it was answered as it was."""
        return [self.note] if self.outcome is None else self.outcome.trace.sentences()


Observer: TypeAlias = Callable[[Exchange], None]
