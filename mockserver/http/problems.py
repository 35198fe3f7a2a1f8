"""Errors that are the mock's own, not the API's: problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.codes import compact_json
from mockserver.exchange import Exchange, Observer

PROBLEM_JSON: Final = "application/problem+json"
_log: Final = logging.getLogger("animeloop_mock")


class ProblemError(Exception):
    """A request prefers something that does not exist: 400, with what does."""

    def __init__(self, title: str, detail: str, valid: Sequence[str | int]) -> None:
        super().__init__(detail)
        self.title = title
        self.valid = valid


class Problems:
    """Turns errors into problem documents."""

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def unsatisfiable(
        self, req: Request, resp: Response, error: ProblemError, _params: object
    ) -> None:
        """400: the request is refused, so that a typing error is not taken for a success."""
        document = {"title": error.title, "status": 400, "detail": str(error)}
        self._answer(req, resp, 400, {**document, "valid": list(error.valid)}, str(error))

    def bug(self, req: Request, resp: Response, error: Exception, _params: object) -> None:
        """500: a mistake in this mock; the traceback is for the log."""
        _log.error("internal error at %s %s", req.method, req.path, exc_info=error)
        document = {
            "title": "Internal error of the mock",
            "status": 500,
            "detail": "This is a bug of animeloop-mock, not a reply of the API; its log says more.",
        }
        self._answer(req, resp, 500, document, "internal error of the mock")

    def _answer(
        self, req: Request, resp: Response, status: int, document: object, note: str
    ) -> None:
        resp.status = falcon.code_to_http_status(status)
        resp.content_type = PROBLEM_JSON
        resp.data = compact_json(document)
        self._observe(Exchange(req.method, req.path, status, note=note))
