"""Coverage in Redis: a hash of counters, of one sandbox or of the whole server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockserver.api.catalog import EVERY_ENDPOINT, pairs_of
from mockserver.api.page import Pair
from mockserver.record.coverage import PageCoverage
from mockserver.record.exchange import Exchange
from mockserver.sandbox.redis.endpoints import NAMES
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.redis.records import hash_of

_FORCED: Final = "forced "
_PAIRS: Final = {
    f"{NAMES[endpoint]} {code.number}": (endpoint, code)
    for endpoint in EVERY_ENDPOINT
    for code in endpoint.codes
}


def field_of(exchange: Exchange) -> str:
    """Return the counter of the pair that an exchange answered, or '' if there is none."""
    covered = exchange.covered
    if covered is None:
        return ""
    (endpoint, code), is_forced = covered
    return f"{_FORCED if is_forced else ''}{NAMES[endpoint]} {code.number}"


class RedisCoverage:
    """How often each documented pair has been answered.

    `profile` is the name of the profile, which decides the pairs.
    """

    def __init__(self, link: RedisLink, key: str, profile: str) -> None:
        self._link = link
        self._key = key
        self._pages = pairs_of(profile)

    @property
    def answered(self) -> Mapping[Pair, int]:
        """How often each pair was answered, without forced codes."""
        return self._counts("")

    @property
    def forced(self) -> Mapping[Pair, int]:
        """How often each pair was forced."""
        return self._counts(_FORCED)

    def of_page(self, name: str) -> PageCoverage:
        """Return the coverage of the page with this name, or of ALL_PAGES."""
        documented, answered = self._pages[name], self.answered
        return PageCoverage(documented, [pair for pair in documented if pair not in answered])

    def _counts(self, prefix: str) -> Mapping[Pair, int]:
        found = {}
        for field, count in hash_of(self._link.command("HGETALL", self._key)).items():
            name = field.decode()
            pair = _PAIRS.get(name.removeprefix(prefix))
            if pair is not None and name.startswith(prefix) and int(count) > 0:
                found[pair] = int(count)
        return found
