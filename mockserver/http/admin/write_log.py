"""Logs writes to the control plane in the request log."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.record.exchange import Exchange, Observer

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


class WriteLog:
    """Falcon middleware that passes each write, even if refused, to the observer.

    `req.context.did` says what the write did, `req.context.refused` why it was refused. The journal
    does not contain writes, because it belongs to the API. Reads are not logged, because tests
    poll.
    """

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        if req.method not in SAFE_METHODS:
            why: str = getattr(req.context, "refused", "") or getattr(req.context, "did", "")
            sandbox_id = getattr(req.context, "sandbox_id", None)
            exchange = Exchange(
                req.method, req.path, resp.status_code, note=why, sandbox_id=sandbox_id
            )
            self._observe(exchange)
