"""The dialect of the profile `documented`: the documentation, including its samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import falcon
from falcon import Request, Response
from falcon.routing import CompiledRouter

from mockserver.api.trace import Step, Trace
from mockserver.api.values import Json
from mockserver.http import cors
from mockserver.http.bodies.form import query
from mockserver.http.bodies.parser import BodyRefusedError, parse, reader
from mockserver.http.data_plane import EndpointResource
from mockserver.http.dialect import Dialect
from mockserver.http.paths import raw_path
from mockserver.http.recorder import Recorder
from mockserver.record.exchange import Exchange


def _begins_once(path: str) -> bool:
    return path[:1] == "/" and path[1:2] != "/"


class ExactRouter(CompiledRouter):
    """Falcon's router without its tolerance for extra leading slashes and percent-encoding."""

    def find(
        self, uri: str, req: Request | None = None
    ) -> tuple[object, Any, dict[str, Any], str | None] | None:
        if req is not None and not (_begins_once(uri) and raw_path(req) == uri):
            return None
        return super().find(uri, req)


class DocumentedResource(EndpointResource):
    """Answers the endpoint's method, GET where a sample sends it, and CORS preflights."""

    def on_get(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        trace = Trace()
        if self.endpoint.sample_sends_get:
            trace.add(Step.GET_ACCEPTED)
        else:
            self.take(req, "GET")
        self.answer(req, resp, sandbox_id, trace)

    def fields(self, req: Request) -> Mapping[str, Json]:
        if self.endpoint.query is not None:
            return query(req.query_string)
        try:
            return parse(
                req.env.get("CONTENT_TYPE", ""),
                req.env.get("HTTP_CONTENT_ENCODING"),
                reader(req.env),
            )
        except BodyRefusedError as refused:
            raise falcon.HTTPBadRequest(description=f"body refused: {refused}") from None

    def on_options(
        self,
        req: Request,
        resp: Response,
        sandbox_id: str | None = None,  # noqa: ARG002
    ) -> None:
        if not cors.is_preflight(req):
            note = "OPTIONS is answered only as a CORS preflight"
            raise falcon.HTTPMethodNotAllowed([], description=note)
        cors.answer_preflight(resp, self.cors_allow_header)
        refused = cors.refused_headers(req, self.cors_allow_header)
        note = "CORS preflight" + (f"; not allowed: {', '.join(refused)}" if refused else "")
        exchange = Exchange(req.method, req.path, 204, endpoint=self.endpoint, note=note)
        self.recorder.record(req, exchange)


def _cors(_recorder: Recorder) -> cors.CorsMiddleware:
    return cors.CorsMiddleware()


DIALECT: Final = Dialect(ExactRouter, DocumentedResource, _cors)
