"""Paths as Express' router matches them."""

from __future__ import annotations

import re
from typing import Any, Final

from falcon import Request
from falcon.routing import CompiledRouter

from mockserver.api.codes import BASE_PATH, ENDPOINTS, Endpoint
from mockserver.http.paths import SANDBOX_PATH, raw_path

_PREFIX: Final = re.compile(rf"{SANDBOX_PATH}[^/]+")


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    """One optional slash at the end, and one more where a router is mounted in another."""
    first, second, *rest = endpoint.path[1:].split("/")
    path = "/".join([f"{BASE_PATH}//?{first}//?{second}", *rest, "?"])
    return re.compile(path, re.IGNORECASE | re.ASCII)


_ENDPOINTS: Final = {_pattern(endpoint): BASE_PATH + endpoint.path for endpoint in ENDPOINTS}


class ExpressRouter(CompiledRouter):
    """Finds the endpoint that a path leads to on the real server.

    The path is taken as it was sent: nothing is decoded, dot segments are not resolved, and upper
    and lower case are the same.
    """

    def find(
        self, uri: str, req: Request | None = None
    ) -> tuple[object, Any, dict[str, Any], str | None] | None:
        if req is None:
            return super().find(uri, req)
        path = raw_path(req)
        prefix = _PREFIX.match(path)
        if prefix and not uri.startswith(prefix[0] + "/"):
            return None
        begin = prefix.end() if prefix else 0
        for pattern, plain in _ENDPOINTS.items():
            if pattern.fullmatch(path, begin):
                return super().find(path[:begin] + plain, req)
        return None
