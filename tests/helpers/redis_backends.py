"""Backends in this process that share a state in Redis, as several processes do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from mockserver.api.profiles import DOCUMENTED
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.record.bounded_log import LogBudget
from mockserver.sandbox.redis.access import SCRIPTS
from mockserver.sandbox.redis.backend import RedisBackend
from mockserver.sandbox.redis.connect import reached_link
from mockserver.sandbox.redis.link import Argument, RedisLink, Script
from mockserver.sandbox.rules import Rules
from mockserver.state.clock import SystemClock
from soak.redis_server import RedisServer

_numbers = count(1)


class WatchedLink(RedisLink):
    """Counts scripts, and lets others act right before one is run."""

    def __init__(self, url: str, namespace: str) -> None:
        super().__init__(url, namespace)
        self.scripts = 0
        self._acts: dict[str, list[Callable[[], object]]] = {}

    def before(self, name: str, act: Callable[[], object]) -> None:
        """Call `act` once, right before the next run of this script."""
        self._acts.setdefault(SCRIPTS[name].digest, []).append(act)

    def run(self, script: Script, *arguments: Argument) -> Any:
        self.scripts += 1
        acts = self._acts.get(script.digest)
        if acts:
            acts.pop(0)()
        return super().run(script, *arguments)


class SharedState:
    """A namespace of its own in Redis, for any number of backends."""

    def __init__(self, redis: RedisServer) -> None:
        self.redis = redis
        self.namespace = f"shared-{next(_numbers)}"

    def key(self, *parts: str) -> str:
        return f"{{{self.namespace}}}:" + ":".join(parts)

    def ask(self, command: str, key: str, *arguments: object) -> Any:
        return self.redis.ask(command, self.key(key), *arguments)

    def link(self) -> WatchedLink:
        reached_link(self.redis.url, self.namespace)
        return WatchedLink(self.redis.url, self.namespace)

    def backend(
        self, fixtures: Fixtures, link: WatchedLink | None = None, **options: Any
    ) -> RedisBackend:
        given = {"journal": LogBudget(10_000), "clock": SystemClock(), **options}
        rules = Rules(profile=DOCUMENTED, **given)
        return RedisBackend(link or self.link(), fixtures, rules)


def fixtures_of(text: str) -> Fixtures:
    """Load fixtures from their text, with their sources."""
    with tempfile.TemporaryDirectory(prefix="animeloop-mock-test-") as folder:
        path = Path(folder, "fixtures.yaml")
        path.write_text(text, encoding="utf-8")
        return load_fixtures(path, keep_sources=True)
