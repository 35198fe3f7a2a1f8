"""Ids of the journal never go back, whatever Redis has lost."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from mockserver.record.exchange import Exchange
from mockserver.record.journal import JournalQuery
from mockserver.sandbox.redis.backend import RedisBackend
from mockserver.state.budget import StateBudget
from mockserver.state.model import Session, User
from soak.redis_server import RedisServer
from tests.helpers.redis_backends import SharedState, fixtures_of

FIXTURES = fixtures_of('users: [{username: "load-{n}", repeat: 1000, token: issue}]\n')
EXCHANGE = Exchange("GET", "/nowhere", 404, None, note="no endpoint")


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def ids(backend: RedisBackend, sandbox_id: str = "default", after: int = 0) -> list[int]:
    journal = backend.get(sandbox_id).journal
    assert journal is not None
    return [entry.id for entry in journal.find(JournalQuery(after=after))[0]]


def test_a_process_that_starts_after_a_loss_goes_on_behind_the_lost_ids(
    shared: SharedState, redis_server: RedisServer
) -> None:
    before = shared.backend(FIXTURES)
    before.record("default", EXCHANGE)
    (last,) = ids(before)
    redis_server.ask("FLUSHALL")
    shared.backend(FIXTURES)
    before.record("default", EXCHANGE)
    assert len(ids(before, after=last)) == 1


def test_a_journal_whose_ids_are_ahead_is_written_on(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    made = backend.create().id
    backend.record(made, EXCHANGE)
    (last,) = ids(backend, made)
    shared.ask("HSET", "server", "journal-ids", 0)
    backend.record(made, EXCHANGE)
    backend.record("default", EXCHANGE)
    assert ids(backend, made) == [last, last + 1]
    assert ids(backend) == [last + 2]


def test_first_tokens_take_no_room(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES, state=StateBudget(10_000))
    for n in range(1, 1001):
        backend.default.store.find_user(f"load-{n}")
    assert shared.ask("HLEN", "default:users") == 1000
    assert shared.ask("HGET", "sizes", "accounts") is None
    backend.add_session("default", Session("mine", "load-1", ttl_ms=1000))
    before = int(shared.ask("HGET", "sizes", "accounts"))
    backend.add_user("default", User("load-1", 1, token="a.b.c"))
    assert int(shared.ask("HGET", "sizes", "accounts")) > before
    for n in range(1, 1001):
        backend.default.store.delete_user(f"load-{n}")
    assert int(shared.ask("HGET", "sizes", "accounts")) > before
