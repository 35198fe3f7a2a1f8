"""Falcon's routes, added late and compiled once, for the thousands of applications of the tests."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from falcon.routing import CompiledRouter, compiled


def spare() -> None:
    """Let a router add its routes when it is first asked for one, and keep what it compiles.

    Most tests ask one of the two applications of their mock. Together they have 80 routes.
    """
    add_route, find = CompiledRouter.add_route, CompiledRouter.find
    lock = Lock()

    def add_later(self: Any, *arguments: Any, **keywords: Any) -> None:
        vars(self).setdefault("to_add", []).append((arguments, keywords))

    def find_late(self: Any, uri: str, req: Any = None) -> Any:
        if vars(self).get("to_add"):
            with lock:
                for arguments, keywords in vars(self)["to_add"]:
                    add_route(self, *arguments, **keywords)
                vars(self)["to_add"] = ()
        return find(self, uri, req)

    setattr(CompiledRouter, "add_route", add_later)  # noqa: B010  mypy lets nobody assign it
    setattr(CompiledRouter, "find", find_late)  # noqa: B010
    vars(compiled)["compile"] = lru_cache(maxsize=64)(compile)
