"""The page of the control plane, as a test uses it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.helpers.eventually import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

REGIONS: Final = (
    "Requests", "Scenarios", "Users", "Coverage", "Outbox", "Clock", "Fixtures",
)  # fmt: skip


def send(url: str, cookie_header: str = "", body: bytes = b"", **headers: str) -> Any:
    """POST to the API; the reply, read."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie_header:
        sent["Cookie"] = cookie_header
    try:
        with urlopen(
            Request(url, data=body, headers=sent, method="POST"), timeout=PATIENCE_S
        ) as got:
            return json.load(got)
    except HTTPError as error:
        return json.load(error)


class ControlPage:
    """The page in a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def open(self, url: str, sandbox: str = "") -> None:
        """Open it for this sandbox, and wait until it shows everything."""
        self.page.goto(f"{url}/__admin/" + (f"?sandbox={sandbox}" if sandbox else ""))
        self.status("live").wait_for()
        self.page.locator("#nothing:not(:empty), #entries tr").first.wait_for()

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def button(self, region: str, name: str) -> Locator:
        return self.region(region).get_by_role("button", name=name, exact=True)

    def status(self, words: str) -> Locator:
        """The state of the connection in the banner, once it says so."""
        banner = self.page.get_by_role("banner")
        return banner.get_by_role("status").filter(has_text=re.compile(f"^{words}"))

    def alert(self, words: str) -> Locator:
        return self.page.get_by_role("alert").filter(has_text=words)

    def rows(self, words: str = "") -> Locator:
        """The rows of the table of requests that have these words."""
        return self.region("Requests").locator("tbody").get_by_role("row").filter(has_text=words)

    def user(self, username: str) -> Locator:
        """The row of a user."""
        name = self.page.locator("b", has_text=re.compile(f"^{re.escape(username)}$"))
        return self.region("Users").get_by_role("row").filter(has=name)

    def act(self, username: str, button: str) -> None:
        """Press a button in the row of a user."""
        self.user(username).get_by_role("button", name=button, exact=True).click()

    def said(self, words: str) -> None:
        """Wait until the page says so."""
        self.page.get_by_role("status").filter(has_text=words).wait_for()

    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))
