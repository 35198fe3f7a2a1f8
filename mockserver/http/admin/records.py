"""Handlers of the calls about the journal, the coverage, and the sandboxes themselves."""

from __future__ import annotations

from typing import Final

from msgspec import UnsetType

from mockserver.api.codes import BASE_PATH, CODES, ENDPOINTS
from mockserver.errors import ConflictError, NotFoundError
from mockserver.http.admin import documents
from mockserver.http.admin.bodies import SandboxBody
from mockserver.http.admin.call import Call, Result, number, one_of, unprocessable
from mockserver.http.paths import SANDBOX_PATH
from mockserver.record.journal import Journal, Question
from mockserver.record.text import shortened
from mockserver.sandbox.registry import DEFAULT_TTL_MS
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.times import format_duration, parse_duration
from mockserver.version import __version__

MAX_WAIT_MS: Final = 60_000
_FILTERS: Final = ("endpoint", "code", "username", "after")


def health(call: Call) -> Result:
    """That it runs, and on what."""
    call.query()
    if getattr(call.request.context, "anonymous", False):
        return Result(200, {"status": "ok"})
    users, sessions = call.sandbox.store.counts()
    return Result(
        200,
        {
            "status": "ok",
            "version": __version__,
            "profile": call.sandbox.profile.name,
            "scenario": call.sandbox.scenario,
            "users": users,
            "sessions": sessions,
        },
    )


def get_requests(call: Call) -> Result:
    """The journal, oldest first."""
    query = call.query(*_FILTERS, "limit")
    question = _question(query)
    limit = number(query.get("limit"), "limit", None, most=10**9)
    entries, total, complete = _journal(call).find(question, limit)
    listed = [documents.entry(entry) for entry in entries]
    return Result(200, {"complete": complete, "total": total, "requests": listed})


def get_request(call: Call) -> Result:
    """One entry of the journal."""
    call.query()
    text = call.arguments["request_id"]
    known = text.isascii() and text.isdigit() and len(text) < 19
    entry = _journal(call).entry(int(text)) if known else None
    if entry is None:
        raise NotFoundError(f"the journal has no request {text!r}, or no more")
    return Result(200, documents.entry(entry))


def delete_requests(call: Call) -> Result:
    """Forget all entries."""
    call.query()
    _journal(call).clear()
    return Result(204)


def count_requests(call: Call) -> Result:
    """How many entries match; with `wait` not before there are `at_least` so many."""
    query = call.query(*_FILTERS, "at_least", "wait")
    question = _question(query)
    at_least = number(query.get("at_least"), "at_least", 0, most=10**9)
    wait_ms = 0
    if "wait" in query:
        try:
            wait_ms = parse_duration(query["wait"])
        except ValueError as error:
            raise unprocessable(f"wait: {error}, got {shortened(query['wait'])}") from None
        if wait_ms > MAX_WAIT_MS:
            raise unprocessable(f"wait: expected at most 60s, got {shortened(query['wait'])}")
    journal = _journal(call)
    count, complete = journal.wait(question, at_least, wait_ms / 1000, call.pause)
    if wait_ms and journal.closed:
        raise NotFoundError(f"sandbox {call.sandbox.id!r} was deleted meanwhile")
    return Result(200, {"count": count, "complete": complete, "met": count >= at_least})


def get_coverage(call: Call) -> Result:
    """Of this sandbox, or of the whole server."""
    scope = one_of(call.query("scope").get("scope", "sandbox"), "scope", ("sandbox", "server"))
    source = call.registry.coverage if scope == "server" else call.sandbox.coverage
    return Result(200, documents.coverage(source))


def get_openapi(call: Call) -> Result:
    """The OpenAPI document of the data plane, as this request reaches it."""
    from mockserver.api.openapi import document  # noqa: PLC0415  nothing needs it at the start

    call.query()
    of_sandbox = f"{SANDBOX_PATH}{call.sandbox.id}" if "sandbox_id" in call.arguments else ""
    return Result(200, document(f"{call.base_url}{of_sandbox}{BASE_PATH}", call.http_status))


def post_sandbox(call: Call) -> Result:
    """Make a sandbox, and say what it needs to be used."""
    call.query()
    body = call.body(SandboxBody)
    scenario = None if isinstance(body.scenario, UnsetType) else body.scenario
    ttl_ms = DEFAULT_TTL_MS
    if not isinstance(body.ttl, UnsetType):
        try:
            ttl_ms = parse_duration(body.ttl)
        except ValueError as error:
            raise unprocessable(f"/ttl: {error}, got {shortened(body.ttl)}") from None
        if ttl_ms == 0:
            raise unprocessable("/ttl: expected a duration that is longer than nothing")
    sandbox = call.registry.create(scenario, ttl_ms)
    store = sandbox.store
    sids = (sandbox.prefix + sid for sid in sandbox.fixtures.sessions.single_names())
    live = [one for sid in sids if (one := store.load_session(sid)) is not None]
    sessions = [documents.session(one, sandbox) for one in live]
    return Result(201, {**_sandbox(call, sandbox), "sessions": sessions})


def get_sandboxes(call: Call) -> Result:
    """All of them, the default one first."""
    call.query()
    return Result(200, {"sandboxes": [_sandbox(call, one) for one in call.registry.all()]})


def get_sandbox(call: Call) -> Result:
    """One of them."""
    call.query()
    return Result(200, _sandbox(call, call.sandbox))


def delete_sandbox(call: Call) -> Result:
    """End it."""
    call.query()
    call.registry.delete(call.sandbox.id)
    return Result(204)


def _sandbox(call: Call, sandbox: Sandbox) -> dict[str, object]:
    ttl_ms = call.registry.ttl_ms(sandbox)
    ttl = None if ttl_ms is None else format_duration(ttl_ms)
    return {**documents.sandbox(sandbox, call.base_url), "ttl": ttl}


def _journal(call: Call) -> Journal:
    if call.sandbox.journal is None:
        raise ConflictError("no journal is kept (--no-request-journal)")
    return call.sandbox.journal


def _question(query: dict[str, str]) -> Question:
    endpoint = None
    if "endpoint" in query:
        path = one_of(query["endpoint"], "endpoint", (e.path for e in ENDPOINTS))
        endpoint = next(e for e in ENDPOINTS if e.path == path)
    code = None
    if "code" in query:
        valid = [str(code.number) for code in CODES] + ["400"]
        code = int(one_of(query["code"], "code", valid))
    after = number(query.get("after"), "after", 0, most=10**18)
    return Question(endpoint, code, query.get("username"), after)
