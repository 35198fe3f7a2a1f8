"""Where every exchange goes before its reply leaves: its sandbox, and whoever observes them all."""

from __future__ import annotations

from mockserver.exchange import Exchange, Observer
from mockserver.sandbox import Sandbox


class Ledger:
    """Records an exchange in its sandbox and tells the observer."""

    def __init__(self, observe: Observer) -> None:
        self._observe = observe

    def record(self, sandbox: Sandbox, exchange: Exchange) -> None:
        """To be called once for each request, before its reply leaves."""
        sandbox.record(exchange)
        self._observe(exchange)
