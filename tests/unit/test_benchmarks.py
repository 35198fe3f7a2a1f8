"""What the benchmarks measure of stand-ins for servers, and what they make of the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import pytest

from benchmarks import mock, shared, wrk
from benchmarks.__main__ import write
from benchmarks.page import page, verdicts
from benchmarks.peers import measure as peers
from benchmarks.results import (
    CPU,
    LOADED,
    MEMORY,
    P50,
    P99,
    RATE,
    SECONDS,
    BenchmarkError,
    Results,
    Setting,
    Table,
    in_turn,
    load,
    save,
)
from benchmarks.servers import MOCK
from benchmarks.targets import OF_MOCK, OF_PEERS, Target

SETTING = Setting("2026-01-01 12:00 UTC", "A CPU, 2 cores", 0.1, {"Python": "3.11.7"}, 480.4)


class StandIn:
    """A server that is never started; `rates` are its requests a second, load by load."""

    port = 1
    url = "redis://stand-in"

    def __init__(self, rates: list[float] | None = None) -> None:
        self.cookies: list[str] = []
        self.start = {SECONDS: 0.2, MEMORY: 37.0}
        self._rates = rates

    def load(self, connections: int, seconds: float, _pause_ms: int = 0) -> dict[str, float]:
        if self._rates == []:
            raise BenchmarkError("wrk failed: reset")
        return {RATE: self._rates.pop(0) if self._rates else 1_000.0, P50: 1.0, P99: 2.0, CPU: 90.0}

    def resident_mb(self) -> float:
        return 38.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def stand_in(*_: object, **__: object) -> StandIn:
    return StandIn()


@pytest.fixture
def of_mock(monkeypatch: pytest.MonkeyPatch) -> Results:
    """What `make bench BASE=v1 ARGS="--rounds 2"` measures of stand-ins."""
    for name in ("run_mock", "run_bare", "run_granian"):
        monkeypatch.setattr(mock, name, stand_in)
    monkeypatch.setattr(mock, "run", lambda _command: b"")
    monkeypatch.setattr(mock, "check_out", lambda _commit, _place: "abc1234")
    monkeypatch.setattr(mock, "make_sandbox", lambda _port: "a cookie")
    monkeypatch.setattr(mock, "LARGE", 2)
    for name in ("run_mock", "RedisServer"):
        monkeypatch.setattr(shared, name, stand_in)
    monkeypatch.setattr(shared, "make_sandbox", lambda _port: "a cookie")
    monkeypatch.setattr(shared, "missing", lambda: None)
    tables, versions = mock.measure(lambda _: None, 2, "v1")
    assert versions["base commit"] == "abc1234"
    return Results(SETTING, tables, {})


@pytest.fixture
def of_peers(monkeypatch: pytest.MonkeyPatch) -> Results:
    """What `make bench-peers` measures where Prism cannot be installed, and Mockoon fails."""

    def refuse(_task: object) -> object:
        raise BenchmarkError("npm is not installed")

    rates = {"WireMock": [1.0, 2.0, 500.0, 1_000.0, 2_000.0], "Mockoon CLI": [1.0, 1.0, 1.0, 500.0]}
    monkeypatch.setattr(peers, "run_mock", stand_in)
    monkeypatch.setattr(peers, "ask", lambda _port, _cookie: ([], b"{}"))
    kinds = {
        name: lambda _task, found=found: lambda: StandIn(found) for name, found in rates.items()
    }
    monkeypatch.setattr(peers, "PEERS", {**kinds, "Prism": refuse})
    tables, _, skipped = peers.measure(lambda _: None, 2)
    return Results(SETTING, tables, skipped)


def test_every_target_is_about_something_that_is_measured(
    of_mock: Results, of_peers: Results
) -> None:
    for targets, results in ((OF_MOCK, of_mock), (OF_PEERS, of_peers)):
        assert [row for row in verdicts(targets, results) if "not measured" in row] == []


def test_peers_that_fail_are_skipped_with_the_reason(of_peers: Results) -> None:
    assert of_peers.skipped == {
        "Prism": "npm is not installed", "Mockoon CLI": "wrk failed: reset",
    }  # fmt: skip
    assert list(of_peers.tables[peers.LOAD]) == list(of_peers.tables[peers.MEMORY_USE])
    assert list(of_peers.tables[peers.LOAD]) == [MOCK, "WireMock"]
    assert of_peers.tables[peers.LOAD]["WireMock"][RATE] == [1_000.0, 2_000.0]


def test_rows_take_turns_each_round_beginning_with_another_after_a_warm_up() -> None:
    order: list[str] = []

    def measured(row: str) -> dict[str, float]:
        order.append(row)
        return {RATE: float(len(order))}

    table = in_turn({"a": lambda: measured("a"), "b": lambda: measured("b")}, 2)
    assert order == ["b", "a", "a", "b", "b", "a"]
    assert table == {"a": {RATE: [3, 6]}, "b": {RATE: [4, 5]}}


def test_a_row_that_must_not_be_missing_ends_the_run() -> None:
    with pytest.raises(BenchmarkError, match="the mock: wrk failed: reset"):
        in_turn({MOCK: lambda: StandIn([]).load(1, 1)}, 1)


@pytest.mark.parametrize(
    ("target", "judged"),
    [
        (Target("t", "a", RATE, 1.0, "b", at_least=True), ("1.00 (0.50 to 3.00)", True)),
        (Target("t", "a", RATE, 1.1, "b", at_least=True), ("1.00 (0.50 to 3.00)", False)),
        (Target("t", "a", RATE, 1.0, "b"), ("1.00 (0.50 to 3.00)", True)),
        (Target("t", "a", RATE, 0.9, "b"), ("1.00 (0.50 to 3.00)", False)),
        (Target("t", "a", LOADED, 40), ("40.10", False)),
        (Target("t", "a", LOADED, 40.1), ("40.10", True)),
        (Target("t", "a", RATE, 1.0, "c"), ("not measured", None)),
        (Target("t", "c", RATE, 1.0), ("not measured", None)),
        (Target("u", "a", RATE, 1.0), ("not measured", None)),
    ],
)
def test_a_target_is_judged_by_the_median_of_the_rounds(
    target: Target, judged: tuple[str, bool | None]
) -> None:
    # The ratio of the medians would be 3.
    table: Table = {"a": {RATE: [10, 100, 90], LOADED: [40.1]}, "b": {RATE: [20, 100, 30]}}
    assert target.judge({"t": table}) == judged


def test_the_page_has_targets_figures_setting_and_who_was_skipped(
    of_mock: Results, of_peers: Results
) -> None:
    text = page(of_mock, of_peers)
    for words in (
        "| Memory | the mock: resident after the load, MB | ≤ 40 | 38.00 | met |",
        "| ≥ 1.6 × | 1.00 (1.00 to 1.00) | **not met** |",
        "| WireMock | 1,500 | 1.00 | 2.00 | 90.00 | 0.75 (0.50 to 1.00) |",
        "`make bench`, 2026-01-01 12:00 UTC, 480 s, on A CPU, 2 cores, load average before 0.10",
        "2 rounds.",
        "Skipped: Prism, because npm is not installed",
    ):
        assert words in text


def test_the_page_says_with_which_command_the_rest_is_measured(
    of_mock: Results, tmp_path: Path
) -> None:
    save(of_mock, tmp_path / "new" / "mock.json")
    assert load(tmp_path / "new" / "mock.json") == of_mock
    (tmp_path / "new" / "peers.json").write_text('{"of": "another version"}')
    write(tmp_path / "new", tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "Not measured yet: `make bench-peers`." in text
    assert "Not measured yet: `make bench`." not in text


def test_the_line_of_the_script_is_found_in_the_output_of_wrk() -> None:
    line = '{"requests":400,"seconds":2.01,"p50_ms":1.5,"p99_ms":9.25,"failed":0}'
    report = wrk.Report(400, 2.01, 1.5, 9.25, 0)
    assert wrk.parse(f"Running 2s test\n{line}\n") == report


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("unable to connect", "no results: 'unable to connect'"),
        ('{"requests":', "no results"),
        ('{"requests":0,"seconds":2,"p50_ms":0,"p99_ms":0,"failed":0}', "0 of 0 replies failed"),
        ('{"requests":9,"seconds":2,"p50_ms":0,"p99_ms":0,"failed":3}', "3 of 9 replies failed"),
    ],
)
def test_a_load_without_good_replies_is_an_error(output: str, why: str) -> None:
    with pytest.raises(BenchmarkError, match=why):
        wrk.parse(output)


def test_without_wrk_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BenchmarkError, match="apt install wrk"):
        wrk.find()
