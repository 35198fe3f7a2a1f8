"""A browser drops the cookie between `localhost` and `127.0.0.1`, and the journal says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mockserver.testing.client import SandboxClient
from tests.browser.account_page import AccountPage
from tests.helpers.browser import PageServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME, PASSWORD = "kyon777", "suzumiya_haruhi"
LOGIN = {"username": NAME, "password": PASSWORD}
NAMES = ("127.0.0.1", "localhost")


@pytest.mark.parametrize(("page_host", "mock_host"), [NAMES, NAMES[::-1]])
def test_the_cookie_is_dropped_and_the_advice_helps(
    page: Page, pages: PageServer, sandbox: SandboxClient, page_host: str, mock_host: str
) -> None:
    account = AccountPage(page, pages)
    api_url = {host: sandbox.api_url.replace("127.0.0.1", host) for host in NAMES}
    origin = {host: api_url[host].partition("/__sandbox")[0] for host in NAMES}
    sandbox.put_user(NAME, password=PASSWORD, token="issue")
    hint = (
        f"warning: browsers drop the cookie between {origin[mock_host]} and a page on "
        f"http://{page_host}:{pages.port}, which are two sites: open the page on "
        f"http://{mock_host}:{pages.port}, or call the mock on {origin[page_host]}"
    )

    account.open(api_url[mock_host], "/auth/login", host=page_host)
    assert account.submit(**LOGIN)["code"] == 1220001
    assert page.context.cookies() == []
    assert account.press("Token")["code"] == 1940103
    assert [request.warnings for request in sandbox.requests()] == [[hint], [hint]]

    for host_of_both in (mock_host, page_host):
        account.open(api_url[host_of_both], "/auth/login", host=host_of_both)
        assert account.submit(**LOGIN)["code"] == 1220001
        assert account.press("Token")["code"] == 1320001
    assert len(page.context.cookies()) == 2
    assert [request.warnings for request in sandbox.requests()][2:] == [[]] * 4
