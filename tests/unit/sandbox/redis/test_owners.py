"""Who owns the sessions whose ids do not name their sandbox, and what it costs to forget them."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from mockserver.state.model import Session
from soak.redis_server import RedisServer
from tests.helpers.redis_backends import SharedState, fixtures_of

FIXTURES = fixtures_of("users: [{username: alice}]\n")


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def add(shared: SharedState, number: int, owner: str) -> None:
    """Let a sandbox own so many sessions."""
    sids = [f"{owner}-{n}" for n in range(number)]
    shared.ask("HSET", "owners", *(part for sid in sids for part in (sid, owner)))


def test_what_expired_sandboxes_owned_is_forgotten_bit_by_bit(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    add(shared, 3000, "gone")
    made = backend.create().id
    calls = 0
    while shared.ask("HLEN", "owners") > 1000:
        backend.add_session(made, Session(f"mine-{calls % 10}", "alice", ttl_ms=100_000))
        calls += 1
        assert shared.ask("HLEN", "owners") > 3000 - 200 * calls, "few in one step"
        assert calls < 1000


def test_sessions_of_others_stay(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    first, second = backend.create().id, backend.create().id
    backend.add_session(first, Session("mine", "alice", ttl_ms=100_000))
    add(shared, 1500, "gone")
    for n in range(300):
        backend.add_session(second, Session(f"other-{n % 5}", "alice", ttl_ms=100_000))
    assert shared.ask("HGET", "owners", "mine") == first.encode()
    assert shared.ask("HLEN", "owners") <= 1000


def test_a_session_that_a_logout_has_ended_keeps_its_owner(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    made = backend.create().id
    for sid in ("ended", "other", "another"):
        backend.add_session(made, Session(sid, "alice", ttl_ms=100_000))
        shared.ask("HDEL", f"{made}:sessions", "ended")
    assert shared.ask("HGET", "owners", "ended") == made.encode()


def test_a_reset_forgets_what_the_sandbox_owned(shared: SharedState) -> None:
    backend = shared.backend(FIXTURES)
    first, second = backend.create().id, backend.create().id
    for owner in (first, second):
        backend.add_session(owner, Session(f"of-{owner}", "alice", ttl_ms=100_000))
    backend.reset(first)
    assert shared.ask("HKEYS", "owners") == [f"of-{second}".encode()]
    backend.delete(second)
    assert shared.ask("EXISTS", "owners") == 0
