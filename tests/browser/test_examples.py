"""The example of a login page works, opened as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.account_page import base_url
from tests.helpers.browser import PageServer
from tests.helpers.text import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOGIN = (ROOT / "examples" / "browser" / "login.html").read_text("utf-8")


def test_the_login_page(page: Page, pages: PageServer, sandbox: SandboxClient) -> None:
    sandbox.put_user("kyon777", password="imjohnsmith777", token="issue")
    page.goto(f"{pages.put(LOGIN)}?mock={base_url(sandbox.api_url)}")
    reply = page.locator("#reply")
    page.get_by_label("Username").fill("kyon777")
    for password, words in [("wrong-one", "1940106"), ("imjohnsmith777", "1320001")]:
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        reply.filter(has_text=words).wait_for()
    assert str(sandbox.user("kyon777").token) in reply.inner_text()


def test_the_token_page(page: Page, pages: PageServer, server: MockServer) -> None:
    index = (ROOT / "examples" / "browser" / "index.html").read_text("utf-8")
    page.goto(f"{server.admin_url}/use?username=alice")
    page.goto(f"{pages.put(index)}?api={server.url}")
    reply = page.locator("#reply")
    reply.filter(has_text="1320001").wait_for()
    page.get_by_role("button", name="New token").click()
    reply.filter(has_text="1320002").wait_for()
    page.get_by_role("button", name="As if the database were down").click()
    reply.filter(has_text="1950301").wait_for()
