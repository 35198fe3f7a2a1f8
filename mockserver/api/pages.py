"""The pages of the documentation that the mock implements. To add a page, add a line here."""

from __future__ import annotations

from mockserver.api.account.page import PAGE as ACCOUNT
from mockserver.api.page import Page
from mockserver.api.token.page import PAGE as TOKEN

PAGES: tuple[Page, ...] = (TOKEN, ACCOUNT)
