"""The composition root of the HTTP side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

import falcon
from falcon import Request, Response

from mockserver.api.catalog import endpoints_of
from mockserver.api.common import BASE_PATH
from mockserver.api.service import Service
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.data_plane import ApiUrls, BadRequests, http_statuses
from mockserver.http.dialect import Dialect, dialect_of
from mockserver.http.paths import SANDBOX_PATH, is_admin_path
from mockserver.http.problems import ApiProblems
from mockserver.http.recaptcha import CaptchaScript
from mockserver.http.recorder import Recorder
from mockserver.http.waiting_places import WaitingPlaces
from mockserver.http.wsgi import LateApp, WsgiApp
from mockserver.record.exchange import Exchange, Observer
from mockserver.sandbox.control import Control
from mockserver.sandbox.decide import Decider
from mockserver.state.waits import Bell, Delays, Pause, Wait

FalconApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"
Later: TypeAlias = Callable[[Callable[[], object]], None]
"""Arranges that a function is called soon."""
DEFAULT_PLACES: Final = 50
# A server may put a function under this key into the WSGI environment. It lets the server answer
# other requests during a control plane call, which may visit a million entries.
STEP_ASIDE: Final = "animeloop_mock.step_aside"
SANDBOX_API: Final = SANDBOX_PATH + "{sandbox_id}"


def unobserved(exchange: Exchange) -> None:
    """The default observer: do nothing."""


def _stay() -> None:
    """The default for STEP_ASIDE: do nothing, because each request has its own thread."""


def make_app(  # noqa: PLR0917  each part is replaceable
    backend: Control,
    http_status: str = "200",
    observe: Observer = unobserved,
    policy: AdminPolicy | None = None,
    pause: Pause | None = None,
    delays: Delays | None = None,
    cors_allow_header: Sequence[str] = (),
    later: Later | None = None,
) -> WsgiApp:
    """Return the WSGI application of the mock.

    - `backend` holds the sandboxes.
    - `http_status` is the mode set by `--http-status`.
    - `observe` is called with each exchange of the API and each write to the control plane.
    - `policy` controls access to the control plane.
    - `pause` is how calls of the control plane wait.
    - `delays` tracks the delayed requests of the API.
    - `cors_allow_header` are further request headers that pages of other origins may send.
    - `later` gets a function that makes the control plane; without it, that is made now.
    """
    bell = Bell(pause or WaitingPlaces(DEFAULT_PLACES).pause)
    dialect = dialect_of(backend.default.profile)
    recorder = Recorder(backend, observe, bell, dialect.headers)
    decider = Decider(backend, Service(backend.default.profile), delays or Delays(Wait.sleep))
    api = _api(dialect, decider, recorder, http_status, cors_allow_header)

    def control_plane() -> WsgiApp:
        from mockserver.http.admin import plane  # noqa: PLC0415  it takes 15 ms

        return plane.control_plane(backend, http_status, policy or AdminPolicy(), bell, observe)

    admin = LateApp(control_plane)
    if later is None:
        admin.complete()
    else:
        later(admin.complete)
    captcha = CaptchaScript(backend)

    def switch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Both applications route by the very string that is tested here.
        # A server may omit empty variables (PEP 3333).
        if is_admin_path(environ.setdefault("PATH_INFO", "")):
            environ.get(STEP_ASIDE, _stay)()
            return admin(environ, start_response)
        script = captcha.answer(environ, start_response)
        return api(environ, start_response) if script is None else script

    return switch


def _api(
    dialect: Dialect,
    decider: Decider,
    recorder: Recorder,
    http_status: str,
    cors_allow_header: Sequence[str],
) -> FalconApp:
    """The data plane: the mocked API."""
    app = falcon.App(router=dialect.router())
    app.add_middleware(ApiUrls(recorder.backend))
    app.add_middleware(_Finish(recorder))
    if dialect.refusing is not None:
        app.add_middleware(dialect.refusing(recorder))
    statuses = http_statuses(http_status)
    resources: dict[str, object] = {
        endpoint.path: dialect.resource(endpoint, decider, statuses, recorder, cors_allow_header)
        for endpoint in endpoints_of(decider.service.profile.name)
    }
    if dialect.beside is not None:
        resources |= dialect.beside(recorder)
    for path, resource in resources.items():
        app.add_route(BASE_PATH + path, resource)
        app.add_route(SANDBOX_API + BASE_PATH + path, resource)
    problems = ApiProblems(recorder)
    bad_requests = BadRequests(recorder, problems.not_found)
    app.add_sink(bad_requests.unknown_path)
    problems.add_to(app)
    app.add_error_handler(falcon.HTTPError, bad_requests.unsuitable)
    return app


class _Finish:
    """Falcon middleware that completes replies that nobody has recorded."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        if not getattr(req.context, "finished", False):
            self._recorder.finish(req, resp)
