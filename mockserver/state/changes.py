"""The differences between a store and the fixtures that it was made from."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mockserver.state.model import Session, User


class StoreChanges(Struct, frozen=True):
    """A copy of a store's differences, made in one step.

    - `prefix` is put before the session ids of the fixtures. Those in `sessions` have it.
    - `start_ms` and `now_ms` are times of its clock, in milliseconds since 1970.
    - `users` and `sessions` were added or changed. None marks a deleted entry of the fixtures.
    - `expiries_ms` are the expiry times of sessions whose ttl was renewed.
    """

    prefix: str
    start_ms: int
    now_ms: int
    users: Mapping[str, User | None]
    sessions: Mapping[str, Session | None]
    expiries_ms: Mapping[str, int]
