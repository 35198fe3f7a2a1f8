"""Where every exchange goes before its reply leaves: its sandbox, and whoever observes them all."""

from __future__ import annotations

from falcon import Request

from mockserver.credentials import cookies
from mockserver.record.exchange import Exchange, Observer
from mockserver.sandbox.backend import Backend, Changes, Snapshot
from mockserver.state.waits import Bell


class Recorder:
    """Writes exchanges, each once, before its reply leaves, tells the observer, and rings."""

    def __init__(self, backend: Backend, observe: Observer, bell: Bell) -> None:
        self.backend = backend
        self._observe = observe
        self._bell = bell

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> None:
        """For a request to an endpoint: with what it leaves behind."""
        self.backend.commit(snapshot, changes, exchange)
        self._bell.ring()
        self._observe(exchange)

    def record(self, req: Request, exchange: Exchange) -> None:
        """For a request that reached no endpoint: in the sandbox that it belongs to."""
        sandbox_id = getattr(req.context, "sandbox_id", None)
        if sandbox_id is None:
            sandbox_id = self.backend.route(cookies.presented(req.env.get("HTTP_COOKIE")))
        self.backend.record(sandbox_id, exchange)
        self._bell.ring()
        self._observe(exchange)

    def observe(self, exchange: Exchange) -> None:
        """For a request that belongs to no sandbox: only the observer is told."""
        self._observe(exchange)
