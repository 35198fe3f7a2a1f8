"""Faults and scenarios, as data."""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

from mockserver.state.operations import Operation

MAX_DELAY_MS: Final = 600_000

# Operations after which something is stored, and those of services that the API asks.
WRITES: Final = (Operation.SAVE_TOKEN, Operation.SAVE_USER, Operation.SAVE_SESSION)
_SERVICES: Final = (Operation.RECAPTCHA, Operation.SEND_MAIL)


class ErrorKind(Enum):
    """The ways in which an operation can fail. Each operation has one."""

    DATABASE = "database"
    UNAVAILABLE = "unavailable"

    @classmethod
    def of(cls, operation: Operation) -> ErrorKind:
        """Return how this operation fails. Operation `request` cannot fail."""
        return cls.UNAVAILABLE if operation in _SERVICES else cls.DATABASE


class Wire(Enum):
    """The ways in which an exchange can break on the wire."""

    RESET = "reset"
    EMPTY = "empty"
    TRUNCATE = "truncate"
    MALFORMED = "malformed"
    HTML = "html"

    @property
    def replaces_reply(self) -> bool:
        """Whether the fault replaces the reply. A truncated reply is still the API's own."""
        return self is not Wire.TRUNCATE

    @property
    def needs_socket(self) -> bool:
        """Whether the fault breaks the connection. The other faults are ordinary replies."""
        return self in (Wire.RESET, Wire.EMPTY, Wire.TRUNCATE)


class Fault(Struct, frozen=True, kw_only=True):
    """One fault, with the fields of the fixtures. Durations are in milliseconds.

    `delay_ms` is the shortest and the longest delay. None for `endpoint` or `username` means any.
    """

    operation: Operation = Operation.DATABASE
    endpoint: str | None = None
    username: str | None = None
    fails: bool = False
    after_commit: bool = False
    wire: Wire | None = None
    delay_ms: tuple[int, int] | None = None
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seed: int | None = None
    starts_after_ms: int = 0
    lasts_ms: int | None = None


class Scenario(Struct, frozen=True):
    """A named list of faults."""

    name: str
    description: str = ""
    faults: tuple[Fault, ...] = ()
