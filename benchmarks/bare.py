"""Bare waitress: `python -m benchmarks.bare PORT THREADS REPLY_FILE`.

Its application returns the mock's reply, the same headers and bytes, to every request. waitress
has the settings that the mock gives it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from waitress import serve


class Reply(Struct, frozen=True):
    """What is returned, without the headers that the server adds itself."""

    headers: list[tuple[str, str]]
    body: str


def main() -> None:
    """Serve until the process is terminated."""
    port, threads, path = sys.argv[1:]
    reply = msgspec.json.decode(Path(path).read_bytes(), type=Reply)
    body = [reply.body.encode()]

    def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", list(reply.headers))
        return body

    serve(
        hello, host="127.0.0.1", port=int(port), threads=int(threads), connection_limit=1000,
        asyncore_use_poll=True, ident="", _quiet=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
