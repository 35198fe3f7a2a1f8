"""One browser for the session; a sandbox, a page and its server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.helpers.browser import PageServer, complaints_of, launched, serving
from tests.helpers.eventually import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def pages() -> Iterator[PageServer]:
    with serving() as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with cookies of its own, that must not complain."""
    with browser.new_context() as context:
        context.set_default_timeout(1000 * PATIENCE_S)
        opened = context.new_page()
        complaints = complaints_of(opened)
        yield opened
        assert complaints == []


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def sandbox(server: MockServer) -> Iterator[SandboxClient]:
    made = server.sandbox()
    yield made
    made.close()
