"""The types of the control plane's request bodies. Durations and times are as in the fixtures.

`RULES` has what a schema says beyond the fields: which of them go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.fixtures.field_types import (
    MAX_TOKENS,
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
from mockserver.fixtures.schema import FaultEntry, TokenEntry


class NoBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of calls that take none. An empty object is accepted."""


class ScenarioBody(Struct, forbid_unknown_fields=True):
    """`PUT /scenario`."""

    name: Text


class FaultBody(FaultEntry, forbid_unknown_fields=True, kw_only=True):
    """`POST /faults`: a fault as in the fixtures, and its ttl."""

    RULES: ClassVar[Mapping[str, Any]] = {
        "anyOf": [{"required": ["error"]}, {"required": ["delay"]}, {"required": ["wire"]}]
    }

    ttl: Duration | UnsetType = UNSET


class ClockBody(Struct, forbid_unknown_fields=True):
    """`PUT /clock`: exactly one of the two fields."""

    RULES: ClassVar[Mapping[str, Any]] = {"minProperties": 1, "maxProperties": 1}

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
    admin: Flag = False
    avatar: OptionalText = None
    tokens: Annotated[
        list[TokenEntry],
        Meta(
            max_length=MAX_TOKENS,
            extra={"expects": f"a list of at most {MAX_TOKENS} mappings of name and token"},
        ),
    ] = []


class TokenBody(Struct, forbid_unknown_fields=True):
    """`PUT /users/{username}/tokens/{id}`."""

    token: Annotated[
        Text, Meta(description="`issue`: the mock issues one. Anything else is the token itself.")
    ]
    name: OptionalText | UnsetType = UNSET


class NewSessionBody(Struct, forbid_unknown_fields=True):
    """`POST /sessions`: at most one of ttl and expires."""

    RULES: ClassVar[Mapping[str, Any]] = {"not": {"required": ["ttl", "expires"]}}

    username: OptionalName
    ttl: Duration | UnsetType = UNSET
    expires: Time | UnsetType = UNSET


class SessionBody(NewSessionBody, forbid_unknown_fields=True, kw_only=True):
    """`PUT /sessions/{sid}`: at most one of ttl and expires."""

    sid: Text | UnsetType = UNSET


class SandboxBody(Struct, forbid_unknown_fields=True):
    """`POST /sandboxes`."""

    scenario: Text | UnsetType = UNSET
    ttl: Duration | UnsetType = UNSET
