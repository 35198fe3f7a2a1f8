"""The pages of the documentation that the mock has. A new page is one more line here."""

from __future__ import annotations

from mockserver.api.page import Page
from mockserver.api.token.page import PAGE as TOKEN

PAGES: tuple[Page, ...] = (TOKEN,)
