"""The one table of all control plane calls, and how it becomes Falcon's routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, TypeAlias

import falcon
from falcon import Request, Response

from mockserver.api.codes import compact_json
from mockserver.credentials import cookies
from mockserver.fixtures.schema import MAX_TEXT
from mockserver.http.admin import records, state
from mockserver.http.admin.call import Call, Result, unprocessable
from mockserver.http.paths import ADMIN_PATH
from mockserver.http.problems import ProblemError
from mockserver.sandbox.registry import Registry
from mockserver.sandbox.sandbox import DEFAULT_ID
from mockserver.state.waits import Pause

Handler: TypeAlias = Callable[[Call], Result]

# Calls on one sandbox: the default one under /__admin, any under its own admin path.
SANDBOX_CALLS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/health", records.health),
    ("HEAD", "/health", records.health),
    ("POST", "/reset", state.reset),
    ("GET", "/scenarios", state.get_scenarios),
    ("GET", "/scenario", state.get_scenario),
    ("PUT", "/scenario", state.put_scenario),
    ("DELETE", "/scenario", state.delete_scenario),
    ("GET", "/faults", state.get_faults),
    ("POST", "/faults", state.post_fault),
    ("DELETE", "/faults", state.delete_faults),
    ("DELETE", "/faults/{fault_id}", state.delete_fault),
    ("GET", "/clock", state.get_clock),
    ("PUT", "/clock", state.put_clock),
    ("DELETE", "/clock", state.delete_clock),
    ("GET", "/users", state.get_users),
    ("GET", "/users/{username:path}", state.get_user),
    ("PUT", "/users/{username:path}", state.put_user),
    ("DELETE", "/users/{username:path}", state.delete_user),
    ("GET", "/sessions", state.get_sessions),
    ("POST", "/sessions", state.post_session),
    ("GET", "/sessions/{sid:path}", state.get_session),
    ("PUT", "/sessions/{sid:path}", state.put_session),
    ("DELETE", "/sessions/{sid:path}", state.delete_session),
    ("GET", "/cookies", state.get_cookie),
    ("GET", "/use", state.use),
    ("GET", "/requests", records.get_requests),
    ("DELETE", "/requests", records.delete_requests),
    ("GET", "/requests/count", records.count_requests),
    ("GET", "/requests/{request_id}", records.get_request),
    ("GET", "/coverage", records.get_coverage),
    ("GET", "/openapi.json", records.get_openapi),
)
# Calls on the server as a whole.
SERVER_CALLS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("POST", "/sandboxes", records.post_sandbox),
    ("GET", "/sandboxes", records.get_sandboxes),
    ("GET", "/sandboxes/{sandbox_id}", records.get_sandbox),
    ("DELETE", "/sandboxes/{sandbox_id}", records.delete_sandbox),
)
_SANDBOX_PATH: Final = ADMIN_PATH + "/sandboxes/{sandbox_id}"


def add_routes(app: Any, registry: Registry, pause: Pause, http_status: str) -> None:
    """Register every call."""
    tables = (
        (ADMIN_PATH, SANDBOX_CALLS),
        (_SANDBOX_PATH, SANDBOX_CALLS),
        (ADMIN_PATH, SERVER_CALLS),
    )
    for prefix, calls in tables:
        methods: dict[str, dict[str, Handler]] = defaultdict(dict)
        for method, path, handler in calls:
            methods[prefix + path][method] = handler
        for path, handlers in methods.items():
            app.add_route(path, _Resource(handlers, registry, pause, http_status))


class Methods:
    """Falcon middleware that answers 405, with what would work, to any other method."""

    def process_resource(
        self, req: Request, _resp: Response, resource: Any, _params: object
    ) -> None:
        is_preflight = req.method == "OPTIONS" and (
            req.get_header("Access-Control-Request-Method") is not None
        )
        if req.method not in resource.allowed and not is_preflight:
            raise falcon.HTTPMethodNotAllowed(resource.allowed)


class _Resource:
    """One path of the control plane; `allowed` are the methods that it takes."""

    def __init__(
        self,
        handlers: dict[str, Handler],
        registry: Registry,
        pause: Pause,
        http_status: str,
    ) -> None:
        self._registry = registry
        self._pause = pause
        self._http_status = http_status
        self.allowed = sorted(handlers)
        for method, handler in handlers.items():
            setattr(self, f"on_{method.lower()}", partial(self._run, handler))

    def on_options(self, _req: Request, resp: Response, **_arguments: str) -> None:
        """A preflight of an allowed origin; the gate has refused the others."""
        resp.status = falcon.HTTP_204

    def _run(self, handler: Handler, req: Request, resp: Response, **arguments: str) -> None:
        sandbox = self._registry.get(arguments.get("sandbox_id", DEFAULT_ID))
        call = Call(req, self._registry, sandbox, arguments, self._pause, self._http_status)
        if any("\ufffd" in argument for argument in arguments.values()):
            raise ProblemError(400, "Not UTF-8", "the path is not percent-encoded UTF-8")
        if not all(0 < len(argument) <= MAX_TEXT for argument in arguments.values()):
            raise unprocessable(f"expected a name of 1 to {MAX_TEXT} characters in the path")
        if req.method == "DELETE":
            call.no_body()
        with self._registry.in_use(sandbox):
            result = handler(call)
        resp.status = falcon.code_to_http_status(result.status)
        if result.html is not None:
            resp.content_type = "text/html; charset=utf-8"
            resp.data = result.html.encode()
        elif result.document is not None:
            resp.content_type = "application/json"
            resp.data = compact_json(result.document)
        if result.cookie is not None:
            value = cookies.header(result.cookie)
            resp.append_header("Set-Cookie", f"{value}; Path=/; HttpOnly; SameSite=Lax")


def paths(calls: Iterable[tuple[str, str, Handler]]) -> set[str]:
    """The paths of a table, for saying which one was meant."""
    return {path for _, path, _ in calls}
