"""The operations of requests that faults can delay or fail."""

from __future__ import annotations

from enum import Enum
from typing import Final

# The first name of `session_store`, which is still read.
FORMER_SESSION_STORE: Final = "session-store"


class Operation(Enum):
    """An operation that a fault can hit."""

    DATABASE = "database"
    FIND_USER = "find_user"
    FIND_TOKEN = "find_token"
    SAVE_TOKEN = "save_token"
    SAVE_USER = "save_user"
    SESSION_STORE = "session_store"
    SAVE_SESSION = "save_session"
    RECAPTCHA = "recaptcha"
    SEND_MAIL = "send_mail"
    REQUEST = "request"

    @classmethod
    def _missing_(cls, value: object) -> Operation | None:
        return cls.SESSION_STORE if value == FORMER_SESSION_STORE else None

    def covers(self, operation: Operation) -> bool:
        """Whether a fault on this operation hits that one. `database` covers its operations."""
        if self is Operation.DATABASE:
            return operation in _OF_DATABASE
        return self is operation


_OF_DATABASE: Final = frozenset({
    Operation.FIND_USER, Operation.FIND_TOKEN, Operation.SAVE_TOKEN, Operation.SAVE_USER,
})  # fmt: skip
