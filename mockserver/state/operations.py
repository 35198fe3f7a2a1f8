"""The operations that requests carry out on state, which faults can delay or fail."""

from __future__ import annotations

from enum import Enum


class Operation(Enum):
    """Where a fault strikes."""

    DATABASE = "database"
    FIND_USER = "find_user"
    SAVE_TOKEN = "save_token"
    SESSION_STORE = "session-store"
    REQUEST = "request"

    def covers(self, operation: Operation) -> bool:
        """Whether a fault on this operation strikes that one; `database` is any on users."""
        if self is Operation.DATABASE:
            return operation in (Operation.FIND_USER, Operation.SAVE_TOKEN)
        return self is operation
