"""Registers the table of calls as Falcon routes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import falcon
from falcon import Request, Response
from falcon.routing import CompiledRouter

from mockserver.api.page import compact_json
from mockserver.credentials import cookies
from mockserver.errors import distance, shortened
from mockserver.fixtures.field_types import MAX_TEXT
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import Call, HtmlPage, Put
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from mockserver.http.admin.effects import effect_of
from mockserver.http.admin.reading import read_body, read_query
from mockserver.http.admin.unprocessable import unprocessable
from mockserver.http.admin.write_log import SAFE_METHODS
from mockserver.http.paths import ADMIN_PATH, SANDBOX_ADMIN_PATH
from mockserver.http.problems import ProblemError
from mockserver.record.text import redacted
from mockserver.sandbox.control import Control
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.waits import Bell

# The only path that goes on behind a name that may have slashes in it.
_OF_TOKENS: Final = (
    "/users/{username:path}/tokens/{token_id}",
    "/tokens/{token_id}/of/{username:path}",
)
_TOKEN_PATH: Final = re.compile(r"(.*)/users/(.+)/tokens/([^/]*)", re.DOTALL)
# A parameter of a path in Falcon's notation, such as {sandbox_id} or {sid:path}.
_PARAMETER: Final = re.compile(r"\{(?:\w+_)?(\w+)(?::path)?\}")


def add_routes(app: Any, backend: Control, bell: Bell, http_status: str) -> None:
    """Register all calls of the control plane on a Falcon application."""
    tables = (
        (ADMIN_PATH, SANDBOX_CALLS),
        (SANDBOX_ADMIN_PATH, SANDBOX_CALLS),
        (ADMIN_PATH, SERVER_CALLS),
    )
    for prefix, specs in tables:
        by_path: dict[str, list[CallSpec]] = defaultdict(list)
        for spec in specs:
            by_path[prefix + spec.path].append(spec)
        for path, here in by_path.items():
            app.add_route(path.replace(*_OF_TOKENS), _Resource(here, backend, bell, http_status))


class AdminRouter(CompiledRouter):
    """Falcon's router, which only takes names with slashes in them at the end of a path."""

    def find(
        self, uri: str, req: Request | None = None
    ) -> tuple[object, Any, dict[str, Any], str | None] | None:
        found = _TOKEN_PATH.fullmatch(uri)
        if found is not None:
            uri = f"{found[1]}/tokens/{found[3]}/of/{found[2]}"
        return super().find(uri, req)


class Methods:
    """Falcon middleware that answers 405, with `Allow`, to unsupported methods."""

    def process_resource(
        self, req: Request, _resp: Response, resource: Any, _params: object
    ) -> None:
        is_preflight = req.method == "OPTIONS" and (
            req.get_header("Access-Control-Request-Method") is not None
        )
        if req.method not in resource.allowed and not is_preflight:
            raise falcon.HTTPMethodNotAllowed(resource.allowed)


class _Resource:
    """One path of the control plane. `allowed` are its methods."""

    def __init__(
        self, specs: Iterable[CallSpec], backend: Control, bell: Bell, http_status: str
    ) -> None:
        self._backend = backend
        self._bell = bell
        self._http_status = http_status
        self.allowed = []
        for spec in specs:
            self.allowed.append(spec.method)
            setattr(self, f"on_{spec.method.lower()}", partial(self._run, spec))
        self.allowed.sort()

    def on_options(self, _req: Request, resp: Response, **_arguments: str) -> None:
        """Answer a preflight of an allowed origin. The gate has refused all others."""
        resp.status = falcon.HTTP_204

    def _run(self, spec: CallSpec, req: Request, resp: Response, **arguments: str) -> None:
        if any("\ufffd" in argument for argument in arguments.values()):
            raise ProblemError(400, "Not UTF-8", "the path is not percent-encoded UTF-8")
        if not all(0 < len(argument) <= MAX_TEXT for argument in arguments.values()):
            raise unprocessable(f"expected a name of 1 to {MAX_TEXT} characters in the path")
        sandbox = self._backend.get(arguments.get("sandbox_id", DEFAULT_ID))
        req.context.sandbox_id = sandbox.id
        with self._backend.in_use(sandbox.id):
            query = read_query(req.query_string, spec.query)
            body = NoBody() if _has_no_body(req) else read_body(req, spec.body)
            call = Call(
                req, self._backend, sandbox, arguments, self._bell, self._http_status, query, body
            )
            answer = spec.handler(call)
        if spec.method not in SAFE_METHODS:
            req.context.did = effect_of(spec.handler, call, answer)
        _send(resp, spec, answer)


def _has_no_body(req: Request) -> bool:
    """Whether a body has no meaning for this method (RFC 9110, 9.3.1 and 9.3.2)."""
    return req.method in ("GET", "HEAD")


def _send(resp: Response, spec: CallSpec, answer: object) -> None:
    status = spec.statuses[0]
    if isinstance(answer, Put):
        status = 201 if answer.created else 200
        answer = answer.answer
    resp.status = falcon.code_to_http_status(status)
    if answer is None:
        return
    resp.content_type = spec.media
    if isinstance(answer, HtmlPage):
        value = cookies.header(answer.cookie)
        resp.append_header("Set-Cookie", f"{value}; Path=/; HttpOnly; SameSite=Lax")
        answer = answer.html
    resp.data = answer.encode() if isinstance(answer, str) else compact_json(answer)


def unknown_call(req: Request, resp: Response, **_groups: object) -> None:  # noqa: ARG001
    """Falcon sink that answers 404 to a path without a call, and lists the paths that have one."""
    known = [
        *(ADMIN_PATH + spec.path for spec in (*SANDBOX_CALLS, *SERVER_CALLS)),
        *(SANDBOX_ADMIN_PATH + spec.path for spec in SANDBOX_CALLS),
    ]
    valid = sorted({_PARAMETER.sub(r"{\1}", path) for path in known})
    near = _nearest(req.path.split("/"), valid)
    hint = f"; did you mean {shortened(redacted(near))}?" if near is not None else ""
    detail = f"the control plane has no {shortened(redacted(req.path))}{hint}"
    raise ProblemError(404, "Not found", detail, valid=valid)


def _nearest(asked: list[str], valid: Iterable[str]) -> str | None:
    """Return the valid path that differs by one or two letters in one segment, or None.

    It has the arguments that were asked for.
    """
    found = []
    for path in valid:
        wanted = path.split("/")
        if len(wanted) != len(asked):
            continue
        pairs = zip(asked, wanted, strict=True)
        meant = [given if name[:1] == "{" else name for given, name in pairs]
        wrong = [pair for pair in zip(asked, meant, strict=True) if pair[0] != pair[1]]
        if len(wrong) == 1 and "" not in asked[1:]:
            letters = distance(*wrong[0])
            if letters <= min(2, len(wrong[0][1]) // 2):
                found.append((letters, "/".join(meant)))
    return min(found)[1] if found else None
