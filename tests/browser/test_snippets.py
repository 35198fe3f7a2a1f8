"""The blocks of the documents that are for a browser work in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from tests.helpers.browser import PageServer
from tests.helpers.snippets import Snippet, snippets

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGE = "docs/browser.md"
SCRIPTS = [one for one in snippets(PAGE) if one.directive == "browser"]
PAGES = [one for one in snippets(PAGE) if one.language == "html"]


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer(host="localhost") as running:
        yield running


def text_of(snippet: Snippet, mock: MockServer) -> str:
    port = mock.url.rpartition(":")[2]
    return snippet.text.replace("localhost:7775", f"localhost:{port}")


@pytest.mark.parametrize("snippet", SCRIPTS, ids=str)
def test_a_script_reaches_the_mock_with_the_cookie(
    snippet: Snippet, page: Page, pages: PageServer, mock: MockServer
) -> None:
    port = mock.url.rpartition(":")[2]
    page.goto(f"http://localhost:{port}/__admin/use?username=alice")
    page.goto(pages.put("<!doctype html><title>x</title>", "localhost"))
    page.evaluate(f"async () => {{ {text_of(snippet, mock)} }}")
    codes = [one["code"] for one in mock.control.call("GET", "/requests")["requests"]]
    assert codes[-1] in (1320001, 1220001)


@pytest.mark.parametrize("snippet", PAGES, ids=str)
def test_the_stand_in_solves_the_widget_of_the_form(
    snippet: Snippet, page: Page, pages: PageServer, mock: MockServer
) -> None:
    html = text_of(snippet, mock)
    assert re.search("<form>", html)
    page.goto(pages.put(html, "localhost"))
    field = page.locator("[name=g-recaptcha-response]")
    field.wait_for(state="attached")
    assert field.input_value() != ""
