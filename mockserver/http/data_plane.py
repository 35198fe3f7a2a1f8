"""The mocked API itself: one resource for each documented endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Final

import falcon
from falcon import Request, Response

from mockserver import cookies
from mockserver.codes import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH, CODES, Code, Endpoint
from mockserver.errors import UnknownNameError
from mockserver.exchange import Exchange, Outcome
from mockserver.http import cors, prefer, wire_faults
from mockserver.http.ledger import Ledger
from mockserver.http.problems import SANDBOX_PATH, ProblemError
from mockserver.registry import Registry
from mockserver.sandbox import Preferences, Sandbox
from mockserver.store import Store
from mockserver.trace import Step, Trace

JSON: Final = "application/json; charset=utf-8"
_NO_PREFERENCES: Final = Preferences()


def http_statuses(mode: str) -> Mapping[Code, str]:
    """The status line for each code: always 200, or as its digits say (mode `from-code`)."""
    return {code: falcon.code_to_http_status(code.sent_status(mode)) for code in CODES}


class TokenResource:
    """One endpoint: POST, GET as the documentation's samples use it, and the CORS preflight.

    Reached under `/api/v2`, where the cookie decides whose sandbox answers, and under a sandbox's
    own `api_url`.
    """

    def __init__(
        self, endpoint: Endpoint, registry: Registry, statuses: Mapping[Code, str], ledger: Ledger
    ) -> None:
        self._endpoint = endpoint
        self._path = BASE_PATH + endpoint.path
        self._registry = registry
        self._statuses = statuses
        self._ledger = ledger

    def on_post(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self._answer(req, resp, sandbox_id, Trace())

    def on_get(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        trace = Trace()
        trace.add(Step.GET_ACCEPTED)
        self._answer(req, resp, sandbox_id, trace)

    def on_options(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self._check_path(req, sandbox_id)
        if not cors.is_preflight(req):
            raise falcon.HTTPMethodNotAllowed([])
        sandbox = self._registry.get(sandbox_id) if sandbox_id else self._registry.default
        cors.answer_preflight(resp)
        refused = cors.refused_headers(req)
        note = "CORS preflight" + (f"; not allowed: {', '.join(refused)}" if refused else "")
        exchange = Exchange(req.method, req.path, 204, endpoint=self._endpoint, note=note)
        self._ledger.record(sandbox, exchange)

    def _answer(self, req: Request, resp: Response, sandbox_id: str | None, trace: Trace) -> None:
        self._check_path(req, sandbox_id)
        presented = cookies.presented(req.env.get("HTTP_COOKIE"))
        sandbox, pins = self._sandbox(sandbox_id, presented, trace)
        req.context.sandbox = sandbox
        header = req.env.get("HTTP_PREFER")
        wish = _NO_PREFERENCES if header is None else prefer.read(header, self._endpoint)
        with self._registry.in_use(sandbox):
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
            outcome = sandbox.answer(self._endpoint, presented, wish, trace, pins)
        except UnknownNameError as error:
            raise ProblemError(
                400, f"Unknown {error.kind}", f"Prefer: {error}", valid=error.valid
            ) from None
        done = prefer.applied(wish)
        if done is not None:
            resp.set_header("Preference-Applied", done)
        status = self._write(resp, outcome)
        if outcome.wire is not None:
            wire_faults.break_exchange(req, resp, outcome.wire)
            status = wire_faults.seen_status(outcome.wire, status)
        code = None if outcome.reply is None else outcome.reply.code.number
        duration_ms = (perf_counter() - begin) * 1000
        exchange = Exchange(
            req.method, req.path, status, code, self._endpoint, outcome, duration_ms=duration_ms
        )
        self._ledger.record(sandbox, exchange, epoch)

    def _check_path(self, req: Request, sandbox_id: str | None) -> None:
        """Routing ignores more than the API does: leading slashes, percent-encoding."""
        prefix = "" if sandbox_id is None else SANDBOX_PATH + sandbox_id
        if raw_path(req) != prefix + self._path:
            raise falcon.HTTPRouteNotFound

    def _write(self, resp: Response, outcome: Outcome) -> int:
        reply = outcome.reply
        if reply is None:
            return 200
        resp.status = status = self._statuses[reply.code]
        resp.content_type = JSON
        resp.data = reply.body()
        return int(status[:3])

    def _sandbox(
        self, sandbox_id: str | None, presented: cookies.Presented, trace: Trace
    ) -> tuple[Sandbox, Store | None]:
        """Whose request it is; and where its session is another's, the store of that one."""
        if sandbox_id is None:
            return self._registry.route(presented), None
        sandbox = self._registry.get(sandbox_id)
        if presented is not None:
            owner = self._registry.owner(presented.sid)
            if owner is not None and owner != sandbox.id:
                trace.add(Step.SESSION_ELSEWHERE, presented.sid, owner)
                return sandbox, self._registry.get(owner).store
        return sandbox, None


_AUTHORITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def raw_path(req: Request) -> str:
    """The path as it was sent, neither decoded nor tidied up; decoded where the server keeps none.

    The authority of an absolute target, the query and a fragment are left out.
    """
    target = req.env.get("REQUEST_URI")
    if target is None:
        return str(req.path)
    return re.split("[?#]", _AUTHORITY.sub("", target, count=1), maxsplit=1)[0]


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
        elif req.method == "OPTIONS":
            self._answer(req, resp, "OPTIONS is answered only as a CORS preflight")
        else:
            self._answer(req, resp, f"no {req.method} on this path")

    def _answer(self, req: Request, resp: Response, note: str) -> None:
        resp.status = falcon.HTTP_400
        resp.content_type = JSON
        resp.data = BAD_REQUEST_BODY
        sandbox = getattr(req.context, "sandbox", None)
        if sandbox is None:
            sandbox = self._registry.route(cookies.presented(req.env.get("HTTP_COOKIE")))
        exchange = Exchange(req.method, req.path, 400, BAD_REQUEST_CODE, note=note)
        self._ledger.record(sandbox, exchange)
