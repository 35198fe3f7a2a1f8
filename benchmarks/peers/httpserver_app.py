"""pytest-httpserver with the one reply: `httpserver_app.py PORT BODY_FILE COOKIE_HEADER`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from pytest_httpserver import HTTPServer


def main() -> None:
    """Serve until the process is ended."""
    server = HTTPServer(host="127.0.0.1", port=int(sys.argv[1]))
    expected = server.expect_request(
        "/api/v2/auth/token", method="POST", headers={"Cookie": sys.argv[3]}
    )
    body = Path(sys.argv[2]).read_text(encoding="utf-8")
    expected.respond_with_data(body, content_type="application/json; charset=utf-8")
    server.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
