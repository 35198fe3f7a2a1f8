"""An application in the manner of the API's own runs against profile `dashboard`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.control_page import ControlPage
from tests.browser.dashboard_app import DashboardApp, running
from tests.helpers.multipart import PICTURE

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME, PASSWORD, MAIL = "kyon777", "imjohnsmith777", "johnsmith@haruhi.tv"
TOKENS, SETTINGS = "/dashboard/profile/api", "/dashboard/profile/settings"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(profile="dashboard") as made:
        yield made


@pytest.fixture
def app(sandbox: SandboxClient) -> Iterator[DashboardApp]:
    sandbox.put_user(NAME, uid=9, password=PASSWORD, email=MAIL, verified=False)
    with running(sandbox.api_url) as made:
        yield made


def said(page: Page, words: str) -> None:
    page.get_by_role("status").filter(has_text=words).wait_for()


def log_in(page: Page, app: DashboardApp, password: str = PASSWORD) -> None:
    page.goto(app.url + "/login")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(password)
    page.wait_for_function("document.querySelector('textarea').value !== ''")
    page.get_by_role("button", name="Log in", exact=True).click()


def rows(page: Page) -> list[list[str]]:
    return [row.locator("td").all_inner_texts()[:2] for row in page.locator("tbody tr").all()]


def test_the_first_page_renders_without_a_login(page: Page, app: DashboardApp) -> None:
    page.goto(app.url + "/")
    assert page.get_by_text("0 loops, 0 seasons").is_visible()
    page.goto(app.url + TOKENS)
    assert page.url == app.url + "/login"


def test_login_tokens_settings_picture_reload_and_logout(
    page: Page, app: DashboardApp, sandbox: SandboxClient, tmp_path: Path
) -> None:
    log_in(page, app, "another_one")
    said(page, "1940106")
    log_in(page, app)
    page.wait_for_url(app.url + TOKENS)
    page.get_by_role("heading", name=f"Tokens of {NAME}").wait_for()
    assert rows(page) == []
    for name in ("animeloop_dev", "zweiter Schlüssel"):
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Create token").click()
        page.locator("tbody tr").filter(has_text=name).wait_for()
    first = int(rows(page)[0][0])
    listed = [[str(first), "animeloop_dev"], [str(first + 1), "zweiter Schlüssel"]]
    assert rows(page) == listed
    assert page.screenshot(path=tmp_path / "tokens.png").startswith(b"\x89PNG")
    page.reload()
    assert rows(page) == listed, "rendered by the server, which forwards the browser's headers"
    assert app.forwarded["Host"] == app.url.removeprefix("http://")
    assert app.forwarded["Cookie"].startswith("animeloop.auth.sid=")
    page.locator("tbody tr").first.get_by_role("button", name="Delete").click()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 1")
    page.reload()
    assert rows(page) == listed[1:]

    page.get_by_role("link", name="Settings").click()
    assert page.get_by_text(f"UID 9, {NAME}, not verified").is_visible()
    page.get_by_label("Email").fill("kyon@sos-dan.jp")
    page.get_by_label("New password").fill("new_password_1")
    page.get_by_role("button", name="Update profile").click()
    said(page, "1520002")
    page.get_by_label("Picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    said(page, "1520003")
    assert page.locator("#avatar").inner_text() == "Avatar: /users/uid-9/avatar.png"
    page.reload()
    assert page.get_by_label("Email").input_value() == "kyon@sos-dan.jp"
    assert page.locator("#avatar").inner_text() == "Avatar: /users/uid-9/avatar.png"
    assert page.screenshot(path=tmp_path / "settings.png").startswith(b"\x89PNG")

    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(app.url + "/login")
    page.goto(app.url + TOKENS)
    assert page.url == app.url + "/login"
    log_in(page, app, "new_password_1")
    page.wait_for_url(app.url + TOKENS)
    assert rows(page) == listed[1:]
    codes = {request.code for request in sandbox.requests("/auth/token/new")}
    assert codes == {1320002}


def test_a_scenario_reaches_the_application(
    page: Page, app: DashboardApp, sandbox: SandboxClient
) -> None:
    log_in(page, app)
    page.wait_for_url(app.url + TOKENS)
    sandbox.scenario("db-write-error")
    page.get_by_label("Name").fill("lost")
    page.get_by_role("button", name="Create token").click()
    said(page, "1950301 internal server error, database error.")
    assert rows(page) == []


def test_the_page_of_the_mock_lists_the_tokens(
    page: Page, server: MockServer, sandbox: SandboxClient
) -> None:
    token = {"name": "<b>bot</b>", "token": "T-1"}
    sandbox.control.call("PUT", f"/users/{NAME}", {"tokens": [token, {"token": "T-2"}]})
    control = ControlPage(page)
    control.open(server.url, sandbox.id)
    users = control.region("Users")
    listed = users.get_by_role("list", name=f"Tokens of {NAME}")
    listed.wait_for()
    assert [
        re.sub(r"^\d+ ?", "", text) for text in listed.get_by_role("listitem").all_inner_texts()
    ] == ["<b>bot</b>", ""]
    assert users.get_by_role("row").filter(has_text="bob").get_by_text("no tokens").is_visible()
    assert control.region("Coverage").get_by_role("table", name="Dashboard").is_visible()
    assert "T-1" not in page.inner_text("body")
