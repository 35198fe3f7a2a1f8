"""The data plane: one Falcon resource for each documented endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import intern
from time import perf_counter
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.api.catalog import CODES
from mockserver.api.common import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH
from mockserver.api.page import Code, Endpoint
from mockserver.api.trace import Trace
from mockserver.credentials import cookies
from mockserver.errors import UnknownNameError
from mockserver.http import prefer, wire_faults
from mockserver.http.paths import SANDBOX_PATH, raw_path
from mockserver.http.problems import ProblemError
from mockserver.http.recorder import Recorder
from mockserver.record.exchange import Exchange, Outcome
from mockserver.sandbox.backend import NO_PREFERENCES, Preferences, Snapshot
from mockserver.sandbox.control import Control
from mockserver.sandbox.decide import Decider

JSON: Final = "application/json; charset=utf-8"


def http_statuses(mode: str) -> Mapping[Code, tuple[str, int]]:
    """Return the status line and HTTP status of each code in this `--http-status` mode."""
    sent = {code: code.sent_status(mode) for code in CODES}
    return {code: (falcon.code_to_http_status(status), status) for code, status in sent.items()}


class EndpointResource:
    """One endpoint, which answers POST. Subclasses of a profile add other methods.

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

    def on_post(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.answer(req, resp, sandbox_id, Trace())

    def answer(self, req: Request, resp: Response, sandbox_id: str | None, trace: Trace) -> None:
        """Answer a request, and record it. `trace` holds the steps so far."""
        begin = perf_counter()
        presented = cookies.presented(req.env.get("HTTP_COOKIE"))
        header = req.env.get("HTTP_PREFER")
        wish = NO_PREFERENCES if header is None else prefer.read(header, self.endpoint)
        snapshot = self._begin(presented, wish, sandbox_id)
        with self._backend.in_use(snapshot.sandbox_id):
            outcome, changes = self._decider.decide(snapshot, self.endpoint, presented, wish, trace)
            if wish is not NO_PREFERENCES and (done := prefer.applied(wish)) is not None:
                resp.set_header("Preference-Applied", done)
            status = self._write(resp, outcome)
            if outcome.wire is not None:
                wire_faults.break_exchange(req, resp, outcome.wire)
                status = wire_faults.seen_status(outcome.wire, status)
            code = None if outcome.reply is None else outcome.reply.code.number
            # Journals keep thousands of these, so equal strings are shared.
            path = self._path if req.path == self._path else req.path
            exchange = Exchange(
                intern(req.method), path, status, code, self.endpoint, outcome,
                duration_ms=(perf_counter() - begin) * 1000,
            )  # fmt: skip
            self.recorder.commit(snapshot, changes, exchange)

    def _begin(
        self, presented: cookies.Presented, wish: Preferences, sandbox_id: str | None
    ) -> Snapshot:
        try:
            return self._backend.begin(self.endpoint, presented, wish, sandbox_id)
        except UnknownNameError as error:
            raise ProblemError(
                400, f"Unknown {error.kind}", f"Prefer: {error}", valid=error.valid
            ) from None

    def _write(self, resp: Response, outcome: Outcome) -> int:
        reply = outcome.reply
        if reply is None:
            return 200
        resp.status, status = self._statuses[reply.code]
        resp.content_type = JSON
        resp.data = reply.body()
        return status


class ApiUrls:
    """Falcon middleware that finds the sandbox of an `api_url`. NotFoundError becomes a 404."""

    def __init__(self, backend: Control) -> None:
        self._backend = backend

    def process_request(self, req: Request, _resp: Response) -> None:
        if req.path.startswith(SANDBOX_PATH):
            sandbox_id = req.path.removeprefix(SANDBOX_PATH).partition("/")[0]
            req.context.sandbox_id = self._backend.get(sandbox_id).id


class BadRequests:
    """Answers undocumented requests with the API's own 400 envelope."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def unknown_path(self, req: Request, resp: Response, **_groups: object) -> None:
        """Answer a request to a path without a route."""
        self._answer(req, resp, "no such path")

    def unsuitable(
        self, req: Request, resp: Response, error: falcon.HTTPError, _params: object
    ) -> None:
        """Answer a request that Falcon refused, for example because of its method."""
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
        self._recorder.record(req, exchange)
