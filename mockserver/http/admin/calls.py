"""The one table of the control plane's calls: what each one takes, answers and does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from mockserver.http.admin import accounts, answers, bodies, queries, records, sandboxes, state
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import Call, HtmlPage
from mockserver.http.admin.queries import NoQuery

_OK: Final = (200,)
_CREATED: Final = (201,)
_PUT: Final = (200, 201)
_NO_CONTENT: Final = (204,)


class CallSpec(Struct, frozen=True, kw_only=True):
    """The declaration of a call.

    `path` is below the control plane's, or below a sandbox's own. The handler gets the query and
    the body as the types that stand here. It returns the `answer`: a document; a `Put` of one
    where there are two `statuses`; a `HtmlPage`; or None for 204. `says` is what the call does.
    """

    method: str
    path: str
    handler: Callable[[Call[Any, Any]], object]
    says: str
    query: type[Struct] = NoQuery
    body: type[Struct] = NoBody
    answer: Any = None
    statuses: tuple[int, ...] = _OK


def _call(
    method_and_path: str, handler: Callable[[Call[Any, Any]], object], says: str, **types: Any
) -> CallSpec:
    method, path = method_and_path.split()
    return CallSpec(method=method, path=path, handler=handler, says=says, **types)


# Calls on one sandbox: the default one under /__admin, any under its own admin path.
SANDBOX_CALLS: Final = (
    _call(
        "GET /health", records.health, "Whether the mock runs, and on what.",
        answer=answers.HealthAnswer,
    ),
    _call(
        "HEAD /health", records.health, "Whether the mock runs.",
        answer=answers.HealthAnswer,
    ),
    _call(
        "POST /reset", state.reset, "Put this sandbox, and no other, back to its start.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /scenarios", state.get_scenarios,
        "All scenarios, which one applies, and why some are not possible here.",
        answer=answers.ScenariosAnswer,
    ),
    _call(
        "GET /scenario", state.get_scenario, "The name of the scenario that applies.",
        answer=answers.ActiveScenarioAnswer,
    ),
    _call(
        "PUT /scenario", state.put_scenario, "Switch the scenario; its counters begin anew.",
        body=bodies.ScenarioBody, answer=answers.ScenarioAnswer,
    ),
    _call(
        "DELETE /scenario", state.delete_scenario, "Switch back to the scenario of the start.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /faults", state.get_faults, "The ad-hoc faults.",
        answer=answers.FaultsAnswer,
    ),
    _call(
        "POST /faults", state.post_fault, "Add a fault on top of whatever scenario applies.",
        body=bodies.FaultBody, answer=answers.AdHocFaultAnswer, statuses=_CREATED,
    ),
    _call(
        "DELETE /faults", state.delete_faults, "Remove all ad-hoc faults.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "DELETE /faults/{fault_id}", state.delete_fault, "Remove an ad-hoc fault.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /clock", state.get_clock, "The time of this sandbox.",
        answer=answers.ClockAnswer,
    ),
    _call(
        "PUT /clock", state.put_clock, "Freeze the clock at a time, or move it by a duration.",
        body=bodies.ClockBody, answer=answers.ClockAnswer,
    ),
    _call(
        "DELETE /clock", state.delete_clock, "Let the clock run as at the start.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /users", accounts.get_users, "The users, page by page.",
        query=queries.PageQuery, answer=answers.UsersAnswer,
    ),
    _call(
        "GET /users/{username:path}", accounts.get_user, "A user, token included.",
        answer=answers.UserAnswer,
    ),
    _call(
        "PUT /users/{username:path}", accounts.put_user, "Create or replace a user.",
        body=bodies.UserBody, answer=answers.UserAnswer, statuses=_PUT,
    ),
    _call(
        "DELETE /users/{username:path}", accounts.delete_user,
        "Remove a user; the sessions stay, and answer 1940102.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /sessions", accounts.get_sessions,
        "The sessions, of one user or of all, page by page.",
        query=queries.SessionsQuery, answer=answers.SessionsAnswer,
    ),
    _call(
        "POST /sessions", accounts.post_session, "Log a user in: a session with a fresh id.",
        body=bodies.NewSessionBody, answer=answers.SessionAnswer, statuses=_CREATED,
    ),
    _call(
        "GET /sessions/{sid:path}", accounts.get_session, "A session, with its cookie.",
        answer=answers.SessionAnswer,
    ),
    _call(
        "PUT /sessions/{sid:path}", accounts.put_session, "Create or replace a session.",
        body=bodies.SessionBody, answer=answers.SessionAnswer, statuses=_PUT,
    ),
    _call(
        "DELETE /sessions/{sid:path}", accounts.delete_session, "Log out.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /cookies", accounts.get_cookie, "A cookie that must be refused, and with which code.",
        query=queries.CookieQuery, answer=answers.CookieAnswer,
    ),
    _call(
        "GET /use", accounts.use, "Give a browser the cookie of a user's session.",
        query=queries.UseQuery, answer=HtmlPage,
    ),
    _call(
        "GET /requests", records.get_requests, "The journal, oldest entry first.",
        query=queries.EntriesQuery, answer=answers.EntriesAnswer,
    ),
    _call(
        "DELETE /requests", records.delete_requests, "Forget all entries of the journal.",
        statuses=_NO_CONTENT,
    ),
    _call(
        "GET /requests/count", records.count_requests,
        "How many entries match; with a wait, not before there are enough or the time is up.",
        query=queries.CountQuery, answer=answers.CountAnswer,
    ),
    _call(
        "GET /requests/{request_id}", records.get_request, "An entry of the journal.",
        answer=answers.EntryAnswer,
    ),
    _call(
        "GET /coverage", records.get_coverage, "How often each documented pair was answered.",
        query=queries.CoverageQuery, answer=answers.CoverageAnswer,
    ),
    _call(
        "GET /openapi.json", records.get_openapi, "The OpenAPI document of the mocked API.",
        answer=dict[str, Any],
    ),
)  # fmt: skip
# Calls on the server as a whole.
SERVER_CALLS: Final = (
    _call(
        "POST /sandboxes", sandboxes.post_sandbox, "Make a sandbox.",
        body=bodies.SandboxBody, answer=answers.NewSandboxAnswer, statuses=_CREATED,
    ),
    _call(
        "GET /sandboxes", sandboxes.get_sandboxes, "All sandboxes, the default one first.",
        answer=answers.SandboxesAnswer,
    ),
    _call(
        "GET /sandboxes/{sandbox_id}", sandboxes.get_sandbox, "A sandbox.",
        answer=answers.SandboxAnswer,
    ),
    _call(
        "DELETE /sandboxes/{sandbox_id}", sandboxes.delete_sandbox, "End a sandbox.",
        statuses=_NO_CONTENT,
    ),
)  # fmt: skip
