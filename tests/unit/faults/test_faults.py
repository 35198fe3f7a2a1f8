from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.trace import Trace
from mockserver.errors import StoreUnavailableError
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.faults.draw import Hit, Run, chances, hits
from mockserver.faults.faulty_store import Strikes
from mockserver.faults.model import ErrorKind, Fault
from mockserver.state.operations import Operation
from tests.helpers.app import ManualClock
from tests.helpers.text import GET, NEW


class Target(NamedTuple):
    """A request, as faults are matched against it."""

    endpoint: str
    username: str | None


ANNA = Target(GET, "anna")


class Bench:
    """A run of faults, and a clock."""

    def __init__(self, faults: tuple[Fault, ...], clock: ManualClock, seed: str) -> None:
        self.run = Run("s", faults, 1, clock.now_ms(), seed)
        self.clock = clock

    def hits(
        self, operation: Operation, target: Target, considered: set[tuple[str, int]]
    ) -> list[Hit]:
        now_ms = self.clock.now_ms()
        return list(hits(self.run, operation, *target, now_ms, considered))


def run_of(*faults: Fault, clock: ManualClock | None = None, seed: str = "") -> Bench:
    return Bench(faults, clock or ManualClock(), seed)


class Asked:
    """One request: its hits are drawn at the operations that it comes to."""

    def __init__(
        self, bench: Bench, sleep: Callable[[float], None] = lambda _: None, target: Target = ANNA
    ) -> None:
        self._bench, self._sleep, self._target = bench, sleep, target
        self._considered: set[tuple[str, int]] = set()

    def _strikes(self, operation: Operation) -> Strikes:
        drawn = self._bench.hits(operation, self._target, self._considered)
        return Strikes(drawn, Trace(), lambda seconds, _hits: self._sleep(seconds))

    def read(self, operation: Operation) -> None:
        self._strikes(operation).read(operation)

    def write(self, commit: Callable[[], None]) -> None:
        self._strikes(Operation.SAVE_TOKEN).write(Operation.SAVE_TOKEN, commit)


def fails(run: Bench, operation: Operation = Operation.FIND_USER, target: Target = ANNA) -> bool:
    """Whether a request of its own fails at this operation."""
    try:
        Asked(run, target=target).read(operation)
    except StoreUnavailableError:
        return True
    return False


def pattern(run: Bench, requests: int) -> list[bool]:
    return [fails(run) for _ in range(requests)]


OF_DATABASE = {
    Operation.FIND_USER, Operation.FIND_TOKEN, Operation.SAVE_TOKEN, Operation.SAVE_USER,
}  # fmt: skip


@pytest.mark.parametrize(
    ("at", "struck"),
    [
        (Operation.DATABASE, OF_DATABASE),
        (Operation.FIND_TOKEN, {Operation.FIND_TOKEN}),
        (Operation.FIND_USER, {Operation.FIND_USER}),
        (Operation.SAVE_TOKEN, {Operation.SAVE_TOKEN}),
        (Operation.SAVE_USER, {Operation.SAVE_USER}),
        (Operation.SESSION_STORE, {Operation.SESSION_STORE}),
        (Operation.SAVE_SESSION, {Operation.SAVE_SESSION}),
        (Operation.RECAPTCHA, {Operation.RECAPTCHA}),
        (Operation.SEND_MAIL, {Operation.SEND_MAIL}),
        (Operation.REQUEST, {Operation.REQUEST}),
    ],
)
def test_a_fault_strikes_the_operations_that_it_names(
    at: Operation, struck: set[Operation]
) -> None:
    places = set(Operation) - {Operation.DATABASE}
    run = run_of(Fault(operation=at, fails=True))
    assert {place for place in places if fails(run, place)} == struck


def test_endpoint_and_username_narrow_a_fault() -> None:
    run = run_of(Fault(fails=True, endpoint=NEW, username="anna"))
    targets = [Target(e, u) for e in (GET, NEW) for u in ("anna", "ben", None)]
    assert [t for t in targets if fails(run, target=t)] == [Target(NEW, "anna")]


def test_skip_lets_requests_pass_and_times_ends_it() -> None:
    assert (
        pattern(run_of(Fault(fails=True, skip=2, times=3)), 7)
        == [False] * 2 + [True] * 3 + [False] * 2
    )


def test_times_counts_the_requests_on_which_it_fired() -> None:
    run = run_of(Fault(fails=True, times=2, probability=0.5, seed=4))
    assert sum(pattern(run, 100)) == 2


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 60))
def test_skip_and_times_for_any_number_of_requests(skip: int, times: int, requests: int) -> None:
    run = run_of(Fault(fails=True, skip=skip, times=times))
    assert sum(pattern(run, requests)) == max(0, min(times, requests - skip))


def test_the_same_seed_gives_the_same_sequence() -> None:
    fault = Fault(fails=True, probability=0.3, seed=7)
    first = pattern(run_of(fault), 200)
    assert first == pattern(run_of(fault), 200)
    assert 30 < sum(first) < 90
    assert first != pattern(run_of(Fault(fails=True, probability=0.3, seed=8)), 200)


def test_the_seed_of_the_run_serves_faults_without_their_own() -> None:
    fault = Fault(fails=True, probability=0.5)
    assert pattern(run_of(fault, seed="1"), 64) == pattern(run_of(fault, seed="1"), 64)
    assert pattern(run_of(fault, seed="1"), 64) != pattern(run_of(fault, seed="2"), 64)


def test_a_window_opens_and_closes_on_the_clock() -> None:
    clock = ManualClock()
    run = run_of(Fault(fails=True, starts_after_ms=1000, lasts_ms=500), clock=clock)
    seen = []
    for step in (0, 999, 1, 499, 1):
        clock.advance(step)
        seen.append(fails(run))
    assert seen == [False, False, True, True, False]


def test_requests_outside_the_window_are_not_counted() -> None:
    clock = ManualClock()
    run = run_of(Fault(fails=True, times=1, starts_after_ms=1000), clock=clock)
    assert not fails(run)
    clock.advance(1000)
    assert pattern(run, 2) == [True, False]


def test_a_fault_is_considered_once_a_request() -> None:
    run = run_of(Fault(delay_ms=(5, 5), times=10))
    slept: list[float] = []
    one = Asked(run, slept.append)
    one.read(Operation.FIND_USER)
    one.read(Operation.SAVE_TOKEN)
    assert slept == [0.005]


def test_delays_of_several_faults_add_up_before_one_fails() -> None:
    slept: list[float] = []
    run = run_of(Fault(delay_ms=(1000, 1000)), Fault(fails=True), Fault(delay_ms=(500, 500)))
    with pytest.raises(StoreUnavailableError):
        Asked(run, slept.append).read(Operation.FIND_USER)
    assert slept == [1.5]


def test_a_delay_range_is_drawn_from_evenly() -> None:
    slept: list[float] = []
    run = run_of(Fault(delay_ms=(10, 20), seed=1))
    for _ in range(500):
        Asked(run, slept.append).read(Operation.FIND_USER)
    assert {round(seconds * 1000) for seconds in slept} == set(range(10, 21))


@pytest.mark.parametrize(("after_commit", "stored"), [(False, []), (True, ["stored"])])
def test_after_commit_stores_before_it_fails(after_commit: bool, stored: list[str]) -> None:
    done: list[str] = []
    run = run_of(Fault(operation=Operation.SAVE_TOKEN, fails=True, after_commit=after_commit))
    with pytest.raises(StoreUnavailableError):
        Asked(run).write(lambda: done.append("stored"))
    assert done == stored


def test_nothing_is_stored_if_another_fault_fails_before_the_commit() -> None:
    done: list[str] = []
    lost = Fault(operation=Operation.SAVE_TOKEN, fails=True, after_commit=True)
    run = run_of(lost, Fault(operation=Operation.SAVE_TOKEN, fails=True))
    with pytest.raises(StoreUnavailableError):
        Asked(run).write(lambda: done.append("stored"))
    assert done == []


def test_chance_is_a_function_of_the_seed_and_the_count() -> None:
    assert chances("1", 1) == chances("1", 1)
    drawn = [number for count in range(1000) for number in chances("1", count)]
    assert len(set(drawn)) == 2000
    assert all(0 <= number < 1 for number in drawn)
    assert 0.45 < sum(drawn) / 2000 < 0.55


def test_the_builtin_scenarios_are_those_of_the_interface() -> None:
    assert {scenario.name for scenario in BUILTIN_SCENARIOS} == {
        "normal", "db-down", "db-read-error", "db-write-error", "db-write-lost", "db-flaky",
        "db-recovers", "db-outage", "db-slow", "session-store-down", "recaptcha-down", "mail-down",
        "connection-reset", "empty-response", "truncated-body", "malformed-json", "bad-gateway",
    }  # fmt: skip
    assert all(scenario.description.endswith(".") for scenario in BUILTIN_SCENARIOS)


@pytest.mark.parametrize(
    ("name", "struck"),
    [
        ("db-down", OF_DATABASE),
        ("db-write-error", {Operation.SAVE_TOKEN, Operation.SAVE_USER}),
        ("db-write-lost", {Operation.SAVE_TOKEN, Operation.SAVE_USER}),
        ("session-store-down", {Operation.SESSION_STORE}),
        ("recaptcha-down", {Operation.RECAPTCHA}),
        ("mail-down", {Operation.SEND_MAIL}),
    ],
)
def test_a_builtin_scenario_strikes_its_operations(name: str, struck: set[Operation]) -> None:
    (faults,) = (scenario.faults for scenario in BUILTIN_SCENARIOS if scenario.name == name)
    places = set(Operation) - {Operation.DATABASE}
    assert {place for place in places if fails(run_of(*faults), place)} == struck
    assert {fault.after_commit for fault in faults} == {name == "db-write-lost"}


@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.REQUEST])
def test_each_operation_fails_in_one_way(operation: Operation) -> None:
    is_service = operation in (Operation.RECAPTCHA, Operation.SEND_MAIL)
    expected = ErrorKind.UNAVAILABLE if is_service else ErrorKind.DATABASE
    assert ErrorKind.of(operation) is expected


def test_a_fault_is_named_with_its_number_where_others_hit_the_same_operation() -> None:
    save, find = Fault(operation=Operation.SAVE_USER), Fault(operation=Operation.FIND_USER)
    alone = run_of(find, save).hits(Operation.SAVE_USER, ANNA, set())
    assert [hit.place for hit in alone] == ["s"]
    both = run_of(find, save, Fault()).hits(Operation.SAVE_USER, ANNA, set())
    assert [hit.place for hit in both] == ["s, fault 2", "s, fault 3"]
