"""The clock of one sandbox in Redis."""

from __future__ import annotations

from mockserver.sandbox.redis.access import Access
from mockserver.sandbox.redis.records import SandboxRecord
from mockserver.state.clock import FrozenClock


class RedisClock:
    """A clock that can be frozen and advanced. It follows the base clock of the process that asks.

    So processes on several machines need machines whose clocks agree.
    """

    def __init__(self, access: Access, sandbox_id: str) -> None:
        self._access = access
        self._id = sandbox_id

    @property
    def frozen(self) -> bool:
        return self.is_frozen(self._access.load(self._id).record)

    def is_frozen(self, record: SandboxRecord) -> bool:
        """Whether the clock of this record stands still."""
        return record.frozen_ms is not None or isinstance(self._access.rules.clock, FrozenClock)

    @property
    def changed(self) -> bool:
        """Whether it was frozen or advanced."""
        record = self._access.load(self._id).record
        return (record.frozen_ms, record.offset_ms) != (None, 0)

    def now_ms(self) -> int:
        return self._access.load(self._id).record.now_ms(self._access.rules.clock.now_ms())

    def freeze(self, at_ms: int) -> None:
        """Stop the clock at this time, in milliseconds since 1970."""
        self._access.apply(self._id, ["set", "frozen_ms", at_ms, "set", "offset_ms", 0])

    def advance(self, ms: int) -> None:
        """Move the clock forward by so many milliseconds, frozen or running."""
        self._access.apply(self._id, ["advance", ms])

    def reset(self) -> None:
        """Follow the base clock again."""
        self._access.apply(self._id, ["set", "frozen_ms", "", "set", "offset_ms", 0])
