"""Which requests that began together must be decided anew."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("redis")

from mockserver.api.profiles import DOCUMENTED
from mockserver.api.token.page import NEW_TOKEN
from mockserver.credentials import cookies
from mockserver.fixtures import load_fixtures
from mockserver.record.bounded_log import LogBudget
from mockserver.record.exchange import Exchange
from mockserver.record.journal import JournalQuery
from mockserver.sandbox.backend import NO_PREFERENCES, Changes, CommitResult, Snapshot
from mockserver.sandbox.redis import requests
from mockserver.sandbox.redis.backend import RedisBackend
from mockserver.sandbox.redis.connect import open_backend
from mockserver.sandbox.redis.snapshot import RedisSnapshot
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.state.model import User
from soak.redis_server import RedisServer
from tests.helpers.app import ManualClock
from tests.helpers.text import cookie

FIXTURES = """
users: [{username: alice, uid: 1}]
sessions: [{sid: of-alice, username: alice}]
secrets: {session: [test-secret]}
"""
ALICE = cookies.presented(cookie("of-alice", "test-secret"))


class Shared:
    """A backend in Redis, and requests for tokens whose steps a test calls in any order."""

    def __init__(self, server: RedisServer, path: Path) -> None:
        server.ask("FLUSHALL")
        self.clock = ManualClock()
        fixtures = load_fixtures(path, keep_sources=True)
        rules = Rules(self.clock, DOCUMENTED, journal=LogBudget(100))
        self.backend: RedisBackend = open_backend(server.url, "conflicts", fixtures, rules, 10)
        self.backend.add_user(DEFAULT_ID, User("alice", 1))

    def begin(self, again: Snapshot | None = None) -> Snapshot:
        self.clock.advance(1)
        return self.backend.begin(NEW_TOKEN, ALICE, NO_PREFERENCES, again=again)

    def commit(self, snapshot: Snapshot, token: str | None) -> CommitResult:
        exchange = Exchange("POST", "/api/v2" + NEW_TOKEN.path, 200, 1320002, NEW_TOKEN)
        return self.backend.commit(snapshot, Changes(token=token), exchange)

    @property
    def token(self) -> str | None:
        user = self.backend.default.store.find_user("alice")
        assert user is not None
        return user.token


@pytest.fixture
def shared(redis_server: RedisServer, tmp_path: Path) -> Shared:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    return Shared(redis_server, path)


def test_a_later_token_replaces_one_that_was_issued_meanwhile(shared: Shared) -> None:
    first, second, third = shared.begin(), shared.begin(), shared.begin()
    assert shared.commit(first, "one") is CommitResult.DONE
    assert shared.commit(second, "two") is CommitResult.DONE
    assert shared.token == "two"
    assert shared.commit(third, None) is CommitResult.DONE
    assert shared.token is None


def test_a_token_is_never_dated_before_the_last_one(shared: Shared) -> None:
    first, second = shared.begin(), shared.begin()
    assert shared.commit(second, "two") is CommitResult.DONE
    assert shared.commit(first, "one") is CommitResult.CONFLICT
    assert shared.token == "two"


@pytest.mark.parametrize("token", ['a"b', "a\\b", "a\nb", "\u2028", "", ',"x":"y"'])
def test_any_token_can_be_replaced_and_revoked(shared: Shared, token: str) -> None:
    for after in ("new", None):
        shared.backend.add_user(DEFAULT_ID, User("alice", 1, token=token))
        assert shared.commit(shared.begin(), after) is CommitResult.DONE
        assert shared.token == after


@pytest.mark.parametrize("changed", [User("alice", 2), User("alice", 1, email="a@example.org")])
def test_a_user_who_has_changed_otherwise_is_a_conflict(shared: Shared, changed: User) -> None:
    issue = shared.begin()
    shared.backend.add_user(DEFAULT_ID, changed)
    assert shared.commit(issue, "one") is CommitResult.CONFLICT
    assert shared.token is None


def test_a_request_that_always_conflicts_is_given_up(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter((0.0, 0.5, 1.5))
    monkeypatch.setattr(requests, "monotonic", lambda: next(now, 1.5))
    issue = shared.begin()
    for number in (2, 3, 4):
        assert isinstance(issue, RedisSnapshot)
        assert not issue.is_away
        shared.backend.add_user(DEFAULT_ID, User("alice", number))
        assert shared.commit(issue, "one") is CommitResult.CONFLICT
        issue = shared.begin(issue)
    assert isinstance(issue, RedisSnapshot)
    assert issue.is_away
    assert shared.commit(issue, "one") is CommitResult.DONE
    assert shared.token is None
    journal = shared.backend.default.journal
    assert journal is not None
    assert journal.count(JournalQuery()) == (1, True), "what was answered is recorded"
