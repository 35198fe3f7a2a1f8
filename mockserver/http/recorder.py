"""Where every exchange goes before its reply leaves: its sandbox, and whoever observes them all."""

from __future__ import annotations

from mockserver.record.exchange import Exchange, Observer
from mockserver.sandbox.sandbox import Sandbox


class Ledger:
    """Records an exchange in its sandbox and tells the observer."""

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def record(self, sandbox: Sandbox, exchange: Exchange, epoch: int | None = None) -> None:
        """To be called once for each request, before its reply leaves.

        `epoch` is that of the sandbox when the request began, where that is some time ago.
        """
        sandbox.record(exchange, sandbox.epoch if epoch is None else epoch)
        self._observe(exchange)

    def tell(self, exchange: Exchange) -> None:
        """For a request that belongs to no sandbox: only the observer is told."""
        self._observe(exchange)
