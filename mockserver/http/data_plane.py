"""The mocked API itself: one resource for each documented endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from time import perf_counter
from typing import Final, cast

import falcon
from falcon import Request, Response

from mockserver.api.codes import (
    BAD_REQUEST_BODY,
    BAD_REQUEST_CODE,
    BASE_PATH,
    CODES,
    Code,
    Endpoint,
)
from mockserver.api.trace import Step, Trace
from mockserver.credentials import cookies
from mockserver.errors import UnknownNameError
from mockserver.http import prefer, wire_faults
from mockserver.http.paths import SANDBOX_PATH, raw_path
from mockserver.http.problems import ProblemError
from mockserver.http.recorder import Ledger
from mockserver.record.exchange import Exchange, Outcome
from mockserver.sandbox.registry import Registry
from mockserver.sandbox.sandbox import Preferences, Sandbox
from mockserver.state.store import Store

JSON: Final = "application/json; charset=utf-8"
_NO_PREFERENCES: Final = Preferences()


def http_statuses(mode: str) -> Mapping[Code, tuple[str, int]]:
    """Status line and status for each code: always 200, or as its digits say (`from-code`)."""
    sent = {code: code.sent_status(mode) for code in CODES}
    return {code: (falcon.code_to_http_status(status), status) for code, status in sent.items()}


class TokenResource:
    """One endpoint, answering POST; what else it takes is added by a profile's own subclass.

    Reached under `/api/v2`, where the cookie decides whose sandbox answers, and under a sandbox's
    own `api_url`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        registry: Registry,
        statuses: Mapping[Code, tuple[str, int]],
        ledger: Ledger,
    ) -> None:
        self.endpoint = endpoint
        self.registry = registry
        self._path: Final = BASE_PATH + endpoint.path
        self._statuses = statuses
        self.ledger = ledger

    def on_post(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.answer(req, resp, sandbox_id, Trace())

    def answer(self, req: Request, resp: Response, sandbox_id: str | None, trace: Trace) -> None:
        """Answer as the cookie deserves; `trace` says what was noticed before."""
        presented = cookies.presented(req.env.get("HTTP_COOKIE"))
        sandbox, pins = self._sandbox(sandbox_id, presented, trace)
        req.context.sandbox = sandbox
        header = req.env.get("HTTP_PREFER")
        wish = _NO_PREFERENCES if header is None else prefer.read(header, self.endpoint)
        with self.registry.in_use(sandbox):
            self._answer_from(sandbox, presented, wish, trace, pins, req, resp)

    def _answer_from(  # noqa: PLR0917  what a request consists of
        self,
        sandbox: Sandbox,
        presented: cookies.Presented,
        wish: Preferences,
        trace: Trace,
        pins: Store | None,
        req: Request,
        resp: Response,
    ) -> None:
        begin, epoch = perf_counter(), sandbox.epoch
        try:
            outcome = sandbox.answer(self.endpoint, presented, wish, trace, pins)
        except UnknownNameError as error:
            raise ProblemError(
                400, f"Unknown {error.kind}", f"Prefer: {error}", valid=error.valid
            ) from None
        if wish is not _NO_PREFERENCES and (done := prefer.applied(wish)) is not None:
            resp.set_header("Preference-Applied", done)
        status = self._write(resp, outcome)
        if outcome.wire is not None:
            wire_faults.break_exchange(req, resp, outcome.wire)
            status = wire_faults.seen_status(outcome.wire, status)
        code = None if outcome.reply is None else outcome.reply.code.number
        duration_ms = (perf_counter() - begin) * 1000
        # Journals keep both by the thousand: let it be one text.
        path = self._path if req.path == self._path else req.path
        exchange = Exchange(
            intern(req.method), path, status, code, self.endpoint, outcome, duration_ms=duration_ms
        )
        self.ledger.record(sandbox, exchange, epoch)

    def _write(self, resp: Response, outcome: Outcome) -> int:
        reply = outcome.reply
        if reply is None:
            return 200
        resp.status, status = self._statuses[reply.code]
        resp.content_type = JSON
        resp.data = reply.body()
        return status

    def _sandbox(
        self, sandbox_id: str | None, presented: cookies.Presented, trace: Trace
    ) -> tuple[Sandbox, Store | None]:
        """Whose request it is; and where its session is another's, the store of that one."""
        if sandbox_id is None:
            return self.registry.route(presented), None
        sandbox = self.registry.get(sandbox_id)
        if presented is not None:
            owner = self.registry.owner(presented.sid)
            if owner is not None and owner != sandbox.id:
                trace.add(Step.SESSION_ELSEWHERE, presented.sid, owner)
                return sandbox, self.registry.get(owner).store
        return sandbox, None


class ApiUrls:
    """Middleware that finds the sandbox whose `api_url` a request comes in under, or says 404."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def process_request(self, req: Request, _resp: Response) -> None:
        if req.path.startswith(SANDBOX_PATH):
            sandbox_id = req.path.removeprefix(SANDBOX_PATH).partition("/")[0]
            req.context.sandbox = self._registry.get(sandbox_id)


class BadRequests:
    """Answers all that is not documented with the API's own 400 envelope."""

    def __init__(self, registry: Registry, ledger: Ledger) -> None:
        self._registry = registry
        self._ledger = ledger

    def unknown_path(self, req: Request, resp: Response, **_groups: object) -> None:
        """For any path that no route has."""
        self._answer(req, resp, "no such path")

    def unsuitable(
        self, req: Request, resp: Response, error: falcon.HTTPError, _params: object
    ) -> None:
        """For whatever Falcon itself refuses: methods that a known path does not have."""
        if isinstance(error, falcon.HTTPNotFound):
            self._answer(req, resp, "no such path")
        elif error.description is not None:
            self._answer(req, resp, error.description)
        else:
            self._answer(req, resp, f"no {req.method} on this path")

    def _answer(self, req: Request, resp: Response, note: str) -> None:
        resp.status = falcon.HTTP_400
        resp.content_type = JSON
        resp.data = BAD_REQUEST_BODY
        exchange = Exchange(req.method, raw_path(req), 400, BAD_REQUEST_CODE, note=note)
        self._ledger.record(whose(req, self._registry), exchange)


def whose(req: Request, registry: Registry) -> Sandbox:
    """The sandbox that a request belongs to which reaches no endpoint."""
    found = getattr(req.context, "sandbox", None)
    if found is not None:
        return cast("Sandbox", found)
    return registry.route(cookies.presented(req.env.get("HTTP_COOKIE")))
