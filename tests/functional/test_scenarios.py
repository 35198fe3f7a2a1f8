"""Scenarios: who chooses them, what they do, and that they touch nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mockserver.errors import UnknownNameError
from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import DOCUMENTED_TOKEN, GET, NEW, REVOKE, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

TWO_USERS = """
users:
  - {username: anna, uid: 1, token: literal}
  - {username: ben, uid: 2, token: literal, scenario: db-read-error}
sessions:
  - {sid: a, username: anna}
  - {sid: b, username: ben}
"""
A, B = cookie("a"), cookie("b")


@pytest.mark.parametrize(
    ("scenario", "codes"),
    [
        ("normal", (1320001, 1320002, 1320003)),
        ("db-down", (1950301, 1950301, 1950301)),
        ("db-read-error", (1950301, 1950301, 1950301)),
        ("db-write-error", (1320001, 1950301, 1950301)),
        ("db-write-lost", (1320001, 1950301, 1950301)),
        ("session-store-down", (1950301, 1950301, 1950301)),
        ("db-slow", (1320001, 1320002, 1320003)),
    ],
)
def test_builtin_scenarios(mock: MakeMock, scenario: str, codes: tuple[int, ...]) -> None:
    app = mock(TWO_USERS, scenario=scenario)
    assert tuple(app.call(path, A).code for path in (GET, NEW, REVOKE)) == codes


def test_a_failed_write_leaves_the_old_token(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    assert app.call(NEW, A, prefer="scenario=db-write-error").code == 1950301
    assert app.call(REVOKE, A, prefer="scenario=db-write-error").code == 1950301
    assert app.call(GET, A).token == "literal"


def test_a_lost_write_has_been_stored(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    assert app.call(NEW, A, prefer="scenario=db-write-lost").code == 1950301
    assert app.why == "scenario db-write-lost: save_token failed after it was stored"
    assert app.call(GET, A).token.count(".") == 2
    assert app.call(REVOKE, A, prefer="scenario=db-write-lost").code == 1950301
    assert app.call(GET, A).code == 1340401


def test_db_recovers_after_two_failures(mock: MakeMock) -> None:
    app = mock(TWO_USERS, scenario="db-recovers")
    assert [app.call(GET, A).code for _ in range(4)] == [1950301, 1950301, 1320001, 1320001]


def test_db_outage_lasts_30_s_from_its_first_use(mock: MakeMock) -> None:
    app = mock(TWO_USERS, scenario="db-outage")
    app.clock.advance(60_000)
    codes = []
    for step in (0, 29_999, 1):
        app.clock.advance(step)
        codes.append(app.call(GET, A).code)
    assert codes == [1950301, 1950301, 1320001]


def test_db_slow_delays_and_the_log_says_so(mock: MakeMock) -> None:
    app = mock(TWO_USERS, scenario="db-slow")
    assert app.call(GET, A).code == 1320001
    assert app.delays == [2.0]
    assert app.why == "token returned; scenario db-slow: find_user delayed by 2 s"


def test_db_flaky_fails_the_same_requests_every_time(mock: MakeMock) -> None:
    runs = []
    for _ in range(2):
        app = mock(TWO_USERS, scenario="db-flaky")
        runs.append([app.call(GET, A).code for _ in range(100)])
    assert runs[0] == runs[1]
    assert 15 < runs[0].count(1950301) < 45


def test_the_session_store_fails_only_for_who_proves_a_session(mock: MakeMock) -> None:
    app = mock(TWO_USERS, scenario="session-store-down")
    assert app.call(GET).code == 1940103
    assert app.call(GET, "animeloop.auth.sid=x").code == 1940102
    assert app.call(GET, cookie("unknown")).code == 1950301


def test_a_magic_user_has_a_scenario_of_their_own(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    assert (app.call(GET, A).code, app.call(GET, B).code) == (1320001, 1950301)
    slow = mock(TWO_USERS, scenario="db-slow")
    slow.call(GET, B)
    assert slow.delays == [], "the user's scenario applies instead of the active one"


def test_a_preferred_scenario_wins_over_the_users(mock: MakeMock) -> None:
    answer = mock(TWO_USERS).call(GET, B, prefer="scenario=normal")
    assert answer.code == 1320001
    assert answer.headers["preference-applied"] == "scenario=normal"


def test_a_preferred_scenario_is_for_one_request(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    assert app.call(GET, A, prefer="scenario=db-down").code == 1950301
    after = app.call(GET, A)
    assert after.code == 1320001
    assert "preference-applied" not in after.headers


def test_preferring_a_scenario_again_goes_on_where_it_was(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    codes = [app.call(GET, A, prefer="scenario=db-recovers").code for _ in range(3)]
    assert codes == [1950301, 1950301, 1320001]


def test_a_fault_may_be_for_one_user_and_one_endpoint(mock: MakeMock) -> None:
    app = mock(
        TWO_USERS.replace("scenario: db-read-error", "scenario: normal")
        + "scenarios: {normal: {faults: [{error: database, username: anna, endpoint: "
        "/auth/token/new}]}}"
    )
    answers = [(path, who) for path in (GET, NEW, REVOKE) for who in (A, B)]
    failed = [pair for pair in answers if app.call(*pair).code == 1950301]
    assert failed == [(NEW, A)]


def test_a_fault_of_the_request_delays_even_who_has_no_cookie(mock: MakeMock) -> None:
    app = mock("scenarios: {lag: {faults: [{operation: request, delay: 1s}]}}", scenario="lag")
    assert app.call(GET).code == 1940103
    assert app.delays == [1.0]


def test_counters_are_exact_under_concurrent_requests(mock: MakeMock) -> None:
    app = mock(
        TWO_USERS + "scenarios: {some: {faults: [{error: database, skip: 10, times: 25}]}}",
        scenario="some",
    )
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda _: app.call(GET, A).code, range(300)))
    assert codes.count(1950301) == 25


def test_a_code_can_be_forced(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    for path, number in [(GET, 1950301), (NEW, 1940102), (REVOKE, 1940103), (GET, 1340401)]:
        answer = app.call(path, A, prefer=f"code={number}")
        assert (answer.status, answer.code) == (200, number)
        assert answer.headers["preference-applied"] == f"code={number}"
    assert app.why == "forced by 'Prefer: code=1340401', without authentication"


def test_a_forced_success_changes_nothing(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    assert app.call(NEW, A, prefer="code=1320002").token == "literal"
    assert app.call(REVOKE, A, prefer="code=1320003").json["data"] == {}
    assert app.call(GET, A).token == "literal"


@pytest.mark.parametrize("header", [None, "animeloop.auth.sid=s%3Aa.x", cookie("unknown")])
def test_a_forced_success_without_a_user_shows_the_documented_token(
    mock: MakeMock, header: str | None
) -> None:
    assert mock(TWO_USERS).call(GET, header, prefer="code=1320001").token == DOCUMENTED_TOKEN


def test_a_forced_code_is_answered_without_faults(mock: MakeMock) -> None:
    app = mock(TWO_USERS, scenario="db-slow")
    answer = app.call(GET, B, prefer="code=1320001, scenario=db-down")
    assert answer.token == "literal"
    assert answer.headers["preference-applied"] == "code=1320001"
    assert app.delays == []


@pytest.mark.parametrize("number", ["1320002", "1", "", "abc", "01950301", "1" * 5000, "²"])
def test_an_undocumented_code_is_refused_with_the_documented_ones(
    mock: MakeMock, number: str
) -> None:
    answer = mock(TWO_USERS).call(GET, A, prefer=f'code="{number}"')
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["valid"] == [1320001, 1340401, 1940102, 1940103, 1950301]


def test_an_unknown_scenario_is_refused_with_the_known_ones(mock: MakeMock) -> None:
    app = mock(TWO_USERS)
    answer = app.call(GET, A, prefer="scenario=db-dwn")
    assert answer.status == 400
    assert answer.json["detail"] == "Prefer: unknown scenario 'db-dwn'; did you mean 'db-down'?"
    assert "db-down" in answer.json["valid"]
    assert "preference-applied" not in answer.headers
    assert app.call(GET, A, prefer="code=1950301; scenario, scenario=nope").status == 400


@pytest.mark.parametrize(
    ("name", "meant"),
    [("cdoe", "code"), ("Codes", "code"), ("cod", "code"), ("scenarios", "scenario")],
)
@pytest.mark.parametrize("profile", ["documented", "server"])
def test_a_misspelt_preference_is_refused_with_the_known_ones(
    mock: MakeMock, name: str, meant: str, profile: str
) -> None:
    answer = mock(TWO_USERS, profile=profile).call(GET, A, prefer=f"wait=10, {name}=1950301")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    expected = f"Prefer: unknown preference {name.lower()!r}; did you mean {meant!r}?"
    assert answer.json["detail"] == expected
    assert answer.json["valid"] == ["code", "scenario"]


def test_other_preferences_are_ignored(mock: MakeMock) -> None:
    others = "respond-async, wait=10, return=minimal, handling=lenient, safe, count=exact"
    answer = mock(TWO_USERS).call(GET, A, prefer=others + ', x="a, code=1"')
    assert answer.code == 1320001
    assert "preference-applied" not in answer.headers


def test_a_scenario_whose_name_is_no_token_can_be_preferred(mock: MakeMock) -> None:
    app = mock(TWO_USERS + 'scenarios: {"kein, \\"Netz\\"": {faults: [{error: database}]}}')
    answer = app.call(GET, A, prefer='scenario="kein, \\"Netz\\""')
    assert answer.code == 1950301
    assert answer.headers["preference-applied"] == 'scenario="kein, \\"Netz\\""'


def test_an_unknown_scenario_at_start_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("")
    with pytest.raises(UnknownNameError, match="did you mean 'db-down'"):
        Mock(tmp_path, scenario="db-dwn")


def test_a_fault_without_a_window_fires_also_when_the_clock_was_set_back(shipped: Mock) -> None:
    alice = cookie("session-of-alice")
    shipped.admin("PUT", "/scenario", {"name": "db-down"})
    assert shipped.call(GET, alice).code == 1950301
    shipped.admin("PUT", "/clock", {"now": "2020-01-01T00:00:00Z"})
    assert shipped.call(GET, alice).code == 1950301
