"""The types of the control plane's answers. The server encodes them, and its client decodes them.

The order of the fields is the order of the keys on the wire. UNSET fields are omitted. Times are
ISO 8601 in UTC. Durations are written as in the fixtures. Nothing here depends on the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, Struct, UnsetType


class ControlAnswer(Struct, frozen=True):
    """An answer of the control plane. Its fields are attributes."""

    if not TYPE_CHECKING:  # of untyped tests only: a misspelt key is no error to a type checker

        def __getitem__(self, key: str) -> object:
            """Return a field by its key in the JSON document."""
            try:
                return getattr(self, key)
            except AttributeError:
                raise KeyError(key) from None


class HealthAnswer(ControlAnswer, frozen=True):
    """The status of the mock. A caller without a required token gets only `status`."""

    status: str
    version: str | UnsetType = UNSET
    profile: str | UnsetType = UNSET
    scenario: str | UnsetType = UNSET
    state: Annotated[str | UnsetType, Meta(description="Where the state of the mock is kept.")] = (
        UNSET
    )
    users: int | UnsetType = UNSET
    sessions: int | UnsetType = UNSET


class DelayAnswer(ControlAnswer, frozen=True):
    """A delay that is drawn uniformly from a range."""

    min: str
    max: str


class FaultAnswer(ControlAnswer, frozen=True, kw_only=True):
    """A fault as in the fixtures, without the fields at their defaults."""

    # Only ad-hoc faults have an id. It is declared here because it comes first on the wire.
    id: int | UnsetType = UNSET
    operation: str
    endpoint: str | UnsetType = UNSET
    username: str | UnsetType = UNSET
    error: str | UnsetType = UNSET
    after_commit: bool | UnsetType = UNSET
    wire: str | UnsetType = UNSET
    delay: str | DelayAnswer | UnsetType = UNSET
    skip: int | UnsetType = UNSET
    times: int | UnsetType = UNSET
    probability: float | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    starts_after: str | UnsetType = UNSET
    lasts: str | UnsetType = UNSET


class AdHocFaultAnswer(FaultAnswer, frozen=True, kw_only=True):
    """A fault that was added at run time."""

    id: int
    expires: Annotated[str | UnsetType, Meta(description="When the fault expires.")] = UNSET
    fired: Annotated[int, Meta(description="How often the fault has fired.")]
    warnings: Annotated[
        list[str] | UnsetType,
        Meta(description="When the fault is added: what of it has no effect, and why."),
    ] = UNSET


class FaultsAnswer(ControlAnswer, frozen=True):
    """The ad-hoc faults, oldest first."""

    faults: list[AdHocFaultAnswer]


class ScenarioAnswer(ControlAnswer, frozen=True):
    """A scenario as in the fixtures, with its name."""

    name: str
    description: str
    faults: list[FaultAnswer]
    unavailable: Annotated[
        str | UnsetType, Meta(description="Why this server cannot carry out the scenario.")
    ] = UNSET


class ScenariosAnswer(ControlAnswer, frozen=True):
    """All scenarios. `active` is the name of the active one."""

    active: str
    scenarios: list[ScenarioAnswer]


class ActiveScenarioAnswer(ControlAnswer, frozen=True):
    """The name of the active scenario."""

    name: str


class ClockAnswer(ControlAnswer, frozen=True):
    """The time of a sandbox, and whether its clock is frozen."""

    now: str
    frozen: bool


class TokenAnswer(ControlAnswer, frozen=True):
    """A token of a user's list, in profile `dashboard`."""

    id: int
    token: str
    name: str | UnsetType | None = UNSET


class UserAnswer(ControlAnswer, frozen=True):
    """A user as in the fixtures, with the current tokens and without the password."""

    username: str
    uid: int | None
    email: str | None
    verified: bool
    token: str | None
    scenario: str | None
    admin: bool = False
    avatar: str | None = None
    tokens: list[TokenAnswer] = []


class UsersAnswer(ControlAnswer, frozen=True):
    """A page of users. `next` is the `after` of the next page, or null on the last page."""

    users: list[UserAnswer]
    next: str | None


class SessionAnswer(ControlAnswer, frozen=True):
    """A session with its cookie."""

    sid: str
    username: str | None
    expires: str
    cookie: Annotated[str, Meta(description="The percent-encoded value alone.")]
    cookie_header: Annotated[str, Meta(description="Name and value, for a Cookie header.")]


class SessionsAnswer(ControlAnswer, frozen=True):
    """A page of sessions. `next` is the `after` of the next page, or null on the last page."""

    sessions: list[SessionAnswer]
    next: str | None


class CookieAnswer(ControlAnswer, frozen=True):
    """A cookie that must be refused, and the code of the refusal."""

    kind: str
    cookie: str
    cookie_header: str
    code: int


class SandboxAnswer(ControlAnswer, frozen=True):
    """A sandbox: its URLs, its scenario and its ttl."""

    id: str
    admin: Annotated[str, Meta(description="The path of its control plane.")]
    api_url: str
    scenario: str
    ttl: Annotated[
        str | None,
        Meta(
            description="How long it may idle. Null for the default sandbox, which never expires."
        ),
    ]


class NewSandboxAnswer(SandboxAnswer, frozen=True):
    """A new sandbox, with the sessions written out in the fixtures."""

    sessions: list[SessionAnswer]


class SandboxesAnswer(ControlAnswer, frozen=True):
    """All sandboxes, the default one first."""

    sandboxes: list[SandboxAnswer]
