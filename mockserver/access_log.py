"""One line a request: when, what was asked, what was answered, for whom, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TextIO

from mockserver.clock import Clock
from mockserver.exchange import Exchange
from mockserver.times import iso

# Text of others must not be able to begin a line of its own.
_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def text_line(time_ms: int, exchange: Exchange) -> str:
    """For people: `12:30:45.678Z POST /api/v2/auth/token 200 1320001 alice  token returned`."""
    code = "-" if exchange.code is None else exchange.code
    line = (
        f"{iso(time_ms)[11:]} {exchange.method} {exchange.path} {exchange.status} {code} "
        f"{exchange.username or '-'}  {exchange.why}"
    )
    return line.translate(_CONTROLS)


def json_line(time_ms: int, exchange: Exchange) -> str:
    """For machines: one JSON object; `explain` has every step, `why` the one that decided."""
    outcome = exchange.outcome
    return json.dumps(
        {
            "time": iso(time_ms),
            "method": exchange.method,
            "path": exchange.path,
            "status": exchange.status,
            "code": exchange.code,
            "username": exchange.username,
            "scenario": None if outcome is None else outcome.scenario,
            "why": exchange.why,
            "explain": [exchange.why] if outcome is None else outcome.trace.sentences(),
        }
    )


LOG_FORMATS: Final[dict[str, Callable[[int, Exchange], str]]] = {
    "text": text_line,
    "json": json_line,
}


class AccessLog:
    """An observer that writes a line to a stream; a stream that fails never fails a request."""

    def __init__(self, stream: TextIO, log_format: str, clock: Clock) -> None:
        self._stream = stream
        self._line = LOG_FORMATS[log_format]
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        line = self._line(self._clock.now_ms(), exchange) + "\n"
        with suppress(OSError, ValueError):
            self._stream.write(line)
            self._stream.flush()
