"""Logs writes to the control plane in the request log."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.record.exchange import Exchange, Observer

_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


class WriteLog:
    """Falcon middleware that passes each write, even if refused, to the observer.

    The journal does not contain them, because it belongs to the API. Reads are not logged, because
    tests poll.
    """

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        if req.method not in _SAFE_METHODS:
            why = getattr(req.context, "refused", "control plane")
            self._observe(Exchange(req.method, req.path, resp.status_code, note=why))
