"""Sandboxes are listed in one step, which keeps none of them alive."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from soak.redis_server import RedisServer
from tests.helpers.redis_backends import SharedState, fixtures_of

FIXTURES = fixtures_of("users: [{username: alice}]\n")


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def test_the_list_of_sandboxes_is_one_step(shared: SharedState) -> None:
    link = shared.link()
    backend = shared.backend(FIXTURES, link)
    made = [backend.create("db-down", 60_000 + n).id for n in range(20)]
    before = link.scripts
    listed = backend.summaries()
    assert link.scripts - before == 1
    assert [one.id for one in listed] == ["default", *made]
    assert [one.scenario for one in listed] == ["normal"] + 20 * ["db-down"]
    assert [one.ttl_ms for one in listed] == [None, *(60_000 + n for n in range(20))]


def test_a_sandbox_that_goes_before_the_list_is_left_out(shared: SharedState) -> None:
    link = shared.link()
    backend = shared.backend(FIXTURES, link)
    gone, stays = backend.create().id, backend.create().id
    link.before("list", lambda: shared.backend(FIXTURES).delete(gone))
    assert [one.id for one in backend.summaries()] == ["default", stays]


def test_a_list_does_not_restart_the_ttl(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    made = backend.create(ttl_ms=600_000).id
    shared.ask("PEXPIRE", f"{made}:state", 60_000)
    backend.summaries()
    assert shared.ask("PTTL", f"{made}:state") <= 60_000
