"""Browsers open the HAR of the journal: Chromium's developer tools, and Playwright."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.control_page import send
from tests.helpers.browser import give_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATHS: Final = ("/auth/token", "/auth/token/new", "/auth/nothing")
ASK: Final = "url => fetch(url, {method: 'POST'}).then(reply => reply.json())"
DEVTOOLS: Final = "devtools://devtools/bundled/devtools_app.html"
# Debian's package of chromium has the importer. Other builds may bundle the tools otherwise.
DEBIANS: Final = Path("/etc/chromium.d")
# What `Import HAR file` of the network panel does.
IMPORT: Final = """async har => {
    const HAR = await import(new URL('models/har/har.js', location.href)).catch(() => null);
    if (!HAR) return null;
    const { log } = new HAR.HARFormat.HARRoot(har);
    return Promise.all(HAR.Importer.Importer.requestsFromHARLog(log).map(async request => [
        request.requestMethod, request.url(), request.statusCode,
        (await request.requestContentData()).text,
    ]));
}"""


def recorded(sandbox: SandboxClient) -> tuple[dict[str, Any], dict[str, str]]:
    """Send requests. The HAR of the journal, and the reply to each URL, as JSON."""
    held = sandbox.new_session("alice").cookie_header
    replies = {sandbox.api_url + path: send(sandbox.api_url + path, held) for path in PATHS}
    replies[sandbox.api_url + PATHS[0]]["data"]["token"] = "[redacted]"
    replies[sandbox.api_url + PATHS[1]]["data"]["token"] = "[redacted]"
    har = dict(sandbox.control.call("GET", "/requests.har"))
    return har, {url: json.dumps(reply, separators=(",", ":")) for url, reply in replies.items()}


def test_developer_tools_import_the_har(browser: Browser, sandbox: SandboxClient) -> None:
    har, replies = recorded(sandbox)
    with browser.new_context() as context:
        tools = context.new_page()
        tools.goto(DEVTOOLS)
        imported = tools.evaluate(IMPORT, har)
    if imported is None:
        reason = f"the developer tools of version {browser.version} have no importer at its place"
        (give_up if DEBIANS.is_dir() else pytest.skip)(reason)
    statuses = (200, 200, 400)
    assert imported == [
        ["POST", url, status, text]
        for (url, text), status in zip(replies.items(), statuses, strict=True)
    ]


def test_a_browser_answers_from_the_har(
    page: Page, server: MockServer, sandbox: SandboxClient, tmp_path: Path
) -> None:
    har, replies = recorded(sandbox)
    saved = tmp_path / "saved.har"
    saved.write_text(json.dumps(har))
    sandbox.reset()
    page.route_from_har(saved, url="**/api/v2/**", not_found="abort")
    page.goto(f"{server.admin_url}/health")  # of the same origin
    for url, text in list(replies.items())[:2]:  # the browser complains of a 400
        assert page.evaluate(ASK, url) == json.loads(text)
    assert sandbox.requests() == []
