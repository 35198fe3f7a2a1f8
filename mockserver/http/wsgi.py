"""WSGI applications, and one that is made late because nobody needs it at the start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LateApp:
    """Stands for an application that `make` returns: once, at the first request or before."""

    def __init__(self, make: Callable[[], WsgiApp]) -> None:
        self._make = make
        self._made: WsgiApp | None = None
        self._lock = threading.Lock()

    def complete(self) -> WsgiApp:
        """Return the application. Raises what making it raises."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        app = self._made or self.complete()
        return app(environ, start_response)
