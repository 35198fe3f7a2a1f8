"""The control plane: one Falcon application, which knows nothing of the mocked API's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeAlias

import falcon
from falcon import Request, Response

from mockserver.http.admin.gate import AdminGate
from mockserver.http.admin.page_files import add_page
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.admin.routes import AdminRouter, Methods, add_routes, unknown_call
from mockserver.http.admin.write_log import WriteLog
from mockserver.http.problems import AdminProblems, ProblemError
from mockserver.record.exchange import Observer
from mockserver.record.text import redacted
from mockserver.sandbox.control import Control
from mockserver.state.waits import Bell

_App: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


def control_plane(
    backend: Control, http_status: str, policy: AdminPolicy, bell: Bell, observe: Observer
) -> _App:
    """Return the control plane as a WSGI application, see `http/app.make_app`."""
    app = falcon.App(router=AdminRouter())
    app.add_middleware(WriteLog(observe))
    app.add_middleware(AdminGate(policy))
    app.add_middleware(Methods())
    add_page(app)
    add_routes(app, backend, bell, http_status)
    app.add_sink(unknown_call)
    AdminProblems().add_to(app)
    app.add_error_handler(falcon.HTTPError, _refused)
    return app


def _refused(req: Request, resp: Response, error: falcon.HTTPError, params: object) -> None:
    """Turn Falcon's own errors into problem documents."""
    headers = dict(error.headers or {})
    resp.set_headers(headers)
    title = HTTPStatus(error.status_code).phrase
    takes = f"; it takes {headers['Allow']}" if "Allow" in headers else ""
    detail = f"{title}: {req.method} {redacted(req.path)}{takes}"
    AdminProblems().problem(req, resp, ProblemError(error.status_code, title, detail), params)
