"""The composition root of the HTTP side."""

from __future__ import annotations

from typing import TypeAlias

import falcon

from mockserver.codes import BASE_PATH, ENDPOINTS
from mockserver.exchange import Exchange, Observer
from mockserver.http.cors import CorsMiddleware
from mockserver.http.data_plane import BadRequests, TokenResource, http_statuses
from mockserver.http.problems import ProblemError, Problems
from mockserver.sandbox import Sandbox

WsgiApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


def unobserved(exchange: Exchange) -> None:
    """The observer that looks away."""


def make_app(sandbox: Sandbox, http_status: str = "200", observe: Observer = unobserved) -> WsgiApp:
    """The WSGI application that answers from this sandbox and tells `observe` each exchange."""
    app = falcon.App(middleware=[CorsMiddleware()])
    statuses = http_statuses(http_status)
    for endpoint in ENDPOINTS:
        app.add_route(
            BASE_PATH + endpoint.path, TokenResource(endpoint, sandbox, statuses, observe)
        )
    bad_requests, problems = BadRequests(observe), Problems(observe)
    app.add_sink(bad_requests.unknown_path)
    app.add_error_handler(Exception, problems.bug)
    app.add_error_handler(falcon.HTTPError, bad_requests.unsuitable)
    app.add_error_handler(ProblemError, problems.unsatisfiable)
    return app
