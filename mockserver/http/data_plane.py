"""The mocked API itself: one resource for each documented endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import falcon
from falcon import Request, Response

from mockserver.codes import BAD_REQUEST_BODY, BAD_REQUEST_CODE, BASE_PATH, CODES, Code, Endpoint
from mockserver.errors import UnknownNameError
from mockserver.exchange import Exchange, Observer
from mockserver.http import cors, prefer
from mockserver.http.problems import ProblemError
from mockserver.sandbox import Preferences, Sandbox
from mockserver.trace import Step, Trace

JSON: Final = "application/json; charset=utf-8"
_NO_PREFERENCES: Final = Preferences()


def http_statuses(mode: str) -> Mapping[Code, str]:
    """The status line for each code: always 200, or as its digits say (mode `from-code`)."""
    return {
        code: falcon.code_to_http_status(code.http_status if mode == "from-code" else 200)
        for code in CODES
    }


class TokenResource:
    """One endpoint: POST, GET as the documentation's samples use it, and the CORS preflight."""

    def __init__(
        self,
        endpoint: Endpoint,
        sandbox: Sandbox,
        statuses: Mapping[Code, str],
        observe: Observer,
    ) -> None:
        self._endpoint = endpoint
        self._path = BASE_PATH + endpoint.path
        self._sandbox = sandbox
        self._statuses = statuses
        self._observe = observe

    def on_post(self, req: Request, resp: Response) -> None:
        self._answer(req, resp, Trace())

    def on_get(self, req: Request, resp: Response) -> None:
        trace = Trace()
        trace.add(Step.GET_ACCEPTED)
        self._answer(req, resp, trace)

    def on_options(self, req: Request, resp: Response) -> None:
        self._check_path(req)
        if not cors.is_preflight(req):
            raise falcon.HTTPMethodNotAllowed([])
        cors.answer_preflight(resp)
        self._observe(Exchange(req.method, req.path, 204, note="CORS preflight"))

    def _answer(self, req: Request, resp: Response, trace: Trace) -> None:
        self._check_path(req)
        header = req.env.get("HTTP_PREFER")
        wish = _NO_PREFERENCES if header is None else prefer.read(header, self._endpoint)
        cookie = req.env.get("HTTP_COOKIE")
        try:
            outcome = self._sandbox.answer(self._endpoint, cookie, wish, trace)
        except UnknownNameError as error:
            raise ProblemError(f"Unknown {error.kind}", str(error), error.valid) from None
        code = outcome.reply.code
        resp.status = status = self._statuses[code]
        resp.content_type = JSON
        resp.data = outcome.reply.body()
        done = prefer.applied(wish)
        if done is not None:
            resp.set_header("Preference-Applied", done)
        self._observe(Exchange(req.method, req.path, int(status[:3]), code.number, outcome))

    def _check_path(self, req: Request) -> None:
        """The router ignores additional slashes at the beginning; the API does not."""
        if req.path != self._path:
            raise falcon.HTTPRouteNotFound


class BadRequests:
    """Answers all that is not documented with the API's own 400 envelope."""

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def unknown_path(self, req: Request, resp: Response, **_groups: object) -> None:
        """For any path that no route has."""
        self._answer(req, resp, "no such path")

    def unsuitable(
        self, req: Request, resp: Response, error: falcon.HTTPError, _params: object
    ) -> None:
        """For whatever Falcon itself refuses: methods that a known path does not have."""
        known_path = not isinstance(error, falcon.HTTPNotFound)
        self._answer(req, resp, f"no {req.method} on this path" if known_path else "no such path")

    def _answer(self, req: Request, resp: Response, note: str) -> None:
        resp.status = falcon.HTTP_400
        resp.content_type = JSON
        resp.data = BAD_REQUEST_BODY
        self._observe(Exchange(req.method, req.path, 400, BAD_REQUEST_CODE, note=note))
