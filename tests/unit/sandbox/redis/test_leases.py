"""A sandbox is kept from expiring from the moment at which a request begins to wait in it."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from soak.redis_server import RedisServer
from tests.helpers.eventually import eventually
from tests.helpers.redis_backends import SharedState, fixtures_of

FIXTURES = fixtures_of("users: [{username: alice}]\n")


def test_the_ttl_is_renewed_when_a_request_begins_to_wait(redis_server: RedisServer) -> None:
    shared = SharedState(redis_server)
    backend = shared.backend(FIXTURES)
    made = backend.create(ttl_ms=600_000).id
    with backend.in_use(made):
        shared.ask("PEXPIRE", f"{made}:state", 60_000)
        with backend.hearing(made, lambda _id: None):
            eventually(lambda: shared.ask("PTTL", f"{made}:state") > 60_000, "a renewed ttl")


def test_a_short_ttl_outlasts_a_wait(redis_server: RedisServer) -> None:
    shared = SharedState(redis_server)
    link = shared.link()
    backend = shared.backend(FIXTURES, link)
    made = backend.create(ttl_ms=3000).id
    with backend.in_use(made), backend.hearing(made, lambda _id: None):
        before = link.scripts
        eventually(lambda: link.scripts >= before + 4, "renewals, each after a third of it")
        assert shared.ask("EXISTS", f"{made}:state") == 1
