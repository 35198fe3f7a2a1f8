"""A page that registers, logs in and asks for tokens, as a test uses it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.helpers.browser import PageServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEMPLATE: Final = (Path(__file__).parent / "pages" / "account.html").read_text()
_REPLY: Final = re.compile(r"^\{.*\}$")


def base_url(api_url: str) -> str:
    return api_url.removesuffix("/api/v2")


def account_html(api_url: str, path: str, send_as: str = "form") -> str:
    """The page, for an endpoint of this mock; `send_as` is `form` or `json`."""
    slots = {"MOCK": base_url(api_url), "PATH": path, "FORMAT": send_as}
    slots["TITLE"] = "Log in" if path == "/auth/login" else "Register"
    return re.sub("@([A-Z]+)@", lambda found: slots[found[1]], TEMPLATE)


class AccountPage:
    """The page in a browser."""

    def __init__(self, page: Page, pages: PageServer) -> None:
        self.page = page
        self._pages = pages

    def open(self, api_url: str, path: str, send_as: str = "form", host: str = "127.0.0.1") -> None:
        self.page.goto(self._pages.put(account_html(api_url, path, send_as), host))

    def submit(self, **fields: str) -> Any:
        """Fill the fields and press the button, which waits for the widget; the reply."""
        for name, value in fields.items():
            self.page.get_by_label(name.capitalize()).fill(value)
        self.page.locator("form button").click()
        return self.reply()

    def press(self, button: str) -> Any:
        self.page.get_by_role("button", name=button, exact=True).click()
        return self.reply()

    def reply(self) -> Any:
        """The reply that the page shows, as soon as there is one."""
        return json.loads(self.page.get_by_role("status").filter(has_text=_REPLY).inner_text())
