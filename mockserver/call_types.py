"""The names and fields that calls take, for type checkers.

Fixtures may define scenarios of their own: `CustomScenario("db-down-for-anna")` names one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Literal, NewType, TypeAlias, TypedDict

CustomScenario = NewType("CustomScenario", str)
"""The name of a scenario that the fixtures define."""

ScenarioName: TypeAlias = (
    Literal[
        "normal",
        "db-down",
        "db-read-error",
        "db-write-error",
        "db-write-lost",
        "db-flaky",
        "db-recovers",
        "db-outage",
        "db-slow",
        "session-store-down",
        "recaptcha-down",
        "mail-down",
        "connection-reset",
        "empty-response",
        "truncated-body",
        "malformed-json",
        "bad-gateway",
    ]
    | CustomScenario
)
CookieKind: TypeAlias = Literal[
    "tampered", "unsigned", "wrong-secret", "unknown-session", "expired", "userless"
]
PageName: TypeAlias = Literal["token", "account", "dashboard", "all"]
ProfileName: TypeAlias = Literal["documented", "server", "dashboard"]
HttpStatusMode: TypeAlias = Literal["200", "from-code"]
FaultOperation: TypeAlias = Literal[
    "database",
    "find_user",
    "find_token",
    "save_token",
    "save_user",
    "session_store",
    "save_session",
    "recaptcha",
    "send_mail",
    "request",
]
FaultError: TypeAlias = Literal["database", "unavailable"]
FaultWire: TypeAlias = Literal["reset", "empty", "truncate", "malformed", "html"]

QueryPattern: TypeAlias = Mapping[str, str | Sequence[str]] | str
"""A whole query: its parameters, or its text. Empty: no query."""
HeadersPattern: TypeAlias = Mapping[str, str | None]
"""Headers among others. None: the header is absent."""
BodyPattern: TypeAlias = Mapping[str, object] | str
"""A whole body: its fields as a form or as JSON, or its text. Empty text: no body."""


class DrawnDelay(TypedDict):
    """A delay that is drawn uniformly. Durations such as `10ms` or `2s`."""

    min: str
    max: str


class FaultFields(TypedDict, total=False):
    """The fields of a fault, as in the fixtures, and its `ttl`. Durations such as `250ms`."""

    operation: FaultOperation
    endpoint: str
    username: str
    error: FaultError
    after_commit: bool
    delay: str | DrawnDelay
    wire: FaultWire
    skip: int
    times: int
    probability: float
    seed: int
    starts_after: str
    lasts: str
    ttl: str


class _TokenText(TypedDict):
    token: str


class TokenFields(_TokenText, total=False):
    """A token of a user's list, as in the fixtures. `issue`: the mock issues it."""

    id: int
    name: str | None


class UserFields(TypedDict, total=False):
    """The fields of a user beside name, password and `verified`, as in the fixtures."""

    uid: int | None
    email: str | None
    token: str | None
    scenario: ScenarioName | None
    admin: bool
    avatar: str | None
    tokens: Sequence[TokenFields]


class MockSettings(TypedDict, total=False):
    """The settings of `serve` that `MockServer` takes beside `fixtures` and `port`.

    Lists may be one text with commas. `freeze_clock` is a time such as `2026-01-01T00:00:00Z`, or
    milliseconds since 1970.
    """

    host: str
    scenario: ScenarioName
    profile: ProfileName
    http_status: HttpStatusMode
    freeze_clock: str | int | None
    seed: int | None
    admin_token: str | None
    disable_admin: bool
    admin_allow_host: Sequence[str] | str
    admin_allow_origin: Sequence[str] | str
    cors_allow_header: Sequence[str] | str
    max_request_journal_entries: int
    no_request_journal: bool
    max_sandboxes: int
    state: str | None
    state_namespace: str
    threads: int
    log_format: Literal["text", "json"]
    color: Literal["auto", "always", "never"]
    quiet: bool


FixturesPath: TypeAlias = str | PathLike[str]
