"""A page on another port registers, logs in, asks for tokens and logs out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.account_page import AccountPage
from tests.helpers.browser import PageServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME, PASSWORD, MAIL = "kyon777", "suzumiya_haruhi", "kyon@sos.org"
DATA = {"documented": {}, "server": {"username": NAME, "email": MAIL}}
NO_SESSION = {"documented": 1940103, "server": 1940102}


@pytest.fixture(scope="module", params=["documented", "server"])
def server(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    with MockServer(profile=request.param) as running:
        yield running


@pytest.fixture
def profile(server: MockServer) -> str:
    return str(server.control.call("GET", "/health")["profile"])


@pytest.fixture
def account(page: Page, pages: PageServer) -> AccountPage:
    return AccountPage(page, pages)


def methods(sandbox: SandboxClient, path: str) -> list[str]:
    return [request.method for request in sandbox.requests(path)]


@pytest.mark.parametrize(("send_as", "sent"), [("form", ["POST"]), ("json", ["OPTIONS", "POST"])])
def test_login_token_and_logout(
    account: AccountPage, sandbox: SandboxClient, profile: str, send_as: str, sent: list[str]
) -> None:
    sandbox.put_user(NAME, password=PASSWORD, email=MAIL, token="issue")
    token = sandbox.user(NAME).token
    account.open(sandbox.api_url, "/auth/login", send_as)
    wrong = account.submit(username=NAME, password="another_one")
    assert (wrong["code"], account.page.context.cookies()) == (1940106, [])
    reply = account.submit(username=NAME, password=PASSWORD)
    assert (reply["code"], reply["data"]) == (1220001, DATA[profile])
    assert methods(sandbox, "/auth/login")[: len(sent)] == sent

    (cookie,) = account.page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["path"]) == ("animeloop.auth.sid", True, "/")
    assert account.page.evaluate("document.cookie") == ""
    assert account.press("Token")["data"] == {"token": token}
    new = account.press("New token")["data"]["token"]
    assert account.press("Token")["data"] == {"token": new}
    assert new != token
    assert account.press("Revoke")["code"] == 1320003
    assert account.press("Token")["code"] == 1340401
    assert account.press("Log out")["code"] == 1220002
    assert account.press("Token")["code"] == NO_SESSION[profile]


def test_registration_mail_and_login(
    account: AccountPage, sandbox: SandboxClient, profile: str
) -> None:
    account.open(sandbox.api_url, "/auth/register")
    assert account.submit(username=NAME, password=PASSWORD, email=MAIL)["code"] == 1120001
    (mail,) = sandbox.outbox(to=MAIL, wait="10s")
    assert sandbox.user(NAME).verified is False
    account.page.set_content(mail.html)
    with account.page.expect_navigation():
        account.page.get_by_role("link").click()
    assert account.page.url == mail.link
    assert '"code":1420001' in account.page.inner_text("body")
    assert sandbox.user(NAME).verified is True
    account.open(sandbox.api_url, "/auth/login")
    assert account.submit(username=NAME, password=PASSWORD)["data"] == DATA[profile]
    assert account.press("New token")["code"] == 1320002


def test_the_page_looks_right(account: AccountPage, sandbox: SandboxClient, tmp_path: Path) -> None:
    account.page.set_viewport_size({"width": 420, "height": 640})
    account.open(sandbox.api_url, "/auth/login")
    account.page.locator("form button:enabled").wait_for()
    picture = account.page.screenshot(path=tmp_path / "login.png")
    assert picture.startswith(b"\x89PNG")
    widget = account.page.locator(".g-recaptcha").bounding_box()
    button = account.page.locator("form button").bounding_box()
    assert widget is not None
    assert button is not None
    assert (widget["width"], widget["height"]) == (352, 78)
    assert button["y"] >= widget["y"] + widget["height"]
    assert not account.page.locator("textarea").is_visible()
