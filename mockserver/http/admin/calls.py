"""The table of the control plane's calls, with their query, body and answer types."""

from __future__ import annotations

from typing import Any, Final

from mockserver.http.admin import (
    accounts,
    answers,
    bodies,
    exporting,
    outbox,
    queries,
    record_answers,
    records,
    sandboxes,
    state,
)
from mockserver.http.admin.call import HtmlPage
from mockserver.http.admin.call_spec import call_spec

_CREATED: Final = (201,)
_PUT: Final = (200, 201)
_NO_CONTENT: Final = (204,)
_FULL: Final = {409: "The limit of users and sessions that were put is reached."}
_NO_JOURNAL: Final = {409: "The journal is disabled (--no-request-journal)."}
_WAITING: Final = {503: "Too many calls wait already. Retry without `wait`."}

# Calls on one sandbox. Under /__admin they address the default sandbox.
SANDBOX_CALLS: Final = (
    call_spec(
        "GET /health", records.health, "Return the status of the mock.",
        answer=answers.HealthAnswer,
    ),
    call_spec(
        "HEAD /health", records.health, "Check that the mock runs.",
        answer=answers.HealthAnswer,
    ),
    call_spec(
        "POST /reset", state.reset, "Reset this sandbox, and no other.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /scenarios", state.get_scenarios,
        "List all scenarios, the active one, and why some are unavailable.",
        answer=answers.ScenariosAnswer,
    ),
    call_spec(
        "GET /scenario", state.get_scenario, "Return the name of the active scenario.",
        answer=answers.ActiveScenarioAnswer,
    ),
    call_spec(
        "PUT /scenario", state.put_scenario, "Switch the scenario and restart its counters.",
        body=bodies.ScenarioBody, answer=answers.ScenarioAnswer,
        example={"name": "db-down"},
    ),
    call_spec(
        "DELETE /scenario", state.delete_scenario, "Switch back to the start scenario.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /faults", state.get_faults, "List the ad-hoc faults.",
        answer=answers.FaultsAnswer,
    ),
    call_spec(
        "POST /faults", state.post_fault, "Add a fault to the active scenario.",
        body=bodies.FaultBody, answer=answers.AdHocFaultAnswer, statuses=_CREATED,
        example={"operation": "save_token", "error": "database", "times": 1, "ttl": "1h"},
        problems={409: "The limit of ad-hoc faults is reached."},
    ),
    call_spec(
        "DELETE /faults", state.delete_faults, "Remove all ad-hoc faults.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "DELETE /faults/{fault_id}", state.delete_fault, "Remove an ad-hoc fault.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /clock", state.get_clock, "Return the time of this sandbox.",
        answer=answers.ClockAnswer,
    ),
    call_spec(
        "PUT /clock", state.put_clock, "Freeze the clock at a time, or advance it by a duration.",
        body=bodies.ClockBody, answer=answers.ClockAnswer,
        example={"advance": "31h"},
    ),
    call_spec(
        "DELETE /clock", state.delete_clock, "Reset the clock to its state at the start.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /users", accounts.get_users, "List the users, page by page.",
        query=queries.PageQuery, answer=answers.UsersAnswer,
    ),
    call_spec(
        "GET /users/{username:path}", accounts.get_user, "Return a user with the token.",
        answer=answers.UserAnswer,
    ),
    call_spec(
        "PUT /users/{username:path}", accounts.put_user, "Create or replace a user.",
        body=bodies.UserBody, answer=answers.UserAnswer, statuses=_PUT,
        example={"uid": 7, "email": "alice@example.org", "token": "issue"}, problems=_FULL,
    ),
    call_spec(
        "DELETE /users/{username:path}", accounts.delete_user,
        "Delete a user. The sessions stay and answer 1940102.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "PUT /users/{username:path}/tokens/{token_id}", accounts.put_token,
        "Add a token to the list of a user, or replace it (profile dashboard).",
        body=bodies.TokenBody, answer=answers.TokenAnswer, statuses=_PUT,
        example={"name": "my app", "token": "issue"},
        problems={409: "The id is another user's, or the limit is reached."},
    ),
    call_spec(
        "DELETE /users/{username:path}/tokens/{token_id}", accounts.delete_token,
        "Remove a token from the list of a user (profile dashboard).",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /sessions", accounts.get_sessions,
        "List the sessions of one user or of all users, page by page.",
        query=queries.SessionsQuery, answer=answers.SessionsAnswer,
    ),
    call_spec(
        "POST /sessions", accounts.post_session, "Log a user in: create a session with a fresh id.",
        body=bodies.NewSessionBody, answer=answers.SessionAnswer, statuses=_CREATED,
        example={"username": "alice", "ttl": "1h"}, problems=_FULL,
    ),
    call_spec(
        "GET /sessions/{sid:path}", accounts.get_session, "Return a session with its cookie.",
        answer=answers.SessionAnswer,
    ),
    call_spec(
        "PUT /sessions/{sid:path}", accounts.put_session, "Create or replace a session.",
        body=bodies.SessionBody, answer=answers.SessionAnswer, statuses=_PUT,
        example={"username": "alice", "expires": "2030-01-01T00:00:00Z"},
        problems={409: "The id is another sandbox's or reserved, or the limit is reached."},
    ),
    call_spec(
        "DELETE /sessions/{sid:path}", accounts.delete_session, "Delete a session.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /cookies", accounts.get_cookie, "Return a cookie that must be refused, and its code.",
        query=queries.CookieQuery, answer=answers.CookieAnswer,
    ),
    call_spec(
        "GET /use", accounts.use, "Set the session cookie of a user in a browser.",
        query=queries.UseQuery, answer=HtmlPage, media="text/html; charset=utf-8",
        problems={409: "The user has no live session."},
    ),
    call_spec(
        "GET /fixtures.yaml", exporting.get_fixtures,
        "Return the users, sessions, secrets and scenarios as a fixture file, with passwords.",
        answer=str, media="application/yaml",
        problems={409: "The state does not fit into a fixture file."},
    ),
    call_spec(
        "GET /requests", records.get_requests,
        "Return the journal. With `wait`, wait until there is a matching entry.",
        query=queries.EntriesQuery, answer=record_answers.EntriesAnswer,
        problems=_NO_JOURNAL | _WAITING,
    ),
    call_spec(
        "DELETE /requests", records.delete_requests, "Delete all entries of the journal.",
        statuses=_NO_CONTENT, problems=_NO_JOURNAL,
    ),
    call_spec(
        "GET /requests.har", records.get_har, "Return the journal as HAR 1.2.",
        query=queries.EntriesQuery, answer=dict[str, Any], problems=_NO_JOURNAL | _WAITING,
    ),
    call_spec(
        "GET /requests/count", records.count_requests,
        "Count the matching entries. With `wait`, wait until `at_least` match.",
        query=queries.CountQuery, answer=record_answers.CountAnswer,
        problems=_NO_JOURNAL | _WAITING,
    ),
    call_spec(
        "GET /requests/{request_id}", records.get_request, "Return an entry of the journal.",
        answer=record_answers.EntryAnswer, problems=_NO_JOURNAL,
    ),
    call_spec(
        "GET /outbox", outbox.get_outbox,
        "Return the mails, oldest first. With `wait`, wait until there is one.",
        query=queries.MailsQuery, answer=record_answers.MailsAnswer, problems=_WAITING,
    ),
    call_spec(
        "DELETE /outbox", outbox.delete_outbox, "Delete all mails of the outbox.",
        statuses=_NO_CONTENT,
    ),
    call_spec(
        "GET /outbox/{mail_id}", outbox.get_mail, "Return a mail of the outbox.",
        answer=record_answers.MailAnswer,
    ),
    call_spec(
        "GET /coverage", records.get_coverage,
        "Return how often each documented pair was answered.",
        query=queries.CoverageQuery, answer=record_answers.CoverageAnswer,
    ),
    call_spec(
        "GET /openapi.json", records.get_openapi, "Return the OpenAPI document of the mocked API.",
        answer=dict[str, Any],
    ),
)  # fmt: skip
# Calls on the server as a whole.
SERVER_CALLS: Final = (
    call_spec(
        "GET /control-plane.json", records.get_control_plane,
        "Return the OpenAPI document of the control plane.",
        answer=dict[str, Any],
    ),
    call_spec(
        "POST /sandboxes", sandboxes.post_sandbox, "Create a sandbox.",
        body=bodies.SandboxBody, answer=answers.NewSandboxAnswer, statuses=_CREATED,
        example={"scenario": "normal", "ttl": "10m"},
        problems={503: "The maximum number of sandboxes is reached (--max-sandboxes)."},
    ),
    call_spec(
        "GET /sandboxes", sandboxes.get_sandboxes, "List all sandboxes, the default one first.",
        answer=answers.SandboxesAnswer,
    ),
    call_spec(
        "GET /sandboxes/{sandbox_id}", sandboxes.get_sandbox, "Return a sandbox.",
        answer=answers.SandboxAnswer,
    ),
    call_spec(
        "DELETE /sandboxes/{sandbox_id}", sandboxes.delete_sandbox, "Delete a sandbox.",
        statuses=_NO_CONTENT, problems={409: "The default sandbox cannot be deleted."},
    ),
)  # fmt: skip
