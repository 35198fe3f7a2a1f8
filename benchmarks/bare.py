"""Bare waitress: `python -m benchmarks.bare PORT THREADS REPLY_FILE`.

Its application answers every request with the headers and bytes of the mock's reply. waitress has
the mock's settings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from waitress import serve


def main() -> None:
    """Serve until the process is terminated."""
    port, threads, path = sys.argv[1:]
    headers, text = json.loads(Path(path).read_bytes())
    sent, body = [(name, value) for name, value in headers], [text.encode()]

    def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", list(sent))
        return body

    serve(
        hello, host="127.0.0.1", port=int(port), threads=int(threads), connection_limit=1000,
        asyncore_use_poll=True, ident="", _quiet=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
