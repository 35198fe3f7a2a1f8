"""The composition root of the HTTP side."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final, TypeAlias

import falcon
from falcon import Request, Response

from mockserver.codes import BASE_PATH, ENDPOINTS
from mockserver.errors import (
    ConflictError,
    ImpossibleError,
    LimitError,
    NotFoundError,
    UnknownNameError,
    did_you_mean,
)
from mockserver.exchange import Exchange, Observer
from mockserver.http.admin.call import WaitingRoom
from mockserver.http.admin.gate import AdminGate, AdminPolicy
from mockserver.http.admin.routes import SANDBOX_CALLS, SERVER_CALLS, add_routes, paths
from mockserver.http.data_plane import ApiUrls, BadRequests, http_statuses
from mockserver.http.ledger import Ledger
from mockserver.http.paths import ADMIN_PATH, SANDBOX_PATH, is_admin
from mockserver.http.problems import ProblemError, Problems
from mockserver.http.surface import surface_of
from mockserver.registry import Registry
from mockserver.text import shortened

WsgiApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"
DEFAULT_PLACES: Final = 50
SANDBOX_API: Final = SANDBOX_PATH + "{sandbox_id}"


def unobserved(exchange: Exchange) -> None:
    """The observer that looks away."""


def make_app(
    registry: Registry,
    http_status: str = "200",
    observe: Observer = unobserved,
    policy: AdminPolicy | None = None,
    waiting_room: WaitingRoom | None = None,
) -> WsgiApp:
    """The WSGI application that answers from these sandboxes and tells `observe` each exchange.

    `policy` says who may call the control plane; `waiting_room` is where its calls wait.
    """
    surface = surface_of(registry.default.profile)
    ledger = Ledger(observe)
    app = falcon.App(router=surface.router())
    app.add_middleware(ApiUrls(registry))
    app.add_middleware(AdminGate(policy or AdminPolicy()))
    app.add_middleware(surface.middleware(registry, ledger))
    statuses = http_statuses(http_status)
    for endpoint in ENDPOINTS:
        resource = surface.resource(endpoint, registry, statuses, ledger)
        app.add_route(BASE_PATH + endpoint.path, resource)
        app.add_route(SANDBOX_API + BASE_PATH + endpoint.path, resource)
    add_routes(app, registry, waiting_room or WaitingRoom(DEFAULT_PLACES, bool), http_status)
    bad_requests, problems = BadRequests(registry, ledger), Problems(registry, ledger)
    app.add_sink(bad_requests.unknown_path)
    app.add_sink(_unknown_call, ADMIN_PATH + r"(?:/|$)")
    app.add_error_handler(Exception, problems.bug)
    app.add_error_handler(ProblemError, problems.problem)
    app.add_error_handler(NotFoundError, problems.not_found)
    app.add_error_handler(ConflictError, problems.conflict)
    app.add_error_handler(LimitError, problems.limit)
    app.add_error_handler(UnknownNameError, problems.unknown_name)
    app.add_error_handler(ImpossibleError, problems.impossible)

    def refused(req: Request, resp: Response, error: falcon.HTTPError, params: object) -> None:
        """What Falcon itself refuses: on the control plane a problem, else the API's 400."""
        if is_admin(req):
            resp.set_headers(dict(error.headers or {}))
            title = HTTPStatus(error.status_code).phrase
            methods = dict(error.headers or {}).get("Allow", "").split(", ")
            allowed = ", ".join(name for name in methods if name != "OPTIONS")
            takes = f"; it takes {allowed}" if allowed else ""
            detail = f"{title}: {req.method} {req.path}{takes}"
            problem = ProblemError(error.status_code, title, detail)
            problems.problem(req, resp, problem, params)
        else:
            bad_requests.unsuitable(req, resp, error, params)

    app.add_error_handler(falcon.HTTPError, refused)
    return app


def _unknown_call(req: Request, resp: Response, **_groups: object) -> None:  # noqa: ARG001
    calls = paths(SANDBOX_CALLS)
    known = {ADMIN_PATH + path for path in calls | paths(SERVER_CALLS)}
    known |= {f"{ADMIN_PATH}/sandboxes/ID{path}" for path in calls}
    path = re.sub(r"^(/__admin/sandboxes)/[^/]+(?=/)", r"\1/ID", req.path)
    hint = did_you_mean(path, known, cutoff=0.8)
    detail = f"the control plane has no {shortened(req.path)}{hint}"
    raise ProblemError(404, "Not found", detail, valid=sorted(known))
