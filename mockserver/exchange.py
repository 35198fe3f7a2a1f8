"""One request and what was answered, as observers (the access log) see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from mockserver.sandbox import Outcome


@dataclass(frozen=True, slots=True)
class Exchange:
    """`outcome` is None, and `note` says why, where no endpoint was reached.

    `status` is the HTTP status, `code` the one in the envelope (None where the reply has none).
    """

    method: str
    path: str
    status: int
    code: int | None = None
    outcome: Outcome | None = None
    note: str = ""

    @property
    def username(self) -> str | None:
        return None if self.outcome is None else self.outcome.username

    @property
    def why(self) -> str:
        """In a few words why it was answered as it was."""
        return self.note if self.outcome is None else self.outcome.trace.why()


Observer: TypeAlias = Callable[[Exchange], None]
