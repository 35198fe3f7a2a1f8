from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("redis")

from mockserver.api.profiles import DOCUMENTED
from mockserver.errors import StateUnavailableError
from mockserver.record.bounded_log import LogBudget
from mockserver.sandbox.redis.access import SCRIPTS, Access
from mockserver.sandbox.redis.link import Argument, RedisLink, Script
from mockserver.sandbox.redis.sources import FixtureStore
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from tests.helpers.app import ManualClock


class FullLink(RedisLink):
    """Writes, and fails when it is to make room."""

    def run(self, script: Script, *_arguments: Argument) -> Any:
        if script is SCRIPTS["trim"]:
            raise StateUnavailableError("no answer")
        return [b"DONE", b"", 1]


def test_what_was_written_counts_even_if_no_room_can_be_made() -> None:
    link = FullLink("redis://127.0.0.1:1/0", "test")
    rules = Rules(ManualClock(), DOCUMENTED, journal=LogBudget(1))
    access = Access(link, rules, FixtureStore(link))
    assert access.apply(DEFAULT_ID, ["publish", "bell", DEFAULT_ID])[0] == "DONE"
