"""Handlers of the calls about sandboxes."""

from __future__ import annotations

from msgspec import UnsetType, structs

from mockserver.http.admin import documents
from mockserver.http.admin.answers import NewSandboxAnswer, SandboxAnswer, SandboxesAnswer
from mockserver.http.admin.bodies import SandboxBody
from mockserver.http.admin.call import Call, PlainCall
from mockserver.http.admin.members import BodyProblems, ttl
from mockserver.http.admin.queries import NoQuery
from mockserver.http.admin.unprocessable import invalid_body
from mockserver.sandbox.control import Control, SandboxControl, SandboxSummary
from mockserver.sandbox.rules import DEFAULT_TTL_MS


def post_sandbox(call: Call[NoQuery, SandboxBody]) -> NewSandboxAnswer:
    """Create a sandbox. The answer has everything that its user needs."""
    scenario = None if isinstance(call.body.scenario, UnsetType) else call.body.scenario
    problems: BodyProblems = []
    ttl_ms = ttl(call.body.ttl, problems)
    if problems:
        raise invalid_body(problems)
    sandbox = call.backend.create(scenario, DEFAULT_TTL_MS if ttl_ms is None else ttl_ms)
    store = sandbox.store
    sids = (sandbox.prefix + sid for sid in sandbox.fixtures.sessions.single_names())
    live = [one for sid in sids if (one := store.load_session(sid)) is not None]
    made = structs.asdict(_answer(sandbox, call.backend, call.base_url))
    return NewSandboxAnswer(**made, sessions=[documents.session(one, sandbox) for one in live])


def get_sandboxes(call: PlainCall) -> SandboxesAnswer:
    """List all sandboxes."""
    listed, base_url = call.backend.summaries(), call.base_url
    return SandboxesAnswer([documents.sandbox(one, base_url) for one in listed])


def get_sandbox(call: PlainCall) -> SandboxAnswer:
    """Return a sandbox."""
    return _answer(call.sandbox, call.backend, call.base_url)


def delete_sandbox(call: PlainCall) -> None:
    """Delete a sandbox."""
    call.backend.delete(call.sandbox.id)
    call.bell.ring(call.sandbox.id)


def _answer(sandbox: SandboxControl, backend: Control, base_url: str) -> SandboxAnswer:
    summary = SandboxSummary(sandbox.id, sandbox.scenario, backend.ttl_ms(sandbox.id))
    return documents.sandbox(summary, base_url)
