"""The pages that the mock implements, by profile. To add a page, add it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from mockserver.api.account.page import LOG_OUT
from mockserver.api.account.page import PAGE as ACCOUNT
from mockserver.api.dashboard.page import PAGE as DASHBOARD
from mockserver.api.page import Page
from mockserver.api.token.page import PAGE as TOKEN

# The pages of the documentation, which every other profile answers.
PAGES: tuple[Page, ...] = (TOKEN, ACCOUNT)

# Profile `dashboard` has endpoints of its own for tokens and for the logout.
OWN_PAGES: Final[Mapping[str, tuple[Page, ...]]] = {
    "dashboard": (
        DASHBOARD,
        replace(ACCOUNT, endpoints=tuple(one for one in ACCOUNT.endpoints if one is not LOG_OUT)),
    )
}
