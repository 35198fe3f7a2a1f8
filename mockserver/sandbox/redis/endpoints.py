"""The names of endpoints in Redis, which are unique over all profiles."""

from __future__ import annotations

from typing import Final

from mockserver.api.catalog import ENDPOINTS, endpoints_of
from mockserver.api.page import Endpoint
from mockserver.api.pages import OWN_PAGES


def _names() -> dict[Endpoint, str]:
    """Return the paths of the documented endpoints, and those of others behind their profile."""
    names = {endpoint: endpoint.path for endpoint in ENDPOINTS}
    for profile in OWN_PAGES:
        for endpoint in endpoints_of(profile):
            names.setdefault(endpoint, f"{profile}:{endpoint.path}")
    return names


NAMES: Final = _names()
NAMED: Final = {name: endpoint for endpoint, name in NAMES.items()}
