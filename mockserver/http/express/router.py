"""Matches paths as Express' router does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from falcon import Request
from falcon.routing import CompiledRouter

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BASE_PATH
from mockserver.http.paths import SANDBOX_PATH, raw_path

_PREFIX: Final = re.compile(rf"{SANDBOX_PATH}[^/]+")


def _pattern(path: str) -> re.Pattern[str]:
    """Return a pattern with an optional slash at the end and at each mounted router."""
    first, second, *rest = path[1:].split("/")
    path = "/".join([f"{BASE_PATH}//?{first}//?{second}", *rest, "?"])
    return re.compile(path, re.IGNORECASE | re.ASCII)


def patterns_of(paths: Iterable[str]) -> Mapping[re.Pattern[str], str]:
    """Return patterns of paths below the base path, each with the whole path that it stands for."""
    return {_pattern(path): BASE_PATH + path for path in paths}


class ExpressRouter(CompiledRouter):
    """Finds the endpoint that the real server would route a path to.

    Matches the raw path, without decoding it or resolving dot segments. Ignores case.
    """

    patterns: ClassVar = patterns_of(endpoint.path for endpoint in ENDPOINTS)

    def __init__(self) -> None:
        super().__init__()
        self._usual = frozenset(self.patterns.values())

    def find(
        self, uri: str, req: Request | None = None
    ) -> tuple[object, Any, dict[str, Any], str | None] | None:
        if req is None:
            return super().find(uri, req)
        path = raw_path(req)
        if path in self._usual and path == uri:
            return super().find(path)
        prefix = _PREFIX.match(path)
        if prefix and not uri.startswith(prefix[0] + "/"):
            return None
        begin = prefix.end() if prefix else 0
        for pattern, plain in self.patterns.items():
            if pattern.fullmatch(path, begin):
                return super().find(path[:begin] + plain, req)
        return None
