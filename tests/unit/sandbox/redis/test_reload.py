"""Reloads by several processes that share a state, one in the middle of another."""

from __future__ import annotations

import pytest

pytest.importorskip("redis")

from mockserver.api.profiles import DOCUMENTED
from mockserver.faults.model import Fault
from mockserver.sandbox.redis.connect import open_backend
from mockserver.sandbox.rules import Rules
from mockserver.state.model import User
from mockserver.state.operations import Operation
from soak.redis_server import RedisServer
from tests.helpers.app import ManualClock
from tests.helpers.eventually import eventually
from tests.helpers.redis_backends import SharedState, fixtures_of

FIRST, SECOND, THIRD = (
    fixtures_of(f"users: [{{username: alice, uid: {uid}, token: issue}}]\n") for uid in (1, 2, 3)
)
FAULT = Fault(operation=Operation.FIND_USER, fails=True)


@pytest.fixture
def shared(redis_server: RedisServer) -> SharedState:
    return SharedState(redis_server)


def test_the_last_of_two_reloads_is_in_force_with_its_text(shared: SharedState) -> None:
    link = shared.link()
    here, there = shared.backend(FIRST, link), shared.backend(FIRST)
    idle = shared.backend(FIRST)
    link.before("apply", lambda: there.reload(THIRD))
    here.reload(SECOND)
    for backend in (idle, here, there):
        user = backend.default.store.find_user("alice")
        assert user is not None
        assert user.uid == 2


def test_the_same_fixtures_are_reloaded_once(shared: SharedState) -> None:
    link = shared.link()
    here, there = shared.backend(FIRST, link), shared.backend(FIRST)

    def faster() -> None:
        there.reload(SECOND)
        there.add_user("default", User("carol"))

    link.before("apply", faster)
    here.reload(SECOND)
    assert here.default.store.find_user("carol") is not None


def test_a_reload_keeps_scenario_and_clock_that_were_set_meanwhile(shared: SharedState) -> None:
    link = shared.link()
    here, there = shared.backend(FIRST, link), shared.backend(FIRST)
    here.default.clock.freeze(1_800_000_000_000)

    def meanwhile() -> None:
        there.default.put_scenario("db-down")
        there.default.clock.advance(86_400_000)

    link.before("apply", meanwhile)
    here.reload(SECOND)
    assert there.default.scenario == "db-down"
    assert there.default.clock.now_ms() == 1_800_086_400_000


def test_no_token_is_issued_again_after_a_reload(shared: SharedState) -> None:
    link = shared.link()
    here = shared.backend(FIRST, link, clock=ManualClock())
    there = shared.backend(FIRST, clock=ManualClock())
    tokens = []

    def issue() -> None:
        there.add_user("default", User("alice", 1, issue_at_load=True))
        user = there.default.store.find_user("alice")
        assert user is not None
        tokens.append(user.token)

    link.before("apply", issue)
    here.reload(fixtures_of("users: [{username: alice, uid: 1}]\n"))
    issue()
    assert tokens[0] != tokens[1]


def test_ids_of_faults_go_on_after_a_reset_in_the_middle_of_which_one_was_added(
    shared: SharedState,
) -> None:
    link = shared.link()
    here, there = shared.backend(FIRST, link), shared.backend(FIRST)
    added = []
    link.before("apply", lambda: added.append(there.default.add_fault(FAULT).id))
    here.reset("default")
    assert here.default.faults() == []
    assert there.default.add_fault(FAULT).id == added[0] + 1


def test_a_sandbox_that_is_created_during_a_reload_has_fixtures(shared: SharedState) -> None:
    link = shared.link()
    here, there = shared.backend(FIRST, link), shared.backend(FIRST)
    link.before("create", lambda: there.reload(SECOND))
    created = here.create().id
    user = shared.backend(SECOND).get(created).store.find_user("alice")
    assert user is not None
    assert user.uid == 2


@pytest.mark.parametrize("starts_again", [True, False])
def test_a_lost_text_of_the_fixtures_is_supplied(shared: SharedState, starts_again: bool) -> None:
    here = shared.backend(FIRST)
    shared.ask("DEL", "fixtures")
    if starts_again:
        shared.backend(FIRST)
    else:
        here.create()
    assert shared.ask("HLEN", "fixtures") == 1


def test_an_idle_process_follows_a_reload(shared: SharedState) -> None:
    rules = Rules(ManualClock(), DOCUMENTED)
    idle = open_backend(shared.redis.url, shared.namespace, FIRST, rules, 10)
    shared.backend(FIRST).reload(SECOND)

    def has_followed() -> bool:
        user = idle.known_view("default").fixtures.users.find("alice")
        return user is not None and user.uid == 2

    eventually(has_followed, "the new fixtures")
    shared.redis.ask("FLUSHALL")
    user = idle.default.store.find_user("alice")
    assert user is not None
    assert user.uid == 2


def test_warnings_of_a_reload_are_those_of_the_state_that_it_replaced(shared: SharedState) -> None:
    mine = fixtures_of("scenarios: {mine: {description: Mine.}}\n")
    link = shared.link()
    here, there = shared.backend(mine, link), shared.backend(mine)
    link.before("apply", lambda: there.default.put_scenario("mine"))
    assert here.reload(FIRST) == (
        "warning: scenario 'mine' is gone from the fixtures: 'normal' is active now",
    )
    assert there.default.scenario == "normal"
