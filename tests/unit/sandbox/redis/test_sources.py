"""Fixtures of other processes, and sessions that two of them put at once."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest

pytest.importorskip("redis")

from mockserver.errors import ConflictError, StateUnavailableError
from mockserver.sandbox.redis.sources import FixtureStore
from mockserver.state.model import Session
from soak.redis_server import RedisServer
from tests.helpers.redis_backends import SharedState, fixtures_of

OLD, NEW = (fixtures_of(f"users: [{{username: alice, uid: {uid}}}]\n") for uid in (1, 2))


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def test_fixtures_of_others_need_no_folder(
    shared: SharedState, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = shared.backend(OLD), shared.backend(OLD)

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError("read-only file system")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    there.reload(NEW)
    user = here.default.store.find_user("alice")
    assert user is not None
    assert user.uid == 2
    assert here.default.fixtures.sources == NEW.sources


@pytest.mark.parametrize("text", ["", "[]", '{"a.yaml": "users: 1"}', '{"a.yaml": "{"}'])
def test_fixtures_that_somebody_has_overwritten(shared: SharedState, text: str) -> None:
    shared.ask("HSET", "fixtures", "digest", text)
    with pytest.raises(StateUnavailableError, match="no valid fixtures"):
        FixtureStore(shared.link()).get("digest")


def test_fixtures_in_use_are_not_forgotten(shared: SharedState) -> None:
    store = FixtureStore(shared.link())
    digest = store.add(OLD)
    for n in range(30):
        store.add(fixtures_of(f"users: [{{username: user-{n}}}]\n"))
        assert store.known(digest) is OLD


def test_a_session_that_another_sandbox_gets_meanwhile_is_refused(shared: SharedState) -> None:
    link = shared.link()
    here, there = shared.backend(OLD, link), shared.backend(OLD)
    first, second = here.create().id, here.create().id
    mine = Session("mine", "alice", ttl_ms=100_000)
    link.before("apply", lambda: there.add_session(first, mine))
    with pytest.raises(ConflictError, match=first):
        here.add_session(second, mine)
    assert [here.owned(one, "mine") for one in (first, second)] == [True, False]
