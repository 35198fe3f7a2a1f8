"""What `check` finds: all that sessions and users reach, though few of them are tried."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.api.account.page import LOG_IN, LOG_OUT, REGISTER, REGISTERED, USERNAME_TAKEN
from mockserver.api.account.rules import rules_of
from mockserver.api.catalog import ALL_PAGES, pairs_of
from mockserver.api.common import SESSION_INVALID
from mockserver.api.page import Pair
from mockserver.api.profiles import DOCUMENTED, PROFILES, SERVER, Profile
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.sandbox import reachability
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.reachability import candidates, reached
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.model import Session, User
from mockserver.state.operations import Operation
from tests.helpers.app import ManualClock
from tests.helpers.text import NOON_MS, SHIPPED

HOUR_MS = 3_600_000
PASSWORD = "haruhi_suzumiya"  # the wrong password of the examples, unless it is the right one
NAMES = ("annie", "bob", "cathy", "danny")

OPERATIONS = [operation for operation in Operation if operation is not Operation.REQUEST]
FAULTS = st.builds(
    Fault,
    operation=st.sampled_from(OPERATIONS),
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
    emails, passwords = (
        st.sampled_from([None, "a@b.c", "@"]),
        st.sampled_from([None, PASSWORD, "p"]),
    )
    users = {
        name: User(
            name,
            None,
            draw(emails),
            token,
            issue and not token,
            draw(own),
            draw(passwords),
            draw(st.booleans()),
        )
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


def exhaustive(found: Fixtures, profile: Profile, clock: Clock, scenario: str) -> dict[Pair, Way]:
    """The first way to each pair, each session and each user being tried.

    A way that works at once comes before all others.
    """
    tried = []
    for session in found.sessions.entries():
        alone = replace(found, sessions=Catalog({session.sid: session}))
        tried.append(only("session ", reached(alone, profile, clock, scenario)))
    tried.append(only("", reached(found, profile, clock, scenario)))
    for user in found.users.entries():
        alone = replace(found, users=Catalog({user.username: user}))
        own = reached(alone, profile, clock, scenario)
        tried += [only(f"{of} {user.username}", own) for of in OF_USERS]
    tried.append(only("register ", reached(found, profile, clock, scenario)))
    result: dict[Pair, Way] = {}
    for repeated in (False, True):
        for ways in tried:
            for pair, way in ways.items():
                if way.description.endswith(", repeated") is repeated:
                    result.setdefault(pair, way)
    return result


OF_USERS = ("username", "the code of a mail to", "log in as")


def only(begin: str, ways: dict[Pair, Way]) -> dict[Pair, Way]:
    """Those ways whose description begins so. Empty: those without a session or a user."""
    others = ("session ", "register ", *(f"{of} {name}" for of in OF_USERS for name in NAMES))
    return {
        pair: way
        for pair, way in ways.items()
        if (way.description.startswith(begin) if begin else not way.description.startswith(others))
    }


TWO_OF_ONE_KIND = {"s0": Session("s0", "annie", HOUR_MS), "s1": Session("s1", "bob", HOUR_MS)}


@given(
    fixtures(),
    st.sampled_from(["normal", "special", "db-write-error", "session-store-down"]),
    st.sampled_from(list(PROFILES.values())),
)
@example(
    made(
        {name: User(name, token="t") for name in NAMES},
        TWO_OF_ONE_KIND,
        Scenario("special", "", (Fault(username="bob", fails=True),)),
    ),
    "special",
    DOCUMENTED,
)
@example(
    made({"annie": User("annie"), "bob": User("bob", issue_at_load=True)}, TWO_OF_ONE_KIND),
    "normal",
    DOCUMENTED,
)
@example(
    made({}, {"s0": Session("s0", None, HOUR_MS), "s1": TWO_OF_ONE_KIND["s1"]}),
    "normal",
    DOCUMENTED,
)
@example(
    made(
        {
            "annie": User("annie", password="p", verified=False),
            "cathy": User("cathy", email="a@b.c", password="p", verified=False),
            "danny": User("danny", password="p"),
        },
        {},
    ),
    "normal",
    DOCUMENTED,
)
@example(made({"bob": User("bob"), "annie": User("annie")}, {}), "normal", SERVER)
def test_each_pair_has_the_first_of_all_ways_that_reaches_it(
    found: Fixtures, scenario: str, profile: Profile
) -> None:
    clock = ManualClock()
    ways = reached(found, profile, clock, scenario)
    assert ways == exhaustive(found, profile, clock, scenario)


def test_a_way_that_works_at_once_comes_before_one_that_is_repeated() -> None:
    users = {"annie": User("annie", token="t")}
    sessions = {"s0": Session("s0", "annie", HOUR_MS)}
    ways = reached(made(users, sessions), DOCUMENTED, ManualClock(), "normal")
    assert ways[LOG_OUT, SESSION_INVALID].description == "no cookie"
    assert ways[REGISTER, USERNAME_TAKEN].description == "username annie"
    alone = reached(made({}, {}), DOCUMENTED, ManualClock(), "normal")
    free = alone[REGISTER, REGISTERED].description
    assert alone[REGISTER, USERNAME_TAKEN].description == f"{free}, repeated"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_shipped_fixtures_reach_every_pair_that_the_profile_sends(profile: Profile) -> None:
    ways = reached(load_fixtures(SHIPPED), profile, ManualClock(), "normal")
    assert set(ways) == {
        pair for pair in pairs_of(profile.name)[ALL_PAGES] if pair[1] not in profile.unsent
    }
    assert not [way for way in ways.values() if way.description.endswith(", repeated")]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_shipped_password_may_be_registered(profile: Profile) -> None:
    rules = rules_of(profile.name)
    for user in load_fixtures(SHIPPED).users.entries():
        assert user.password is not None
        assert rules.accepts_password(user.password)
        assert rules.accepts_email(user.email or "")


def test_the_user_of_the_documentations_samples_is_free() -> None:
    assert load_fixtures(SHIPPED).users.find("kyon777") is None


def test_no_description_has_a_password_or_a_code() -> None:
    found = load_fixtures(SHIPPED)
    passwords = [user.password for user in found.users.entries() if user.password is not None]
    tried = list(candidates(found, DOCUMENTED, ManualClock(), "normal"))
    assert {value for _, way in tried for value in way.fields.values()} & set(passwords)
    for _, way in tried:
        assert not [word for word in (*passwords, "eyJ") if word in way.description]


def test_a_registration_takes_a_name_that_is_free_and_a_value_that_passes() -> None:
    names = ("kyon777", "kyon778")
    found = replace(made({name: User(name) for name in names}, {}), recaptcha=("", "yes"))
    way = reached(found, DOCUMENTED, ManualClock(), "normal")[REGISTER, REGISTERED]
    assert (way.fields["username"], way.fields["g-recaptcha-response"]) == ("kyon779", "yes")
    nothing = replace(found, recaptcha=())
    assert (REGISTER, REGISTERED) not in reached(nothing, DOCUMENTED, ManualClock(), "normal")


def test_only_the_endpoints_that_are_asked_for_are_tried() -> None:
    found = load_fixtures(SHIPPED)
    ways = reached(found, DOCUMENTED, ManualClock(), "normal", endpoints=(LOG_IN,))
    assert set(ways) == {(LOG_IN, code) for code in LOG_IN.codes}


def test_a_session_that_ends_before_it_is_asked_stands_for_none_that_lives() -> None:
    class Hasty(ManualClock):
        """A second goes by whenever somebody looks."""

        def now_ms(self) -> int:
            self.advance(1000)
            return super().now_ms()

    users = {"annie": User("annie", token="t")}
    sessions = {
        "soon": Session("soon", "annie", None, NOON_MS + 3000),
        "late": Session("late", "annie", None, NOON_MS + 1000 * HOUR_MS),
    }
    ways = reached(made(users, sessions), DOCUMENTED, Hasty(), "normal")
    assert {code.number for _, code in ways} >= {1320001, 1320002, 1320003, 1940103}


class Counting(Sandbox):
    """A sandbox that counts itself."""

    made = 0

    def __init__(self, *arguments: Any) -> None:
        Counting.made += 1
        super().__init__(*arguments)


def test_sessions_and_users_of_one_kind_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "Sandbox", Counting)
    counts = []
    for many in (1, 2000):
        names = [f"user-{n}" for n in range(many)]
        users = {
            name: User(name, n, f"{name}@a.b", f"t{n}", password=f"p{n}")
            for n, name in enumerate(names)
        }
        sessions = {name: Session(name, name, HOUR_MS) for name in names}
        Counting.made = 0
        reached(made(users, sessions), DOCUMENTED, ManualClock(), "normal")
        counts.append(Counting.made)
    assert counts[0] == counts[1]
