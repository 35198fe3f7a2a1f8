"""Records every exchange in its sandbox and passes it to the observer."""

from __future__ import annotations

from collections.abc import Callable

from falcon import Request, Response
from msgspec.structs import replace

from mockserver.credentials import cookies
from mockserver.http.transcribe import transcribe
from mockserver.record.exchange import Exchange, Observer
from mockserver.sandbox.backend import Changes, CommitResult, Snapshot
from mockserver.sandbox.control import Control
from mockserver.state.waits import Bell


class Recorder:
    """Records each exchange once, before its reply is sent. Then wakes waiting calls.

    `headers` sets the headers that every reply of the profile has. `transcribes` says that a
    journal keeps what was sent.
    """

    def __init__(
        self,
        backend: Control,
        observe: Observer,
        bell: Bell,
        headers: Callable[[Request, Response], None],
    ) -> None:
        self.backend = backend
        self.transcribes = backend.default.journal is not None
        self._headers = headers
        self._observe = observe
        self._bell = bell

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """Record a request to an endpoint, and commit its changes, unless there is a conflict."""
        result = self.backend.commit(snapshot, changes, exchange)
        if result is CommitResult.DONE:
            self._bell.ring(snapshot.sandbox_id)
            self._observe(exchange)
        return result

    def finish(self, req: Request, resp: Response) -> None:
        """Set the headers that every reply of the profile has."""
        self._headers(req, resp)
        req.context.finished = True

    def record(self, req: Request, resp: Response, exchange: Exchange) -> None:
        """Record a request that reached no endpoint, in the sandbox that it belongs to.

        Like any request, it renews the session of its cookie.
        """
        presented = cookies.presented(req.env.get("HTTP_COOKIE"))
        sandbox_id = getattr(req.context, "sandbox_id", None)
        if sandbox_id is None:
            sandbox_id = self.backend.route(presented)
        transcript = None
        if self.transcribes:
            self.finish(req, resp)
            transcript = transcribe(req, resp)
        exchange = replace(exchange, transcript=transcript, sandbox_id=sandbox_id)
        self.backend.record(sandbox_id, exchange, presented)
        self._bell.ring(sandbox_id)
        self._observe(exchange)

    def observe(self, exchange: Exchange) -> None:
        """Pass a request without a sandbox to the observer only."""
        self._observe(exchange)
