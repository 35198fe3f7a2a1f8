"""What the log says while Redis refuses only some of what it is asked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

pytest.importorskip("redis")

from redis.exceptions import ResponseError

from mockserver.errors import StateUnavailableError
from mockserver.sandbox.redis.access import SCRIPTS
from mockserver.sandbox.redis.link import Argument, RedisLink

WELL = "Redis can be used again"


class FullLink(RedisLink):
    """Reads, and refuses to write."""

    def __init__(self) -> None:
        super().__init__("redis://127.0.0.1:1/0", "test")
        self.is_full = True
        self.recover()

    def ask_directly(self, call: Sequence[Argument]) -> Any:
        if self.is_full and call[1] in {SCRIPTS["apply"].digest, SCRIPTS["create"].digest}:
            raise ResponseError("OOM command not allowed")
        return b""


def test_a_full_redis_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "animeloop_mock")
    link = FullLink()
    for _ in range(50):
        link.run(SCRIPTS["begin"])
        with suppress(StateUnavailableError):
            link.run(SCRIPTS["apply"])
    with suppress(StateUnavailableError):
        link.run(SCRIPTS["create"])
    assert len(caplog.messages) == 1
    assert "OOM" in caplog.messages[0]
    link.is_full = False
    link.run(SCRIPTS["begin"])
    assert len(caplog.messages) == 1
    link.run(SCRIPTS["apply"])
    assert caplog.messages[1:] == [WELL]
