"""Records every exchange in its sandbox and passes it to the observer."""

from __future__ import annotations

from falcon import Request

from mockserver.credentials import cookies
from mockserver.record.exchange import Exchange, Observer
from mockserver.sandbox.backend import Backend, Changes, CommitResult, Snapshot
from mockserver.state.waits import Bell


class Recorder:
    """Records each exchange once, before its reply is sent. Then wakes waiting calls."""

    def __init__(self, backend: Backend, observe: Observer, bell: Bell) -> None:
        self.backend = backend
        self._observe = observe
        self._bell = bell

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """Record a request to an endpoint, and commit its changes, unless there is a conflict."""
        result = self.backend.commit(snapshot, changes, exchange)
        if result is CommitResult.DONE:
            self._bell.ring(snapshot.sandbox_id)
            self._observe(exchange)
        return result

    def record(self, req: Request, exchange: Exchange) -> None:
        """Record a request that reached no endpoint, in the sandbox that it belongs to."""
        sandbox_id = getattr(req.context, "sandbox_id", None)
        if sandbox_id is None:
            sandbox_id = self.backend.route(cookies.presented(req.env.get("HTTP_COOKIE")))
        self.backend.record(sandbox_id, exchange)
        self._bell.ring(sandbox_id)
        self._observe(exchange)

    def observe(self, exchange: Exchange) -> None:
        """Pass a request without a sandbox to the observer only."""
        self._observe(exchange)
