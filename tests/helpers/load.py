"""Clients that never pause, and what the slowest of their requests took."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType

from mockserver.state.clock import monotonic
from tests.helpers.cluster import Node


class Load:
    """Threads that call `send` with each node in turns until the context is left.

    `codes` counts what came back; a request that nobody answered counts as None.
    """

    def __init__(
        self, over: Sequence[Node], send: Callable[[Node], int | None], clients: int = 6
    ) -> None:
        self.codes: Counter[int | None] = Counter()
        self.slowest_s = 0.0
        self._over = over
        self._send = send
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(clients)]

    def _run(self, turn: int) -> None:
        while not self._stop.is_set():
            turn += 1
            begin = monotonic()
            try:
                code = self._send(self._over[turn % len(self._over)])
            except OSError:
                code = None
            taken = monotonic() - begin
            with self._lock:
                self.codes[code] += 1
                self.slowest_s = max(self.slowest_s, taken)

    def sent(self, code: int | None) -> int:
        with self._lock:
            return self.codes[code]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
