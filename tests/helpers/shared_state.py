"""Where the mocks of a test keep their state: in memory, unless the test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockserver.server.settings import ServeSettings, from_keywords
from soak.redis_server import RedisServer

_numbers = count(1)
_servers: list[RedisServer] = []


def use(server: RedisServer) -> dict[str, str]:
    """Let the mocks of this test keep their state in Redis.

    Returns an environment. The processes that get it are one mock.
    """
    _servers.append(server)
    return {f"ANIMELOOP_MOCK_{name.upper()}": value for name, value in options().items()}


def options() -> dict[str, str]:
    """The keyword arguments of `create_app` for a mock with a state of its own."""
    if not _servers:
        return {}
    return {"state": _servers[-1].url, "state_namespace": f"test-{next(_numbers)}"}


def with_state(given: Mapping[str, Any]) -> ServeSettings:
    """The settings of a `MockServer`, with a state of its own."""
    return from_keywords({**options(), **given})


def forget() -> None:
    _servers.clear()
