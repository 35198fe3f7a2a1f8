"""The data plane: one Falcon resource for each documented endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from sys import intern
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.api.catalog import EVERY_CODE
from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH, ERROR_PAGES
from mockserver.api.page import Code, Endpoint
from mockserver.api.trace import Step, Trace
from mockserver.api.values import Json
from mockserver.credentials import cookies
from mockserver.errors import NotFoundError, UnknownNameError
from mockserver.http import prefer, wire_faults
from mockserver.http.hints import path_hint, similar_cookie
from mockserver.http.paths import SANDBOX_PATH, raw_path
from mockserver.http.problems import ProblemError
from mockserver.http.recorder import Recorder
from mockserver.http.session_cookie import set_cookie
from mockserver.http.sites import warn_of_dropped_cookie
from mockserver.http.transcribe import transcribe
from mockserver.http.unread import note_fields_in_query, note_unread, note_unread_body
from mockserver.record.exchange import Exchange, Outcome
from mockserver.sandbox.backend import (
    NO_CONTENT,
    NO_PREFERENCES,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.control import Control
from mockserver.sandbox.decide import Decider
from mockserver.state.clock import monotonic

JSON: Final = "application/json; charset=utf-8"


def http_statuses(mode: str) -> Mapping[Code, tuple[str, int]]:
    """Return the status line and HTTP status of each code in this `--http-status` mode."""
    sent = {code: code.sent_status(mode) for code in (*EVERY_CODE, *ERROR_PAGES)}
    return {code: (falcon.code_to_http_status(status), status) for code, status in sent.items()}


class EndpointResource:
    """One endpoint. Subclasses of a profile add other methods.

    Under `/api/v2` the cookie selects the sandbox. Under a sandbox's `api_url` the path does.
    `cors_allow_header` are further request headers that a preflight allows.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        decider: Decider,
        statuses: Mapping[Code, tuple[str, int]],
        recorder: Recorder,
        cors_allow_header: Sequence[str] = (),
    ) -> None:
        self.endpoint = endpoint
        self.cors_allow_header = cors_allow_header
        self.recorder = recorder
        self._backend = recorder.backend
        self._decider = decider
        self._path: Final = BASE_PATH + endpoint.path
        self._statuses = statuses
        self._has_content = endpoint.parses_body or endpoint.query is not None

    def on_post(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.take(req, "POST")
        self.answer(req, resp, sandbox_id, Trace())

    def on_get(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.take(req, "GET")
        self.answer(req, resp, sandbox_id, Trace())

    def take(self, req: Request, method: str) -> None:
        """Raise HTTPMethodNotAllowed if the endpoint has another method."""
        if self.endpoint.method != method:
            raise falcon.HTTPMethodNotAllowed([], description=f"no {req.method} on this path")

    def fields(self, req: Request) -> Mapping[str, Json]:
        """Return the fields of the body or the query. May refuse the request."""
        raise NotImplementedError

    def answer(self, req: Request, resp: Response, sandbox_id: str | None, trace: Trace) -> None:
        """Answer a request, and record it. `trace` holds the steps so far."""
        begin = monotonic()
        presented = cookies.presented(req.env.get("HTTP_COOKIE"))
        header = req.env.get("HTTP_PREFER")
        wish = NO_PREFERENCES if header is None else prefer.read(header, self.endpoint)
        if presented is None and self.endpoint.needs_session and wish.code is None:
            _note_similar_cookie(req, trace)
        content = NO_CONTENT
        if not self._has_content:
            note_unread(req, trace)
        elif wish.code is None:
            content = self._content(req, trace)
        else:
            content = self._names_alone(req)
        snapshot = self._begin(presented, wish, sandbox_id, content)
        with self._backend.in_use(snapshot.sandbox_id):
            steps, result = trace.length, CommitResult.DONE
            while True:
                outcome, changes = self._decider.decide(
                    snapshot, self.endpoint, presented, wish, trace, content, result
                )
                warn_of_dropped_cookie(req, outcome)
                cookie = set_cookie(outcome, snapshot.cookie_secret)
                status = self._reply(req, resp, outcome, wish)
                exchange = self._exchange(
                    req, resp, status, outcome, begin, cookie, snapshot.sandbox_id
                )
                result = self.recorder.commit(snapshot, changes, exchange)
                if result is CommitResult.DONE:
                    break
                trace = trace.first(steps)
                wire_faults.mend_reply(req, resp)
                if result is CommitResult.CONFLICT:
                    snapshot = self._begin(presented, wish, sandbox_id, content, snapshot)
            if outcome.wire is not None:  # only now it is sure that the fault strikes
                wire_faults.break_connection(req, outcome.wire)
            if cookie is not None:
                resp.append_header("Set-Cookie", cookie)

    def _reply(self, req: Request, resp: Response, outcome: Outcome, wish: Preferences) -> int:
        """Complete the reply but for its cookie. Returns the HTTP status that the client sees."""
        status = self._write(req, resp, outcome)
        if wish is not NO_PREFERENCES and (done := prefer.applied(wish)) is not None:
            resp.set_header("Preference-Applied", done)
        if outcome.wire is not None:
            status = wire_faults.seen_status(outcome.wire, status)
            wire_faults.break_reply(req, resp, outcome.wire, self.endpoint)
        self.recorder.finish(req, resp)
        return status

    def _content(self, req: Request, trace: Trace) -> Content:
        fields = self.fields(req)
        if self.endpoint.body is not None and not fields and req.content_length:
            note_unread_body(req, trace)
        if self.endpoint.body is not None and req.env.get("QUERY_STRING"):
            note_fields_in_query(req, self.endpoint.body, fields, trace)
        return Content(fields, self._decider.service.named_users(self.endpoint, fields))

    def _names_alone(self, req: Request) -> Content:
        """Return the users that a request names, for the journal. A malformed body names none."""
        try:
            fields = self.fields(req)
        except falcon.HTTPBadRequest:
            fields = {}
        return Content({}, self._decider.service.named_users(self.endpoint, fields))

    def _begin(
        self,
        presented: cookies.Presented,
        wish: Preferences,
        sandbox_id: str | None,
        content: Content,
        again: Snapshot | None = None,
    ) -> Snapshot:
        try:
            return self._backend.begin(self.endpoint, presented, wish, sandbox_id, content, again)
        except UnknownNameError as error:
            raise ProblemError(
                400, f"Unknown {error.kind}", f"Prefer: {error}", valid=error.valid
            ) from None

    def _exchange(  # noqa: PLR0917  what an exchange consists of
        self,
        req: Request,
        resp: Response,
        status: int,
        outcome: Outcome,
        begin: float,
        cookie: str | None,
        sandbox_id: str,
    ) -> Exchange:
        reply = outcome.reply
        code = None if reply is None or reply.code.is_page else reply.code.number
        # Journals keep thousands of these, so equal strings are shared.
        path = self._path if req.path == self._path else req.path
        transcript = transcribe(req, resp, cookie) if self.recorder.transcribes else None
        return Exchange(
            intern(req.method), path, status, code, self.endpoint, outcome, "",
            (monotonic() - begin) * 1000, transcript, sandbox_id,
        )  # fmt: skip

    def _write(self, req: Request, resp: Response, outcome: Outcome) -> int:  # noqa: ARG002
        """Write the reply. Returns its HTTP status."""
        reply = outcome.reply
        if reply is None:
            return 200
        resp.status, status = self._statuses[reply.code]
        resp.content_type = JSON
        resp.data = reply.body()
        return status


def _note_similar_cookie(req: Request, trace: Trace) -> None:
    """Note a cookie that is probably the session cookie under another name."""
    name = similar_cookie(req.env.get("HTTP_COOKIE"))
    if name is not None:
        trace.add(Step.COOKIE_MISNAMED, name)


class ApiUrls:
    """Falcon middleware that finds the sandbox of an `api_url`. NotFoundError becomes a 404."""

    def __init__(self, backend: Control) -> None:
        self._backend = backend

    def process_request(self, req: Request, _resp: Response) -> None:
        if req.path.startswith(SANDBOX_PATH):
            sandbox_id = req.path.removeprefix(SANDBOX_PATH).partition("/")[0]
            self._backend.require(sandbox_id)
            req.context.sandbox_id = sandbox_id


class BadRequests:
    """Answers undocumented requests with the API's own 400 envelope.

    `not_found` answers if the sandbox of an `api_url` is gone.
    """

    def __init__(
        self,
        recorder: Recorder,
        not_found: Callable[[Request, Response, NotFoundError, object], None],
    ) -> None:
        self._recorder = recorder
        self._not_found = not_found

    def unknown_path(self, req: Request, resp: Response, **_groups: object) -> None:
        """Answer a request to a path without a route."""
        self._answer(req, resp, "no such path" + path_hint(raw_path(req)))

    def unsuitable(
        self, req: Request, resp: Response, error: falcon.HTTPError, _params: object
    ) -> None:
        """Answer a request that Falcon refused, for example because of its method."""
        if isinstance(error, falcon.HTTPNotFound):
            self._answer(req, resp, "no such path" + path_hint(raw_path(req)))
        elif error.description is not None:
            self._answer(req, resp, error.description)
        else:
            self._answer(req, resp, f"no {req.method} on this path")

    def _answer(self, req: Request, resp: Response, note: str) -> None:
        resp.status = falcon.HTTP_400
        resp.content_type = JSON
        resp.data = BAD_REQUEST_BODY
        exchange = Exchange(req.method, raw_path(req), 400, BAD_REQUEST_CODE, note=note)
        try:
            self._recorder.record(req, resp, exchange)
        except NotFoundError as error:
            self._not_found(req, resp, error, None)
