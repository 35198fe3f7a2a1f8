"""A web application in the manner of the API's own: rendered by a server, then run by the browser.

Its server forwards the browser's headers to the API when it renders. Its pages call the API from
another port, with form bodies and the cookie.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from tests.helpers.browser import QuietServer
from tests.helpers.eventually import PATIENCE_S

TEMPLATE: Final = (Path(__file__).parent / "pages" / "dashboard.html").read_text()
_PAGES: Final = {
    "/": "loops", "/login": "login",
    "/dashboard/profile/api": "api", "/dashboard/profile/settings": "settings",
}  # fmt: skip


class DashboardApp:
    """The application for one API. `forwarded` are the headers of the last call of its server."""

    def __init__(self, api_url: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.forwarded: dict[str, str] = {}
        self._api = urlsplit(api_url)
        self._api_url = api_url

    def render(self, path: str, headers: Mapping[str, str]) -> str | None:
        """Return a page, or None if it is for users who have logged in."""
        name = _PAGES[path]
        state: dict[str, Any] = {"page": name}
        if name == "loops":
            state["loops"] = self._ask("/rand/loop", headers)["data"]
            state["seasons"] = self._ask("/series/season", headers)["data"]
        elif name != "login":
            info = self._ask("/profile/get-userinfo", headers)
            if info["status"] != "success":
                return None
            state["user"] = info["data"]
            if name == "api":
                state["tokens"] = self._ask("/auth/token", headers)["data"]
        slots = {
            "API": self._api_url,
            "ORIGIN": self._api_url.removesuffix("/api/v2"),
            "STATE": json.dumps(state).replace("<", "\\u003c"),
        }
        return re.sub("@(API|ORIGIN|STATE)@", lambda found: slots[found[1]], TEMPLATE)

    def _ask(self, path: str, headers: Mapping[str, str]) -> Any:
        # Everything that the browser sent goes on, its Host too.
        self.forwarded = dict(headers)
        connection = http.client.HTTPConnection(
            self._api.hostname or "", self._api.port, timeout=PATIENCE_S
        )
        try:
            sent = {**headers, "Connection": "close"}
            connection.request("GET", self._api.path + path, headers=sent)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def running(api_url: str) -> Iterator[DashboardApp]:
    """Serve the application on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path not in _PAGES:  # the browser's /favicon.ico
                return self.reply(204, {}, b"")
            html = app.render(path, dict(self.headers.items()))
            if html is None:
                return self.reply(302, {"Location": "/login"}, b"")
            return self.reply(200, {"Content-Type": "text/html; charset=utf-8"}, html.encode())

        def reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with QuietServer(("127.0.0.1", 0), Handler) as server:
        app = DashboardApp(api_url, server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield app
        server.shutdown()
        thread.join()
