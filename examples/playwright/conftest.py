"""A browser in which a user of the mock is logged in.

With pytest-playwright installed, leave out the fixture `browser`: the plugin has one.
"""

import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright

PAGES = Path(__file__).parent.parent / "browser"


@pytest.fixture(scope="session")
def browser():
    """The browser that TEST_BROWSER names, or Chromium of this machine, or that of Playwright."""
    path = os.environ.get("TEST_BROWSER") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def logged_in(browser, animeloop_mock, animeloop_mock_server):
    """Return a function that gives a context with the session cookie of a user."""
    contexts = []

    def context_of(username):
        context = browser.new_context()
        contexts.append(context)
        for name, value in animeloop_mock.cookies(username).items():
            context.add_cookies([{"name": name, "value": value, "url": animeloop_mock_server.url}])
        return context

    yield context_of
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def page_url(animeloop_mock_server):
    """The address of the page under test: another port of the host of the mock."""
    handler = partial(Quiet, directory=PAGES)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.html?api={animeloop_mock_server.url}"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, *_arguments):
        pass
