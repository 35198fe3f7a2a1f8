"""Fixtures by their digest: processes with other files get them from Redis."""

from __future__ import annotations

import hashlib
import threading
from typing import Final

import msgspec

from mockserver.errors import FixtureError, StateUnavailableError
from mockserver.fixtures import Fixtures, load_texts
from mockserver.sandbox.redis.link import RedisLink

_MOST: Final = 9  # that are remembered, with the current ones


def digest_of(fixtures: Fixtures) -> str:
    """Return the digest of the files that the fixtures were loaded from."""
    return hashlib.sha256(packed(fixtures)).hexdigest()


def packed(fixtures: Fixtures) -> bytes:
    """Return names and texts of the files, as one JSON document."""
    return msgspec.json.encode(dict(fixtures.sources))


class FixtureStore:
    """The fixtures that sandboxes were made from, those that were used last. Thread-safe."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._known: dict[str, Fixtures] = {}  # the last used one is last
        self._last: tuple[str, Fixtures | None] = ("", None)

    def add(self, fixtures: Fixtures) -> str:
        """Remember fixtures. Returns their digest."""
        digest = digest_of(fixtures)
        self._remember(digest, fixtures)
        return digest

    def _remember(self, digest: str, fixtures: Fixtures) -> None:
        with self._lock:
            self._known.pop(digest, None)
            self._known[digest] = fixtures
            while len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
            self._last = (digest, fixtures)

    def supply(self, digest: str) -> None:
        """Give Redis the text of fixtures, which it has lost."""
        text = packed(self.get(digest))
        self._link.command("HSETNX", self._link.key("fixtures"), digest, text)

    def known(self, digest: str) -> Fixtures | None:
        """Return the fixtures, if this process has seen them."""
        last, fixtures = self._last
        if last == digest:
            return fixtures
        found = self._known.get(digest)
        if found is not None:
            self._remember(digest, found)
        return found

    def get(self, digest: str) -> Fixtures:
        """Return the fixtures, from Redis if need be."""
        found = self.known(digest)
        if found is None:
            text = self._link.command("HGET", self._link.key("fixtures"), digest)
            if text is None:
                raise StateUnavailableError("Redis has lost the fixtures of this sandbox")
            found = _read(text)
            self._remember(digest, found)
        return found


def _read(text: bytes) -> Fixtures:
    """Read fixtures from Redis, where anybody may have written them."""
    try:
        return load_texts(msgspec.json.decode(text, type=dict[str, str]))
    except (FixtureError, msgspec.MsgspecError, UnicodeDecodeError):
        raise StateUnavailableError("Redis has no valid fixtures of this sandbox") from None
