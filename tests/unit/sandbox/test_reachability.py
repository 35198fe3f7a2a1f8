"""What `check` finds: all that the sessions reach, though few of them are tried."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.api.page import Code, Endpoint
from mockserver.api.profiles import DOCUMENTED
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures import Fixtures
from mockserver.sandbox import reachability
from mockserver.sandbox.reachability import Way, reached
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.model import Session, User
from mockserver.state.operations import Operation
from tests.helpers.app import ManualClock
from tests.helpers.text import NOON_MS

HOUR_MS = 3_600_000
NAMES = ("ann", "bob", "cat", "dan")

OPERATIONS = st.sampled_from([Operation.FIND_USER, Operation.SAVE_TOKEN, Operation.SESSION_STORE])
FAULTS = st.builds(
    Fault,
    operation=OPERATIONS,
    username=st.sampled_from([None, *NAMES]),
    fails=st.just(True),
    skip=st.integers(0, 2),
    probability=st.sampled_from([1.0, 0.5]),
)
SCENARIOS = {scenario.name: scenario for scenario in BUILTIN_SCENARIOS}
LIVES = st.one_of(
    st.tuples(st.sampled_from([0, 1, HOUR_MS]), st.none()),
    st.tuples(st.none(), st.integers(NOON_MS - 2, NOON_MS + 2)),
)


@st.composite
def fixtures(draw: st.DrawFn) -> Fixtures:
    own = st.sampled_from([None, None, "special", "db-down", "db-recovers", "bad-gateway"])
    users = {
        name: User(name, token=token, issue_at_load=issue and not token, scenario=draw(own))
        for name in NAMES[: draw(st.integers(0, 3))]
        for token, issue in [draw(st.tuples(st.sampled_from([None, "", "t"]), st.booleans()))]
    }
    owners = st.sampled_from([None, *NAMES])
    signatures = st.sampled_from([None, "pinned"])
    sessions = {
        f"s{n}": Session(f"s{n}", draw(owners), ttl_ms, expires_ms, draw(signatures))
        for n in range(draw(st.integers(0, 12)))
        for ttl_ms, expires_ms in [draw(LIVES)]
    }
    special = Scenario("special", "", tuple(draw(st.lists(FAULTS, max_size=2))))
    return made(users, sessions, special)


def made(
    users: dict[str, User], sessions: dict[str, Session], special: Scenario | None = None
) -> Fixtures:
    special = special or Scenario("special")
    scenarios = {**SCENARIOS, special.name: special}
    return Fixtures(("secret",), "jwt", Catalog(users), Catalog(sessions), scenarios)


def exhaustive(found: Fixtures, clock: Clock, scenario: str) -> dict[tuple[Endpoint, Code], Way]:
    """The first way to each pair, each session being tried."""
    result: dict[tuple[Endpoint, Code], Way] = {}
    for session in found.sessions.entries():
        alone = replace(found, sessions=Catalog({session.sid: session}))
        for pair, way in reached(alone, DOCUMENTED, clock, scenario).items():
            if way.description.startswith("session "):
                result.setdefault(pair, way)
    for pair, way in reached(found, DOCUMENTED, clock, scenario).items():
        if not way.description.startswith("session "):
            result.setdefault(pair, way)
    return result


TWO_OF_ONE_KIND = {"s0": Session("s0", "ann", HOUR_MS), "s1": Session("s1", "bob", HOUR_MS)}


@given(fixtures(), st.sampled_from(["normal", "special", "db-write-error", "session-store-down"]))
@example(
    made(
        {name: User(name, token="t") for name in NAMES},
        TWO_OF_ONE_KIND,
        Scenario("special", "", (Fault(username="bob", fails=True),)),
    ),
    "special",
)
@example(
    made({"ann": User("ann"), "bob": User("bob", issue_at_load=True)}, TWO_OF_ONE_KIND), "normal"
)
@example(made({}, {"s0": Session("s0", None, HOUR_MS), "s1": TWO_OF_ONE_KIND["s1"]}), "normal")
def test_each_pair_has_the_first_of_all_sessions_that_reaches_it(
    found: Fixtures, scenario: str
) -> None:
    clock = ManualClock()
    ways = reached(found, DOCUMENTED, clock, scenario)
    assert ways == exhaustive(found, clock, scenario)


def test_a_session_that_ends_before_it_is_asked_stands_for_none_that_lives() -> None:
    class Hasty(ManualClock):
        """A second goes by whenever somebody looks."""

        def now_ms(self) -> int:
            self.advance(1000)
            return super().now_ms()

    users = {"ann": User("ann", token="t")}
    sessions = {
        "soon": Session("soon", "ann", None, NOON_MS + 3000),
        "late": Session("late", "ann", None, NOON_MS + 1000 * HOUR_MS),
    }
    ways = reached(made(users, sessions), DOCUMENTED, Hasty(), "normal")
    assert {code.number for _, code in ways} >= {1320001, 1320002, 1320003, 1940103}


class Counting(Sandbox):
    """A sandbox that counts itself."""

    made = 0

    def __init__(self, *arguments: Any) -> None:
        Counting.made += 1
        super().__init__(*arguments)


def test_sessions_of_one_kind_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "Sandbox", Counting)
    counts = []
    for many in (1, 2000):
        users = {f"u{n}": User(f"u{n}", n, token=f"t{n}") for n in range(many)}
        sessions = {f"s{n}": Session(f"s{n}", f"u{n}", HOUR_MS) for n in range(many)}
        Counting.made = 0
        reached(made(users, sessions), DOCUMENTED, ManualClock(), "normal")
        counts.append(Counting.made)
    assert counts[0] == counts[1]
