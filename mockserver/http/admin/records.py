"""Handlers of the calls about health, journal, coverage and OpenAPI."""

from __future__ import annotations

from typing import Any

from mockserver.api.catalog import EVERY_ENDPOINT, endpoints_of
from mockserver.api.common import BASE_PATH
from mockserver.errors import ConflictError, NotFoundError
from mockserver.http.admin import documents
from mockserver.http.admin.answers import (
    HealthAnswer,
)
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import Call, PlainCall, wait_for
from mockserver.http.admin.queries import CountQuery, CoverageQuery, EntriesFilter, EntriesQuery
from mockserver.http.admin.reading import digits
from mockserver.http.admin.record_answers import (
    CountAnswer,
    CoverageAnswer,
    EntriesAnswer,
    EntryAnswer,
)
from mockserver.http.paths import SANDBOX_PATH
from mockserver.record.journal import Entry, JournalQuery
from mockserver.sandbox.control import JournalControl, SandboxControl
from mockserver.version import __version__


def health(call: PlainCall) -> HealthAnswer:
    """Return the status of the mock."""
    call.backend.check_health()
    if call.is_anonymous:
        return HealthAnswer("ok")
    users, sessions = call.sandbox.store.counts()
    return HealthAnswer(
        status="ok",
        version=__version__,
        profile=call.sandbox.profile.name,
        scenario=call.sandbox.scenario,
        state=call.backend.kind,
        users=users,
        sessions=sessions,
    )


def get_requests(call: Call[EntriesQuery, NoBody]) -> EntriesAnswer:
    """Return the matching entries of the journal. With `wait`, wait until there is one."""
    entries, total, complete = find_entries(call)
    return EntriesAnswer(complete, total, [documents.entry(entry) for entry in entries])


def find_entries(call: Call[EntriesQuery, NoBody]) -> tuple[list[Entry], int, bool]:
    """Return the matching entries, their total number, and whether the result is complete."""
    journal = _journal(call.sandbox)
    asked = call.query
    query = _journal_query(call.sandbox, asked)
    if asked.wait:
        count = journal.counter(query)
        wait_for(call, journal, lambda: count() > 0, asked.wait)
    return journal.find(query, asked.limit, asked.order == "newest")


def get_request(call: PlainCall) -> EntryAnswer:
    """Return an entry of the journal."""
    text = call.arguments["request_id"]
    number = digits(text)
    entry = None if number is None else _journal(call.sandbox).entry(number)
    if entry is None:
        raise NotFoundError(f"the journal has no request {text!r}; it may have been evicted")
    return documents.entry(entry)


def delete_requests(call: PlainCall) -> None:
    """Delete all entries of the journal."""
    _journal(call.sandbox).clear()


def get_har(call: Call[EntriesQuery, NoBody]) -> dict[str, Any]:
    """Return the matching entries of the journal as HAR 1.2."""
    from mockserver.http.admin.har import archive  # noqa: PLC0415  not needed at start

    entries, _, _ = find_entries(call)
    return archive([documents.entry(entry) for entry in entries], call.base_url)


def count_requests(call: Call[CountQuery, NoBody]) -> CountAnswer:
    """Count the matching entries. With `wait`, wait until `at_least` match."""
    at_least = call.query.at_least
    journal = _journal(call.sandbox)
    query = _journal_query(call.sandbox, call.query)
    if call.query.wait:
        counted = journal.counter(query)
        wait_for(call, journal, lambda: counted() >= at_least, call.query.wait)
    count, complete = journal.count(query)
    return CountAnswer(count, complete, count >= at_least)


def get_coverage(call: Call[CoverageQuery, NoBody]) -> CoverageAnswer:
    """Return the coverage of a page in this sandbox or in the whole server."""
    is_of_server = call.query.scope == "server"
    source = call.backend.coverage if is_of_server else call.sandbox.coverage
    return documents.coverage(source, call.query.page)


def get_openapi(call: PlainCall) -> dict[str, Any]:
    """Return the OpenAPI document of the data plane, with URLs as this client knows them."""
    from mockserver.api.openapi import document  # noqa: PLC0415  not needed at start

    of_sandbox = f"{SANDBOX_PATH}{call.sandbox.id}" if "sandbox_id" in call.arguments else ""
    url = f"{call.base_url}{of_sandbox}{BASE_PATH}"
    return document(url, call.http_status, profile=call.sandbox.profile)


def get_control_plane(call: PlainCall) -> dict[str, Any]:
    """Return the OpenAPI document of the control plane, with the URL as this client knows it."""
    from mockserver.http.admin.openapi.document import document  # noqa: PLC0415  not needed at start

    return document(call.base_url)


def _journal(sandbox: SandboxControl) -> JournalControl:
    if sandbox.journal is None:
        raise ConflictError("the journal is disabled (--no-request-journal)")
    return sandbox.journal


def _journal_query(sandbox: SandboxControl, query: EntriesFilter) -> JournalQuery:
    endpoint = None
    if query.endpoint is not None:
        # An endpoint of another profile has no entries.
        endpoints = (*endpoints_of(sandbox.profile.name), *EVERY_ENDPOINT)
        endpoint = next((one for one in endpoints if one.path == query.endpoint), None)
    return JournalQuery(endpoint, query.code, query.username, query.after)
