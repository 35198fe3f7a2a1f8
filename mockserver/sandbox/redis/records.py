"""The stored forms of a sandbox's state, its users and its sessions.

Users and sessions are the records of `state/model.py` as JSON, so a field that is added there needs
no change here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from mockserver.errors import StateUnavailableError
from mockserver.state.model import Session, User

R = TypeVar("R", User, Session)
P = ParamSpec("P")
V = TypeVar("V")
Raw = bytes | None
"""A value as Redis has it, or None."""

# The keys of the whole mock, and those of one sandbox.
CENTRAL: Final = ("server", "fixtures", "sandboxes", "owners", "coverage", "sizes")
PARTS: Final = (
    "state", "users", "tokens", "sessions", "expiries", "dates", "owned", "journal",
    "journal-evicted", "outbox", "outbox-evicted", "coverage",
)  # fmt: skip
_MOST_REMEMBERED: Final = 1000  # bytes
_SERIAL_BITS: Final = 52  # which Lua and JSON hold exactly


def fresh_serial() -> int:
    """Return a number that distinguishes a generation, a reset or a run from all others."""
    return secrets.randbits(_SERIAL_BITS) or 1


def reads(what: str) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Let a function that reads a value of Redis raise StateUnavailableError for a wrong one."""

    def decorate(read: Callable[P, V]) -> Callable[P, V]:
        @wraps(read)
        def checked(*arguments: P.args, **options: P.kwargs) -> V:
            try:
                return read(*arguments, **options)
            except (ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError):
                raise StateUnavailableError(
                    f"Redis cannot be used: {what} is stored there as no mock stores it"
                ) from None

        return checked

    return decorate


class SandboxRecord(Struct, frozen=True):
    """The hash `state` of a sandbox. Times are in milliseconds since 1970.

    - `generation` changes with each reset and reload, `resets` with each reset.
    - `fixtures` is the digest of the fixtures that it was made from.
    - `wanted_start` is the scenario that was asked for, `start_scenario` the one that a reset sets.
    - `frozen_ms` is where the clock stands, or None. `offset_ms` is how far it was moved.
    - `dates_after_ms`: tokens of the fixtures' users are dated later. `dates_gone_ms`: those of
      others are, too.
    - `ttl_ms` is how long it may idle, None for ever. `faults` is what `StoredFaults` describes.
    - `greatest_uid` is that of added users, or None. `*_added` say by how many there are more users
      and sessions than in the fixtures.
    - `next_token_id` is behind all ids of listed tokens that were used since the start, or 0.
    """

    generation: int
    resets: int
    fixtures: str
    scenario: str
    start_scenario: str
    wanted_start: str
    start_ms: int
    frozen_ms: int | None = None
    offset_ms: int = 0
    dates_after_ms: int = -1
    dates_gone_ms: int = -1
    ttl_ms: int | None = None
    faults: str = ""
    greatest_uid: int | None = None
    users_added: int = 0
    sessions_added: int = 0
    next_token_id: int = 0

    def now_ms(self, base_ms: int) -> int:
        """Return the sandbox's time when its base clock says `base_ms`."""
        return base_ms + self.offset_ms if self.frozen_ms is None else self.frozen_ms

    @property
    def first_date_ms(self) -> int:
        """The date of the tokens that the fixtures ask to issue at the start."""
        return max(self.start_ms, self.dates_after_ms + 1)

    def pairs(self) -> list[str]:
        """Return fields and values as Redis takes them."""
        named = ((field, getattr(self, field)) for field in FIELDS)
        return [text for name, value in named for text in (name, text_of(value))]


FIELDS: Final = SandboxRecord.__struct_fields__
_TEXTS: Final = frozenset({"fixtures", "scenario", "start_scenario", "wanted_start", "faults"})


def text_of(value: str | int | None) -> str:
    """Return a field's value as Redis has it."""
    return "" if value is None else str(value)


@reads("a sandbox")
def sandbox_record(values: bytes) -> SandboxRecord:
    """Read the values of FIELDS, which have zero bytes between them."""
    # Long ones hold counters of faults, which change with each request.
    return _remembered(values) if len(values) <= _MOST_REMEMBERED else _read(values)


def _read(values: bytes) -> SandboxRecord:
    read: dict[str, Any] = {}
    for field, text in zip(FIELDS, values.decode().split("\0"), strict=True):
        if field in _TEXTS:
            read[field] = text
        elif text:
            read[field] = int(text)
    return SandboxRecord(**read)


_remembered: Final = lru_cache(1024)(_read)
_USER: Final = msgspec.json.Decoder(User)
_SESSION: Final = msgspec.json.Decoder(Session)
encode: Final = msgspec.json.Encoder().encode


@reads("a user")
def user_in(stored: bytes) -> User | None:
    """Read a stored user. None marks a deleted user of the fixtures."""
    text = stored[stored.index(b"|") + 1 :]
    return _USER.decode(text) if text else None


@reads("a session")
def session_in(stored: bytes) -> Session | None:
    """Read a stored session. None marks a deleted session of the fixtures."""
    text = stored[stored.index(b"|") + 1 :]
    return _SESSION.decode(text) if text else None


@reads("the place of a user or session")
def in_order(stored: Mapping[bytes, bytes]) -> list[tuple[str, bytes]]:
    """Return names and stored entries in the order of their creation."""
    rows = ((int(value.split(b"|", 1)[0]), name, value) for name, value in stored.items())
    return [(name.decode(), value) for _, name, value in sorted(rows)]


def hash_of(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    """Return a hash from Redis' list of fields and values."""
    return dict(zip(flat[::2], flat[1::2], strict=True))
