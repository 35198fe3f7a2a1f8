"""axe finds nothing in the page, in both themes, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.control_page import ControlPage, send
from tests.helpers.node_tools import installed

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORM: Final = {"Content_Type": "application/x-www-form-urlencoded"}
BODY: Final = b"username=kyon777&password=suzumiya&email=kyon@sos.org&g-recaptcha-response=ok"


@pytest.fixture(scope="module")
def axe() -> str:
    return (installed("axe-core") / "axe.min.js").read_text("utf-8")


def findings(page: Page, axe: str) -> list[tuple[str, Any]]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_axe_finds_nothing(
    page: Page, axe: str, server: MockServer, sandbox: SandboxClient, theme: Any,
    size: tuple[int, int],
) -> None:  # fmt: skip
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    for name in ("alice", "bob", "dbdown"):
        send(f"{sandbox.api_url}/auth/token", sandbox.new_session(name).cookie_header)
    send(f"{sandbox.api_url}/auth/register", body=BODY, **FORM)
    sandbox.fault(operation="database", error="database", times=3)
    control = ControlPage(page)
    control.open(server.url, sandbox.id)
    control.region("Outbox").get_by_role("link").wait_for()
    control.rows("dbdown").click()
    control.button("Requests", "Pause").click()
    control.act("alice", "Copy cookie")
    control.said("Copied the cookie of alice")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_token_form(page: Page, axe: str, theme: Any) -> None:
    page.emulate_media(color_scheme=theme)
    with MockServer(admin_token="sesame") as guarded:
        page.goto(f"{guarded.url}/__admin/")
        page.get_by_label("Admin token").fill("wrong")
        page.get_by_role("button", name="Use token").click()
        page.get_by_role("alert").filter(has_text="not the admin token").wait_for()
        assert findings(page, axe) == []
