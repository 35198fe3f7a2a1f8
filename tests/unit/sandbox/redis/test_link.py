"""What the log says while Redis refuses only some of what it is asked."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

pytest.importorskip("redis")

from redis.exceptions import ResponseError

from mockserver.errors import StateUnavailableError
from mockserver.sandbox.redis import link as link_module
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


def test_a_full_redis_is_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING, "animeloop_mock")
    now = [100.0]
    monkeypatch.setattr(link_module, "monotonic", lambda: now[0])
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
    link.run(SCRIPTS["apply"])
    assert len(caplog.messages) == 1, "a full Redis takes some writes"
    now[0] += 2
    link.run(SCRIPTS["begin"])
    assert len(caplog.messages) == 1
    link.run(SCRIPTS["apply"])
    assert caplog.messages[1:] == [WELL]


def test_a_child_of_a_process_that_found_redis_away_asks_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link, forked = FullLink(), []
    link.on_fork = lambda: forked.append(1)
    monkeypatch.setattr(link, "_look_for_it", lambda: None)  # of the parent
    monkeypatch.setattr(link, "ask_directly", away)
    for _ in range(2):
        with pytest.raises(StateUnavailableError):
            link.run(SCRIPTS["begin"])
    monkeypatch.setattr(link, "ask_directly", lambda _call: b"well")
    with pytest.raises(StateUnavailableError):
        link.run(SCRIPTS["begin"])
    monkeypatch.setattr(os, "getpid", lambda: 0)
    assert link.run(SCRIPTS["begin"]) == b"well"
    assert forked == [1]


def away(_call: Sequence[Argument]) -> Any:
    raise OSError("refused")
