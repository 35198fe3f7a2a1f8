"""All codes, endpoints and pairs, derived from the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockserver.api.page import Endpoint, Pair
from mockserver.api.pages import PAGES

ENDPOINTS: Final = tuple(endpoint for page in PAGES for endpoint in page.endpoints)
CODES: Final = tuple(dict.fromkeys(code for endpoint in ENDPOINTS for code in endpoint.codes))

ALL_PAGES: Final = "all"
DEFAULT_PAGE: Final = PAGES[0].name


def _pairs(endpoints: tuple[Endpoint, ...]) -> tuple[Pair, ...]:
    return tuple((endpoint, code) for endpoint in endpoints for code in endpoint.codes)


DOCUMENTED_PAIRS: Final = _pairs(ENDPOINTS)
# By the name of a page, or ALL_PAGES.
PAIRS_OF_PAGE: Final[Mapping[str, tuple[Pair, ...]]] = {
    **{page.name: _pairs(page.endpoints) for page in PAGES},
    ALL_PAGES: DOCUMENTED_PAIRS,
}


def named_page(name: str) -> str:
    """Return a page in words, by its name or ALL_PAGES."""
    return "all pages" if name == ALL_PAGES else f"the {name} page"
