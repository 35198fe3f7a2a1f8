"""A real browser for tests: which one, how it starts, and where its pages come from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The browser's executable, where none is on the PATH under one of the names.
EXECUTABLE: Final = "TEST_BROWSER"
# Set in CI: a missing browser is then a failure.
REQUIRED: Final = "TEST_BROWSER_REQUIRED"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)


def executable() -> str | None:
    """The browser's path, or None if this machine has none."""
    found = map(shutil.which, NAMES)
    return os.environ.get(EXECUTABLE) or next((path for path in found if path), None)


def give_up(reason: str) -> NoReturn:
    """Skip the test, or fail it where a browser is required."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, but {reason}", pytrace=False)
    pytest.skip(f"no test in a browser: {reason}")


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser that the machine has. Nothing is downloaded."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  it may be missing
    except ImportError:
        give_up("playwright is not installed")
    path = executable()
    if path is None:
        give_up(f"this machine has none of {', '.join(NAMES)}; {EXECUTABLE} may name another")
    with sync_playwright() as playwright:
        # The browser's own sandbox does not work for root.
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, chromium_sandbox=os.geteuid() != 0, args=[*FLAGS]
        )
        yield browser
        browser.close()


class QuietServer(ThreadingHTTPServer):
    """A server that does not complain of broken connections."""

    def handle_error(self, *_arguments: Any) -> None:
        """Browsers break off connections that they do not need any more."""


class PageServer:
    """Serves pages on a free port of loopback, under all of its names."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, str] = {}

    def put(self, html: str, host: str = "127.0.0.1") -> str:
        """Add a page; its URL with this name of the host."""
        path = f"/{len(self.pages)}"
        self.pages[path] = html
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving() -> Iterator[PageServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html = pages.pages.get(self.path.partition("?")[0])
            data = (html or "").encode()
            self.send_response(204 if html is None else 200)  # 204: the browser's /favicon.ico
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if html is not None:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with QuietServer(("127.0.0.1", 0), Handler) as server:
        pages = PageServer(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield pages
        server.shutdown()
        thread.join()


def complaints_of(page: Page) -> list[str]:
    """A list that gets what the page complains of: in its console, and uncaught errors."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: note(message.text, message.location["url"]))

    def note(text: str, url: str) -> None:
        if not url.endswith("/favicon.ico"):  # the browser's own wish
            complaints.append(text)

    return complaints
