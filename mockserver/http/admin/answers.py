"""The types of the control plane's answers. The server encodes them, and its client decodes them.

The order of the fields is the order of the keys on the wire. UNSET fields are omitted. Times are
ISO 8601 in UTC. Durations are written as in the fixtures. Nothing here depends on the server.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType


class HealthAnswer(Struct, frozen=True):
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


class DelayAnswer(Struct, frozen=True):
    """A delay that is drawn uniformly from a range."""

    min: str
    max: str


class FaultAnswer(Struct, frozen=True, kw_only=True):
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


class FaultsAnswer(Struct, frozen=True):
    """The ad-hoc faults, oldest first."""

    faults: list[AdHocFaultAnswer]


class ScenarioAnswer(Struct, frozen=True):
    """A scenario as in the fixtures, with its name."""

    name: str
    description: str
    faults: list[FaultAnswer]
    unavailable: Annotated[
        str | UnsetType, Meta(description="Why this server cannot carry out the scenario.")
    ] = UNSET


class ScenariosAnswer(Struct, frozen=True):
    """All scenarios. `active` is the name of the active one."""

    active: str
    scenarios: list[ScenarioAnswer]


class ActiveScenarioAnswer(Struct, frozen=True):
    """The name of the active scenario."""

    name: str


class ClockAnswer(Struct, frozen=True):
    """The time of a sandbox, and whether its clock is frozen."""

    now: str
    frozen: bool


class UserAnswer(Struct, frozen=True):
    """A user as in the fixtures, with the current token and without the password."""

    username: str
    uid: int | None
    email: str | None
    verified: bool
    token: str | None
    scenario: str | None


class UsersAnswer(Struct, frozen=True):
    """A page of users. `next` is the `after` of the next page, or null on the last page."""

    users: list[UserAnswer]
    next: str | None


class SessionAnswer(Struct, frozen=True):
    """A session with its cookie."""

    sid: str
    username: str | None
    expires: str
    cookie: Annotated[str, Meta(description="The percent-encoded value alone.")]
    cookie_header: Annotated[str, Meta(description="Name and value, for a Cookie header.")]


class SessionsAnswer(Struct, frozen=True):
    """A page of sessions. `next` is the `after` of the next page, or null on the last page."""

    sessions: list[SessionAnswer]
    next: str | None


class CookieAnswer(Struct, frozen=True):
    """A cookie that must be refused, and the code of the refusal."""

    kind: str
    cookie: str
    cookie_header: str
    code: int


class StruckAnswer(Struct, frozen=True):
    """A fault that hit a request: its source, the operation that it hit, and its effect."""

    source: str
    operation: str
    effect: str


class SentAnswer(Struct, frozen=True):
    """What the client sent, without secrets. Of the body, at most 4 KB."""

    headers: dict[str, str]
    query: str
    body: str
    truncated: Annotated[bool, Meta(description="Whether the body was longer.")]


class GotAnswer(Struct, frozen=True):
    """What the client got, without secrets. Of the body, at most 4 KB."""

    headers: dict[str, str]
    body: str
    truncated: Annotated[bool, Meta(description="Whether the body was longer.")]


class EntryAnswer(Struct, frozen=True):
    """An entry of the journal, without signatures and tokens."""

    id: int
    time: str
    method: str
    path: str
    endpoint: Annotated[
        str | None, Meta(description="The documented path that the request reached.")
    ]
    status: int
    code: Annotated[int | None, Meta(description="The code in the envelope.")]
    username: Annotated[str | None, Meta(description="The session's user.")]
    sid: str | None
    scenario: str | None
    faults: list[StruckAnswer]
    explain: Annotated[list[str], Meta(description="The steps that led to the reply.")]
    warnings: list[str]
    duration_ms: float
    request: SentAnswer
    response: GotAnswer


class EntriesAnswer(Struct, frozen=True):
    """Entries of the journal, oldest first. `total` counts all matching ones, beyond `limit` too.

    `complete` is false if an evicted entry could have matched.
    """

    complete: bool
    total: int
    requests: list[EntryAnswer]


class MailAnswer(Struct, frozen=True):
    """A mail in the outbox. `link` is under the sandbox's `api_url`."""

    id: int
    time: str
    username: str
    to: Annotated[str, Meta(description="The address as it was given.")]
    subject: str
    html: str
    link: Annotated[str, Meta(description="Verifies the user when it is followed.")]
    code: Annotated[str, Meta(description="The `code` in the link's query.")]
    delivered: Annotated[bool, Meta(description="False if the mail server refused the mail.")]
    reason: Annotated[str | None, Meta(description="Why it was refused.")]


class MailsAnswer(Struct, frozen=True):
    """Mails of the outbox, oldest first. `total` counts all matching ones, beyond `limit` too.

    `complete` is false if an evicted mail could have matched.
    """

    complete: bool
    total: int
    messages: list[MailAnswer]


class CountAnswer(Struct, frozen=True):
    """The number of matching journal entries. `met` says whether there are `at_least` that many.

    `complete` is false if an evicted entry could have matched.
    """

    count: int
    complete: bool
    met: bool


class PairAnswer(Struct, frozen=True):
    """How often an endpoint has answered with a code."""

    endpoint: str
    code: int
    count: int


class CoverageAnswer(Struct, frozen=True):
    """How often each documented pair was answered. Forced codes are listed separately."""

    documented: int
    covered: int
    percent: float
    pairs: list[PairAnswer]
    forced: list[PairAnswer]


class SandboxAnswer(Struct, frozen=True):
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


class SandboxesAnswer(Struct, frozen=True):
    """All sandboxes, the default one first."""

    sandboxes: list[SandboxAnswer]
