"""Fixtures by their digest: processes with other files get them from Redis."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from mockserver.errors import StateUnavailableError
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.sandbox.redis.link import RedisLink

_MOST: Final = 8  # that are remembered beside the current ones


def digest_of(fixtures: Fixtures) -> str:
    """Return the digest of the files that the fixtures were loaded from."""
    return hashlib.sha256(packed(fixtures)).hexdigest()


def packed(fixtures: Fixtures) -> bytes:
    """Return names and texts of the files, as one JSON document."""
    return msgspec.json.encode(dict(fixtures.sources))


class FixtureStore:
    """The fixtures that sandboxes were made from. Thread-safe: a lost race loads them twice."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._known: dict[str, Fixtures] = {}

    def add(self, fixtures: Fixtures) -> str:
        """Remember fixtures. Returns their digest."""
        digest = digest_of(fixtures)
        self._remember(digest, fixtures)
        return digest

    def _remember(self, digest: str, fixtures: Fixtures) -> None:
        self._known[digest] = fixtures
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    def supply(self, digest: str) -> None:
        """Give Redis the text of fixtures, which it has lost."""
        text = packed(self.get(digest))
        self._link.command("HSETNX", self._link.key("fixtures"), digest, text)

    def known(self, digest: str) -> Fixtures | None:
        """Return the fixtures, if this process has seen them."""
        return self._known.get(digest)

    def get(self, digest: str) -> Fixtures:
        """Return the fixtures, from Redis if need be."""
        found = self._known.get(digest)
        if found is None:
            text = self._link.command("HGET", self._link.key("fixtures"), digest)
            if text is None:
                raise StateUnavailableError("Redis has lost the fixtures of this sandbox")
            found = _load(msgspec.json.decode(text, type=dict[str, str]))
            self._remember(digest, found)
        return found


def _load(sources: dict[str, str]) -> Fixtures:
    """Load fixtures from the texts of their files."""
    with tempfile.TemporaryDirectory(prefix="animeloop-mock-") as folder:
        for name, text in sources.items():
            # The name is from Redis, where anybody may have written it.
            Path(folder, Path(name).name).write_text(text, encoding="utf-8", newline="")
        return load_fixtures(Path(folder))
