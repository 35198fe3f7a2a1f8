"""All codes, endpoints and pairs, derived from the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mockserver.api.page import Code, Endpoint, Page, Pair
from mockserver.api.pages import OWN_PAGES, PAGES


def _endpoints(pages: Iterable[Page]) -> tuple[Endpoint, ...]:
    return tuple(endpoint for page in pages for endpoint in page.endpoints)


def _codes(endpoints: Iterable[Endpoint]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(code for endpoint in endpoints for code in endpoint.codes))


def _pairs(endpoints: Iterable[Endpoint]) -> tuple[Pair, ...]:
    return tuple((endpoint, code) for endpoint in endpoints for code in endpoint.codes)


def _unique(pages: Iterable[Page]) -> tuple[Page, ...]:
    return tuple({page.name: page for page in pages}.values())


# Of the documentation.
ENDPOINTS: Final = _endpoints(PAGES)
CODES: Final = _codes(ENDPOINTS)
DOCUMENTED_PAIRS: Final = _pairs(ENDPOINTS)

# Of all profiles.
_OWN: Final = tuple(page for pages in OWN_PAGES.values() for page in pages)
EVERY_ENDPOINT: Final = tuple(dict.fromkeys((*ENDPOINTS, *_endpoints(_OWN))))
EVERY_CODE: Final = _codes(EVERY_ENDPOINT)
# Where profiles differ about a page, this has that of the documentation.
_EVERY_PAGE: Final = _unique((*_OWN, *PAGES))

ALL_PAGES: Final = "all"
DEFAULT_PAGE: Final = PAGES[0].name


def _pairs_of_pages(pages: Iterable[Page]) -> Mapping[str, tuple[Pair, ...]]:
    """Return the pairs by the name of their page, or ALL_PAGES.

    Pages that a profile does not answer are there, too, and their pairs are not in ALL_PAGES.
    """
    of_pages = {page.name: _pairs(page.endpoints) for page in (*_EVERY_PAGE, *pages)}
    ordered = {page.name: of_pages[page.name] for page in _unique((*PAGES, *_EVERY_PAGE))}
    return {**ordered, ALL_PAGES: _pairs(_endpoints(pages))}


# By the name of a page, or ALL_PAGES.
PAIRS_OF_PAGE: Final = _pairs_of_pages(PAGES)
_PAIRS_OF_OWN: Final = {name: _pairs_of_pages(pages) for name, pages in OWN_PAGES.items()}


def pages_of(profile: str) -> tuple[Page, ...]:
    """Return the pages that the profile of this name answers."""
    return OWN_PAGES.get(profile, PAGES)


def endpoints_of(profile: str) -> tuple[Endpoint, ...]:
    """Return the endpoints that the profile of this name has."""
    return _endpoints(OWN_PAGES[profile]) if profile in OWN_PAGES else ENDPOINTS


def pairs_of(profile: str) -> Mapping[str, tuple[Pair, ...]]:
    """Return the pairs of the profile of this name, as PAIRS_OF_PAGE has them."""
    return _PAIRS_OF_OWN.get(profile, PAIRS_OF_PAGE)


def named_page(name: str) -> str:
    """Return a page in words, by its name or ALL_PAGES."""
    return "all pages" if name == ALL_PAGES else f"the {name} page"
