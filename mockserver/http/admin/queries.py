"""The queries of control plane calls, as types.

Each parameter says in `Meta` what it means (`description`) and how its text is read: an integer by
its bounds, a name by the `valid` ones, anything else by a function (`parse`) that raises ValueError
with what would be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field

from mockserver.api.catalog import CODES
from mockserver.api.common import BAD_REQUEST_CODE
from mockserver.fixtures.schema import ENDPOINT_PATHS
from mockserver.sandbox.reachability import NEGATIVE_KINDS
from mockserver.state.times import DURATION_PATTERN, parse_duration

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
MAX_WAIT_MS: Final = 60_000
_MAX_ENTRIES: Final = 10**9
_MAX_ENTRY_ID: Final = 10**18
_JOURNALED_CODES: Final = (*(code.number for code in CODES), BAD_REQUEST_CODE)


def _one_of(valid: Iterable[str | int], description: str) -> Meta:
    names = list(valid)
    return Meta(
        description=description,
        extra={"valid": tuple(map(str, names))},
        extra_json_schema={"enum": names},
    )


class Milliseconds(int):
    """A duration; in a query it stands as text such as `2s`."""


def _read_by(parse: Callable[[str], object], schema: dict[str, Any], description: str) -> Meta:
    return Meta(description=description, extra={"parse": parse}, extra_json_schema=schema)


def _parse_wait(text: str) -> Milliseconds:
    ms = Milliseconds(parse_duration(text))
    if ms > MAX_WAIT_MS:
        raise ValueError("expected at most 60s")
    return ms


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """For calls without query parameters."""


class PageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    limit: Annotated[int, Meta(ge=0, le=MAX_LIMIT, description="At most so many.")] = DEFAULT_LIMIT
    after: Annotated[
        str | None, Meta(description="Only those behind this one: `next` of the page before.")
    ] = None


class SessionsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose sessions, and which page of them."""

    username: Annotated[str | None, Meta(description="Only this user's sessions.")] = None
    limit: Annotated[int, Meta(ge=0, le=MAX_LIMIT, description="At most so many.")] = DEFAULT_LIMIT
    after: Annotated[
        str | None, Meta(description="Only those behind this one: `next` of the page before.")
    ] = None


class CookieQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which cookie."""

    kind: Annotated[str, _one_of(NEGATIVE_KINDS, "What is wrong with the cookie.")]


class UseQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose session."""

    username: Annotated[str, Meta(description="A user with a session that is alive.")]


class EntriesFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries of the journal; what is None lets all through."""

    endpoint: Annotated[str | None, _one_of(ENDPOINT_PATHS, "Only requests to this endpoint.")] = (
        None
    )
    code: Annotated[
        int | None, _one_of(_JOURNALED_CODES, "Only requests that were answered with this code.")
    ] = None
    username: Annotated[str | None, Meta(description="Only this user's requests.")] = None
    after: Annotated[
        int, Meta(ge=0, le=_MAX_ENTRY_ID, description="Only entries with a greater id.")
    ] = 0


class EntriesQuery(EntriesFilter, frozen=True, forbid_unknown_fields=True):
    """Which entries of the journal, and how many of them."""

    limit: Annotated[
        Annotated[int, Meta(ge=0, le=_MAX_ENTRIES)] | None,
        Meta(description="At most so many, the oldest ones."),
    ] = None


class CountQuery(EntriesFilter, frozen=True, forbid_unknown_fields=True):
    """Which entries of the journal to count, and what to wait for."""

    at_least: Annotated[
        int, Meta(ge=0, le=_MAX_ENTRIES, description="How many it takes to be met.")
    ] = 0
    wait: Annotated[
        Milliseconds,
        _read_by(
            _parse_wait,
            {"type": "string", "pattern": DURATION_PATTERN},
            "How long to wait until it is met: a duration of at most 60s.",
        ),
    ] = field(default_factory=Milliseconds)


class CoverageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose coverage."""

    scope: Annotated[
        str, _one_of(("sandbox", "server"), "Of this sandbox, or of all, deleted ones too.")
    ] = "sandbox"
