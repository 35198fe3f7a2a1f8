"""The dialect of the profile `server`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.api.values import Json
from mockserver.http.bodies.form import query
from mockserver.http.bodies.parser import BodyRefusedError, parse
from mockserver.http.data_plane import EndpointResource
from mockserver.http.dialect import Dialect
from mockserver.http.express import replies as express
from mockserver.http.express.router import ExpressRouter
from mockserver.http.paths import raw_path
from mockserver.http.recorder import Recorder
from mockserver.http.transcribe import capturing
from mockserver.http.wire_faults import is_of_proxy
from mockserver.record.exchange import Exchange, Outcome


class ExpressResource(EndpointResource):
    """Answers the endpoint's method, HEAD like GET, and OPTIONS as Express does by default."""

    def on_head(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.on_get(req, resp, sandbox_id)

    def fields(self, req: Request) -> Mapping[str, Json]:
        if self.endpoint.query is not None:
            return query(req.query_string)
        fields: Mapping[str, Json] = req.context.fields
        return fields

    def _write(self, req: Request, resp: Response, outcome: Outcome) -> int:
        status = super()._write(req, resp, outcome)
        if outcome.reply is None or resp.data is None:
            return status
        if outcome.reply.code.is_page:
            resp.content_type = express.HTML
            resp.data = express.error_page(status)
            resp.delete_header("ETag")  # of a reply that was not committed
            req.context.error_page = True
            return status
        if self.endpoint.method == "GET" and status == 200 and leave_out_known(req, resp):
            return 304
        return status

    def on_options(
        self,
        req: Request,
        resp: Response,
        sandbox_id: str | None = None,  # noqa: ARG002
    ) -> None:
        answer_options(resp, self.endpoint.method)
        exchange = Exchange(req.method, req.path, 200, endpoint=self.endpoint, note=OPTIONS_NOTE)
        self.recorder.record(req, resp, exchange)


OPTIONS_NOTE: Final = "OPTIONS lists the methods; the real server does not answer preflights"


def leave_out_known(req: Request, resp: Response) -> bool:
    """Make the reply a 304 if the client has its body already. Returns whether it has."""
    tag = express.etag(resp.data or b"")
    if not express.is_fresh(req.env, tag):
        return False
    resp.status, resp.data = falcon.HTTP_304, None
    resp.delete_header("Content-Type")
    resp.set_header("ETag", tag)
    return True


def answer_options(resp: Response, method: str) -> None:
    """Answer with the methods of a path whose method is this one, as Express does."""
    allowed = express.ALLOWED[method]
    resp.content_type = express.HTML
    resp.data = allowed.encode()
    resp.set_header("Allow", allowed)


class ExpressMiddleware:
    """Parses the body before routing.

    `req.context.fields` are the fields of the body.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def process_request(self, req: Request, resp: Response) -> None:
        req.context.fields = {}
        if "CONTENT_LENGTH" not in req.env or "CONTENT_TYPE" not in req.env:
            return
        encoding = req.env.get("HTTP_CONTENT_ENCODING")
        try:
            req.context.fields = parse(req.env["CONTENT_TYPE"], encoding, capturing(req))
        except BodyRefusedError as refused:
            self._refuse(req, resp, refused)

    def _refuse(self, req: Request, resp: Response, refused: BodyRefusedError) -> None:
        resp.status = f"{refused.status} {express.REASONS[refused.status]}"
        resp.content_type = express.HTML
        resp.data = express.error_page(refused.status)
        resp.complete = True
        req.context.body_refused = True
        note = f"body refused before routing: {refused}"
        exchange = Exchange(req.method, raw_path(req), refused.status, note=note)
        self._recorder.record(req, resp, exchange)


def set_headers(req: Request, resp: Response) -> None:
    """Set Express' headers."""
    if is_of_proxy(req):
        return
    if getattr(req.context, "body_refused", False):
        resp.set_headers(express.ERROR_PAGE_HEADERS)
        return
    resp.set_headers(express.reply_headers(req.env.get("HTTP_ORIGIN")))
    if getattr(req.context, "error_page", False):
        resp.set_headers(express.ERROR_PAGE_HEADERS)
    elif resp.data is not None:
        resp.set_header("ETag", express.etag(resp.data))


DIALECT: Final = Dialect(ExpressRouter, ExpressResource, set_headers, ExpressMiddleware)
