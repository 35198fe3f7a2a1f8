"""The request log: one line per request.

Like the journal, it contains no tokens and no signatures.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TextIO

from mockserver.record.exchange import Exchange
from mockserver.record.log_line import LineFormat
from mockserver.state.clock import Clock
from mockserver.state.times import iso

MAX_WAITING: Final = 10_000
MAX_WAITING_BYTES: Final = 16 * 1024 * 1024
CLOSE_S: Final = 1.0
# How long the writer collects lines, and how many it formats and writes at once.
_GATHER_S: Final = 0.01
_AT_ONCE: Final = 64


class AccessLog:
    """An observer that writes one line per exchange to a stream.

    A background thread formats and writes them, because writing to a pipe that nobody reads blocks.
    It writes in batches, because it competes with requests for the GIL. The queue is bounded in
    lines and in bytes. If it is full, the log drops lines and logs how many it dropped. A failing
    stream never fails a request.
    """

    def __init__(self, stream: TextIO, line: LineFormat, clock: Clock) -> None:
        self._stream = stream
        self._line = line
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Exchange, int]] = deque()
        self._waiting_bytes = 0
        self._bell = threading.Event()
        self._closing = threading.Event()
        self._lost = 0
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        self._thread.start()

    def __call__(self, exchange: Exchange) -> None:
        size = exchange.size
        with self._lock:
            full = len(self._waiting) >= MAX_WAITING
            if full or self._waiting_bytes + size > MAX_WAITING_BYTES:
                self._lost += 1
                return
            self._waiting.append((self._clock.now_ms(), exchange, size))
            self._waiting_bytes += size
        if not self._bell.is_set():
            self._bell.set()

    def close(self) -> None:
        """Write the queued lines, waiting at most CLOSE_S seconds."""
        self._closing.set()
        self._bell.set()
        self._thread.join(CLOSE_S)

    def _write_all(self) -> None:
        while not self._closing.is_set():
            self._bell.wait()
            self._closing.wait(_GATHER_S)
            self._bell.clear()
            self._write_waiting()
        self._write_waiting()  # lines queued since

    def _write_waiting(self) -> None:
        while several := self._next_lines():
            self._write(
                [self._line(iso(at), exchange.sandbox_id, exchange) for at, exchange in several]
            )
        with self._lock:
            lost, self._lost = self._lost, 0
        if lost:
            self._write([f"(lines lost because this log was not read: {lost})"])

    def _next_lines(self) -> list[tuple[int, Exchange]]:
        several: list[tuple[int, Exchange]] = []
        with self._lock:
            while self._waiting and len(several) < _AT_ONCE:
                time_ms, exchange, size = self._waiting.popleft()
                self._waiting_bytes -= size
                several.append((time_ms, exchange))
        return several

    def _write(self, lines: Sequence[str]) -> None:
        with suppress(OSError, ValueError):
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()
