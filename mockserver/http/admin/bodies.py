"""The types of the control plane's request bodies. Durations and times are as in the fixtures."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.fixtures.field_types import (
    Duration,
    Flag,
    Integer,
    OptionalName,
    OptionalPassword,
    OptionalText,
    OptionalToken,
    Text,
    Time,
)
from mockserver.fixtures.schema import FaultEntry


class NoBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of calls that take none. An empty object is accepted."""


class ScenarioBody(Struct, forbid_unknown_fields=True):
    """`PUT /scenario`."""

    name: Text


class FaultBody(FaultEntry, forbid_unknown_fields=True, kw_only=True):
    """`POST /faults`: a fault as in the fixtures, and its ttl."""

    ttl: Duration | UnsetType = UNSET


class ClockBody(Struct, forbid_unknown_fields=True):
    """`PUT /clock`: exactly one of the two fields."""

    now: Time | UnsetType = UNSET
    advance: Duration | UnsetType = UNSET


class UserBody(Struct, forbid_unknown_fields=True):
    """`PUT /users/{username}`. Replaces the user: a missing field gets its default."""

    username: Text | UnsetType = UNSET
    uid: Annotated[
        Integer | None, Meta(extra={"expects": "an integer of at most 53 bits, or null"})
    ] = None
    email: OptionalText = None
    password: OptionalPassword = None
    verified: Flag = True
    token: OptionalToken = None
    scenario: OptionalText = None


class NewSessionBody(Struct, forbid_unknown_fields=True):
    """`POST /sessions`."""

    username: OptionalName
    ttl: Duration | UnsetType = UNSET
    expires: Time | UnsetType = UNSET


class SessionBody(NewSessionBody, forbid_unknown_fields=True, kw_only=True):
    """`PUT /sessions/{sid}`."""

    sid: Text | UnsetType = UNSET


class SandboxBody(Struct, forbid_unknown_fields=True):
    """`POST /sandboxes`."""

    scenario: Text | UnsetType = UNSET
    ttl: Duration | UnsetType = UNSET
