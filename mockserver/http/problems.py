"""Errors that are the mock's own, not the API's: problem documents (RFC 9457)."""

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
    UnknownNameError,
)
from mockserver.http.paths import SANDBOX_PATH
from mockserver.http.recorder import Recorder
from mockserver.record.exchange import Exchange
from mockserver.record.text import one_line, redacted

PROBLEM_JSON: Final = "application/problem+json"
# Every reply of the control plane has these: it shows secrets, and texts of others.
ADMIN_HEADERS: Final = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_log: Final = logging.getLogger("animeloop_mock")


class ProblemError(Exception):
    """A request to be answered with a problem document; `members` are further members of it."""

    def __init__(self, status: int, title: str, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.members = members


class Problems:
    """Turns errors into problem documents."""

    def add_to(self, app: falcon.App[Request, Response]) -> None:
        """Answer every error of this application."""
        app.add_error_handler(Exception, self.bug)
        app.add_error_handler(ProblemError, self.problem)
        app.add_error_handler(NotFoundError, self.not_found)
        app.add_error_handler(ConflictError, self.conflict)
        app.add_error_handler(LimitError, self.limit)
        app.add_error_handler(UnknownNameError, self.unknown_name)
        app.add_error_handler(ImpossibleError, self.impossible)

    def problem(self, req: Request, resp: Response, error: ProblemError, _params: object) -> None:
        """The document that the error describes."""
        self._answer(req, resp, error.status, error.title, str(error), members=error.members)

    def not_found(self, req: Request, resp: Response, error: NotFoundError, _p: object) -> None:
        """404: what the path names does not exist."""
        self._answer(req, resp, 404, "Not found", str(error))

    def conflict(self, req: Request, resp: Response, error: ConflictError, _p: object) -> None:
        """409: what is asked contradicts the state."""
        self._answer(req, resp, 409, "Conflict", str(error))

    def limit(self, req: Request, resp: Response, error: LimitError, _params: object) -> None:
        """503: there is no room for more."""
        self._answer(req, resp, 503, "Limit reached", str(error))

    def unknown_name(
        self, req: Request, resp: Response, error: UnknownNameError, _params: object
    ) -> None:
        """422: a name that does not exist, with those that do."""
        members = {"valid": list(error.valid)}
        self._answer(req, resp, 422, f"Unknown {error.kind}", str(error), members=members)

    def impossible(self, req: Request, resp: Response, error: ImpossibleError, _p: object) -> None:
        """422, or 400 for a preference: what the server that carries the mock cannot do."""
        self._answer(req, resp, 422, "Not possible here", str(error))

    def bug(self, req: Request, resp: Response, error: Exception, _params: object) -> None:
        """500: a mistake in this mock; the traceback is for the log."""
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
        self._record(req, status, detail)

    def _record(self, req: Request, status: int, detail: str) -> None:
        """Keep the reason where this application has use for it."""
        raise NotImplementedError


class AdminProblems(Problems):
    """What the control plane refuses; the request log says why."""

    def _record(self, req: Request, status: int, detail: str) -> None:  # noqa: ARG002
        req.context.refused = detail


class ApiProblems(Problems):
    """What the mock refuses on the paths of the API; the journal has it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def impossible(self, req: Request, resp: Response, error: ImpossibleError, _p: object) -> None:
        """400: a preference that the server that carries the mock cannot fulfil."""
        self._answer(req, resp, 400, "Not possible here", f"Prefer: {error}")

    def _record(self, req: Request, status: int, detail: str) -> None:
        exchange = Exchange(req.method, req.path, status, note=detail)
        known = getattr(req.context, "sandbox_id", None) is not None
        if req.path.startswith(SANDBOX_PATH) and not known:
            self._recorder.observe(exchange)  # the sandbox is gone, and its journal with it
        else:
            self._recorder.record(req, exchange)
