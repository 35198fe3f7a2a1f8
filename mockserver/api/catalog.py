"""All codes, endpoints and pairs, derived from the pages."""

from __future__ import annotations

from typing import Final

from mockserver.api.page import Pair
from mockserver.api.pages import PAGES

ENDPOINTS: Final = tuple(endpoint for page in PAGES for endpoint in page.endpoints)
CODES: Final = tuple(dict.fromkeys(code for endpoint in ENDPOINTS for code in endpoint.codes))
DOCUMENTED_PAIRS: Final[tuple[Pair, ...]] = tuple(
    (endpoint, code) for endpoint in ENDPOINTS for code in endpoint.codes
)
