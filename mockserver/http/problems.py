"""Problem documents (RFC 9457), for errors of the mock itself."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.api.page import compact_json
from mockserver.errors import (
    ConflictError,
    ImpossibleError,
    LimitError,
    NotFoundError,
    StateUnavailableError,
    UnknownNameError,
)
from mockserver.http.paths import SANDBOX_PATH
from mockserver.http.recorder import Recorder
from mockserver.record.exchange import Exchange
from mockserver.record.text import one_line, redacted

PROBLEM_JSON: Final = "application/problem+json"
# For every reply of the control plane, because it contains secrets and untrusted text.
ADMIN_HEADERS: Final = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_log: Final = logging.getLogger("animeloop_mock")


class ProblemError(Exception):
    """Answers a request with a problem document. `members` are additional members of it."""

    def __init__(self, status: int, title: str, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.members = members


class Problems:
    """Falcon error handlers that turn errors into problem documents."""

    def add_to(self, app: falcon.App[Request, Response]) -> None:
        """Handle all errors of this application."""
        app.add_error_handler(Exception, self.bug)
        app.add_error_handler(ProblemError, self.problem)
        app.add_error_handler(NotFoundError, self.not_found)
        app.add_error_handler(ConflictError, self.conflict)
        app.add_error_handler(LimitError, self.limit)
        app.add_error_handler(StateUnavailableError, self.unavailable)
        app.add_error_handler(UnknownNameError, self.unknown_name)
        app.add_error_handler(ImpossibleError, self.impossible)

    def problem(self, req: Request, resp: Response, error: ProblemError, _params: object) -> None:
        """Answer with the document that the error describes."""
        self._answer(req, resp, error.status, error.title, str(error), members=error.members)

    def not_found(self, req: Request, resp: Response, error: NotFoundError, _p: object) -> None:
        """404: the thing that the path names does not exist."""
        self._answer(req, resp, 404, "Not found", str(error))

    def conflict(self, req: Request, resp: Response, error: ConflictError, _p: object) -> None:
        """409: the request conflicts with the current state."""
        self._answer(req, resp, 409, "Conflict", str(error))

    def limit(self, req: Request, resp: Response, error: LimitError, _params: object) -> None:
        """503: a limit of the server is reached."""
        self._answer(req, resp, 503, "Limit reached", str(error))

    def unavailable(
        self, req: Request, resp: Response, error: StateUnavailableError, _params: object
    ) -> None:
        """503: the state of the mock cannot be reached."""
        self._answer(req, resp, 503, "State unavailable", str(error))

    def unknown_name(
        self, req: Request, resp: Response, error: UnknownNameError, _params: object
    ) -> None:
        """422: a name does not exist. The document lists the valid ones."""
        members = {"valid": list(error.valid)}
        self._answer(req, resp, 422, f"Unknown {error.kind}", str(error), members=members)

    def impossible(self, req: Request, resp: Response, error: ImpossibleError, _p: object) -> None:
        """422: the server that runs the mock cannot carry this out."""
        self._answer(req, resp, 422, "Not possible here", str(error))

    def bug(self, req: Request, resp: Response, error: Exception, _params: object) -> None:
        """500: a bug in the mock. The traceback goes to the log."""
        path = one_line(redacted(req.path))
        _log.error("internal error at %s %s", req.method, path, exc_info=error)
        detail = "This is a bug of animeloop-mock, not a reply of the API; its log says more."
        self._answer(req, resp, 500, "Internal error of the mock", detail)

    def _answer(
        self,
        req: Request,
        resp: Response,
        status: int,
        title: str,
        detail: str,
        *,
        members: Mapping[str, object] | None = None,
    ) -> None:
        resp.status = falcon.code_to_http_status(status)
        resp.content_type = PROBLEM_JSON
        document = {"title": title, "status": status, "detail": detail, **(members or {})}
        resp.data = compact_json(document)
        self._record(req, resp, status, detail)

    def _record(self, req: Request, resp: Response, status: int, detail: str) -> None:
        """Record the reason for the refusal."""
        raise NotImplementedError


class AdminProblems(Problems):
    """Problems of the control plane. The request log gets the reason."""

    def _record(self, req: Request, _resp: Response, _status: int, detail: str) -> None:
        req.context.refused = detail


class ApiProblems(Problems):
    """Problems on the paths of the API. The journal gets the reason."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def impossible(self, req: Request, resp: Response, error: ImpossibleError, _p: object) -> None:
        """400: the server that runs the mock cannot carry out this preference."""
        self._answer(req, resp, 400, "Not possible here", f"Prefer: {error}")

    def not_found(self, req: Request, resp: Response, error: NotFoundError, _p: object) -> None:
        """404: the sandbox is gone, and so is its journal."""
        req.context.sandbox_id = None
        self._answer(req, resp, 404, "Not found", str(error))

    def _record(self, req: Request, resp: Response, status: int, detail: str) -> None:
        exchange = Exchange(req.method, req.path, status, note=detail)
        known = getattr(req.context, "sandbox_id", None) is not None
        if req.path.startswith(SANDBOX_PATH) and not known:
            self._recorder.observe(exchange)
            return
        try:
            self._recorder.record(req, resp, exchange)
        except NotFoundError as error:
            self.not_found(req, resp, error, None)
