"""The dialect of the profile `dashboard`: that of `server`, with uploads and two empty lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from falcon import Request, Response

from mockserver.api.catalog import endpoints_of
from mockserver.api.page import compact_json
from mockserver.api.profiles import DASHBOARD
from mockserver.api.values import Json
from mockserver.http.data_plane import JSON
from mockserver.http.dialect import Dialect
from mockserver.http.express.dialect import (
    OPTIONS_NOTE,
    ExpressMiddleware,
    ExpressResource,
    answer_options,
    leave_out_known,
    set_headers,
)
from mockserver.http.express.router import ExpressRouter, patterns_of
from mockserver.http.express.upload import read_upload
from mockserver.http.recorder import Recorder
from mockserver.record.exchange import Exchange

# What the application's first page asks for.
_LISTS: Final = ("/rand/loop", "/series/season")
_EMPTY: Final = compact_json({"status": "success", "code": 200, "message": "success", "data": []})


class DashboardRouter(ExpressRouter):
    """Finds the endpoints and lists of the profile."""

    patterns = patterns_of((*(one.path for one in endpoints_of(DASHBOARD.name)), *_LISTS))


class DashboardResource(ExpressResource):
    """Answers as Express does, and reads uploads."""

    def fields(self, req: Request) -> Mapping[str, Json]:
        return read_upload(req) if self.endpoint.takes_file else super().fields(req)


class EmptyList:
    """A list of loops or series, of which the mock has none. It is no endpoint of a page."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def on_get(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        _ = sandbox_id
        resp.content_type = JSON
        resp.data = _EMPTY
        status = 304 if leave_out_known(req, resp) else 200
        note = "an empty list, so that the application's first page renders"
        self._recorder.record(req, resp, Exchange(req.method, req.path, status, note=note))

    def on_head(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        self.on_get(req, resp, sandbox_id)

    def on_options(self, req: Request, resp: Response, sandbox_id: str | None = None) -> None:
        _ = sandbox_id
        answer_options(resp, "GET")
        self._recorder.record(req, resp, Exchange(req.method, req.path, 200, note=OPTIONS_NOTE))


def _lists(recorder: Recorder) -> Mapping[str, object]:
    return dict.fromkeys(_LISTS, EmptyList(recorder))


DIALECT: Final = Dialect(DashboardRouter, DashboardResource, set_headers, ExpressMiddleware, _lists)
