"""What is changed through the control plane, for the request log."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.record.exchange import Exchange, Observer

_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


class WriteLog:
    """Falcon middleware that tells the observer of each write, refused ones too.

    The journal has none of them: it is the API's. Reads are not told, because tests poll.
    """

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        if req.method not in _SAFE_METHODS:
            why = getattr(req.context, "refused", "control plane")
            self._observe(Exchange(req.method, req.path, resp.status_code, note=why))
