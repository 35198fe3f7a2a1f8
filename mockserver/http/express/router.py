"""Matches paths as Express' router does."""

from __future__ import annotations

import re
from typing import Any, Final

from falcon import Request
from falcon.routing import CompiledRouter

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BASE_PATH
from mockserver.api.page import Endpoint
from mockserver.http.paths import SANDBOX_PATH, raw_path

_PREFIX: Final = re.compile(rf"{SANDBOX_PATH}[^/]+")


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    """Return a pattern with an optional slash at the end and at each mounted router."""
    first, second, *rest = endpoint.path[1:].split("/")
    path = "/".join([f"{BASE_PATH}//?{first}//?{second}", *rest, "?"])
    return re.compile(path, re.IGNORECASE | re.ASCII)


_ENDPOINTS: Final = {_pattern(endpoint): BASE_PATH + endpoint.path for endpoint in ENDPOINTS}
_USUAL: Final = frozenset(_ENDPOINTS.values())


class ExpressRouter(CompiledRouter):
    """Finds the endpoint that the real server would route a path to.

    Matches the raw path, without decoding it or resolving dot segments. Ignores case.
    """

    def find(
        self, uri: str, req: Request | None = None
    ) -> tuple[object, Any, dict[str, Any], str | None] | None:
        if req is None:
            return super().find(uri, req)
        path = raw_path(req)
        if path in _USUAL and path == uri:
            return super().find(path)
        prefix = _PREFIX.match(path)
        if prefix and not uri.startswith(prefix[0] + "/"):
            return None
        begin = prefix.end() if prefix else 0
        for pattern, plain in _ENDPOINTS.items():
            if pattern.fullmatch(path, begin):
                return super().find(path[:begin] + plain, req)
        return None
