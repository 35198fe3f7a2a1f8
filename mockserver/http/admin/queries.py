"""The types of the control plane's queries.

The `Meta` of each parameter has a `description` and says how to parse its text. Integers have
bounds, names have `valid` values, and others have a `parse` function that raises ValueError with a
hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta, Struct, field

from mockserver.api.catalog import DEFAULT_PAGE, EVERY_CODE, PAIRS_OF_PAGE
from mockserver.api.common import BAD_REQUEST_CODE
from mockserver.fixtures.schema import ENDPOINT_PATHS
from mockserver.sandbox.reachability import NEGATIVE_KINDS
from mockserver.state.times import DURATION_PATTERN, parse_duration

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
MAX_WAIT_MS: Final = 60_000
# As many digits as `reading` takes.
MAX_ID: Final = 10**18 - 1
_MAX_ENTRIES: Final = 10**9
_JOURNALED_CODES: Final = (
    *dict.fromkeys(code.number for code in EVERY_CODE), BAD_REQUEST_CODE,
)  # fmt: skip


def _one_of(valid: Iterable[str | int], description: str) -> Meta:
    names = list(valid)
    return Meta(
        description=description,
        extra={"valid": tuple(map(str, names))},
        extra_json_schema={"enum": names},
    )


class Milliseconds(int):
    """A duration in milliseconds. In a query it is written like `2s`."""


def _read_by(parse: Callable[[str], object], schema: dict[str, Any], description: str) -> Meta:
    return Meta(description=description, extra={"parse": parse}, extra_json_schema=schema)


def _parse_wait(text: str) -> Milliseconds:
    ms = Milliseconds(parse_duration(text))
    if ms > MAX_WAIT_MS:
        raise ValueError("expected at most 60s")
    return ms


def _wait(what: str) -> Meta:
    schema = {"type": "string", "pattern": DURATION_PATTERN, "default": "0s"}
    description = f"How long to wait for {what}: a duration of at most 60s."
    return _read_by(_parse_wait, schema, description)


_Limit: TypeAlias = Annotated[
    int, Meta(ge=0, le=MAX_LIMIT, description="The maximum number of items.")
]
_After: TypeAlias = Annotated[
    Annotated[str, Meta(min_length=1)] | None,
    Meta(description="Only items after this one: the `next` of the previous page."),
]


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of calls without parameters."""


class PageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Selects a page of a list."""

    limit: _Limit = DEFAULT_LIMIT
    after: _After = None


class SessionsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Selects a page of the sessions of one user or of all users."""

    username: Annotated[str | None, Meta(description="Only this user's sessions.")] = None
    limit: _Limit = DEFAULT_LIMIT
    after: _After = None


class CookieQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Selects a kind of cookie."""

    kind: Annotated[str, _one_of(NEGATIVE_KINDS, "What is wrong with the cookie.")]


class UseQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Selects a user."""

    username: Annotated[str, Meta(min_length=1, description="A user with a live session.")]


class EntriesFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Filters the entries of the journal. None matches any value."""

    endpoint: Annotated[str | None, _one_of(ENDPOINT_PATHS, "Only requests to this endpoint.")] = (
        None
    )
    code: Annotated[
        int | None, _one_of(_JOURNALED_CODES, "Only requests that were answered with this code.")
    ] = None
    username: Annotated[str | None, Meta(description="Only this user's requests.")] = None
    after: Annotated[int, Meta(ge=0, le=MAX_ID, description="Only entries with a greater id.")] = 0


class EntriesQuery(EntriesFilter, frozen=True, forbid_unknown_fields=True):
    """Filters the entries of the journal, and limits their number."""

    limit: Annotated[
        Annotated[int, Meta(ge=0, le=_MAX_ENTRIES)] | None,
        Meta(description="The maximum number of entries."),
    ] = None
    order: Annotated[str, _one_of(("oldest", "newest"), "Which entries come first.")] = "oldest"
    wait: Annotated[Milliseconds, _wait("a matching entry")] = field(default_factory=Milliseconds)


class MailsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Filters the mails of the outbox. None matches any value."""

    to: Annotated[str | None, Meta(description="Only mails to this address.")] = None
    username: Annotated[str | None, Meta(description="Only mails to this user.")] = None
    after: Annotated[int, Meta(ge=0, le=MAX_ID, description="Only mails with a greater id.")] = 0
    limit: Annotated[
        Annotated[int, Meta(ge=0, le=_MAX_ENTRIES)] | None,
        Meta(description="The maximum number of mails, oldest first."),
    ] = None
    wait: Annotated[Milliseconds, _wait("a matching mail")] = field(default_factory=Milliseconds)


class CountQuery(EntriesFilter, frozen=True, forbid_unknown_fields=True):
    """Filters the entries of the journal to count, and says what to wait for."""

    at_least: Annotated[
        int, Meta(ge=0, le=_MAX_ENTRIES, description="The number of entries to wait for.")
    ] = 0
    wait: Annotated[Milliseconds, _wait("`at_least` entries")] = field(default_factory=Milliseconds)


class CoverageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Selects the coverage of a page, in the sandbox or in the server."""

    scope: Annotated[
        str,
        _one_of(("sandbox", "server"), "This sandbox, or all sandboxes, including deleted ones."),
    ] = "sandbox"
    page: Annotated[
        str, _one_of(PAIRS_OF_PAGE, "Only the pairs of this page of the documentation.")
    ] = DEFAULT_PAGE
