"""What the benchmarks make of their measurements: ratios, verdicts, the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import stats, targets, text, wrk
from benchmarks.errors import BenchmarkError
from benchmarks.report import report
from benchmarks.results import (
    AT_WORK,
    MOCK_FILE,
    Growth,
    Load,
    MockResults,
    PeerResults,
    Setting,
    Start,
    load,
    save,
)

SETTING = Setting("2026-01-01 12:00 UTC", "A CPU", 2, "Linux 6", 0.1, {"Python": "3.11.7"}, 2.0)


def loads(per_second: float, p99_ms: float = 2.0, cpu_us: float = 100.0) -> list[Load]:
    return [Load(per_second, 1.0, p99_ms, 0, cpu_us)] * 3


def mock_results(
    *,
    waitress: float = 950.0,
    granian: float = 5_000.0,
    p99_ms: float = 2.0,
    start_s: float = 0.12,
    resident_mb: float = 40.0,
    last_cpu_us: float = 100.0,
) -> MockResults:
    start = [Start(start_s, resident_mb)] * 3
    levels = {10: loads(1), 1_000: loads(1), 100_000: loads(1, cpu_us=last_cpu_us)}
    return MockResults(
        SETTING,
        load={
            "bare waitress": loads(1_000),
            "waitress": loads(waitress, p99_ms),
            "bare granian": loads(10_000),
            "granian": loads(granian, cpu_us=130),
        },
        loaded_mb={
            "bare waitress": 20, "waitress": resident_mb, "bare granian": 50, "granian": 50,
        },
        import_seconds=[0.1] * 3,
        starts={"waitress": start},
        bulk={"100,000 users and sessions by repeat": start},
        rates={"in-process calls": [30_000.0]},
        sandbox_mb=(36.0, 36.1),
        growth=[
            Growth("waitress", "users", levels),
            Growth("bare granian", AT_WORK, {0: loads(2), 10: loads(1, 3.0), 20: loads(1, 5.0)}),
        ],
    )  # fmt: skip


def peer_results(wiremock: float = 1_000.0, wiremock_start: float = 1.0) -> PeerResults:
    return PeerResults(
        SETTING,
        load={"waitress": loads(3_000), "granian": loads(4_000), "WireMock": loads(wiremock)},
        loaded_mb={"waitress": 38.0, "granian": 50.0, "WireMock": 300.0},
        starts={
            "waitress": [Start(0.2, 36)],
            "granian": [Start(0.2, 43)],
            "WireMock": [Start(wiremock_start, 250)],
        },
        skipped={"Prism": "npm is not installed"},
    )


def verdict(found: list[targets.Verdict], words: str) -> targets.Verdict:
    return next(each for each in found if words in each.target)


def test_a_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians() -> None:
    assert stats.ratio([10, 100, 90], [20, 100, 30]) == 1.0


@pytest.mark.parametrize(("tops", "bottoms"), [([1.0], [1.0, 2.0]), ([], [])])
def test_what_was_not_measured_in_pairs_has_no_ratio(
    tops: list[float], bottoms: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"no pairs|nothing was measured"):
        stats.ratio(tops, bottoms)


@pytest.mark.parametrize(("ratios", "furthest"), [([1.1, 0.5], 0.5), ([0.9, 1.3, 1.0], 1.3)])
def test_the_furthest_from_one_may_lie_below_or_above(ratios: list[float], furthest: float) -> None:
    assert stats.furthest_from_one(ratios) == furthest


@pytest.mark.parametrize(
    ("points", "crosses"),
    [
        ({0: 1.0, 10: 1.5, 20: 3.0}, 5),
        ({0: 1.0, 10: 0.9, 20: 1.6}, 15),
        ({0: 1.0, 10: 1.1}, None),
        ({0: 1.0}, None),
    ],
)
def test_where_a_line_crosses_a_limit(points: dict[int, float], crosses: float | None) -> None:
    assert stats.crossing(points, 1.25) == (crosses and pytest.approx(crosses))


def test_how_high_a_line_is() -> None:
    points = {0: 1.0, 10: 1.5, 20: 3.0}
    assert [stats.between(points, x) for x in (0, 5, 15, 20)] == [1.0, 1.25, 2.25, 3.0]
    assert stats.between(points, 21) is None


def test_the_line_of_the_script_is_found_among_what_wrk_prints() -> None:
    output = (
        "Running 2s test @ http://127.0.0.1:1/\n  1 threads and 16 connections\n"
        '{"requests":400,"seconds":2.01,"p50_ms":1.5,"p99_ms":9.25,"failed":3}\n'
    )
    assert wrk.parse(output) == wrk.Report(400, 2.01, 1.5, 9.25, 3)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("unable to connect", "no results, but 'unable to connect'"),
        ('{"requests":', "printed"),
        ('{"requests":0,"seconds":2.0,"p50_ms":0,"p99_ms":0,"failed":0}', "no reply at all"),
    ],
)
def test_other_output_of_wrk_is_refused(output: str, why: str) -> None:
    with pytest.raises(BenchmarkError, match=why):
        wrk.parse(output)


def test_without_wrk_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BenchmarkError, match="apt install wrk"):
        wrk.find()


@pytest.mark.parametrize(
    ("words", "results"),
    [
        ("waitress: requests", mock_results(waitress=890)),
        ("granian: requests", mock_results(granian=4_400)),
        ("waitress: p99", mock_results(p99_ms=2.6)),
        ("waitress: start-up, of importing", mock_results(start_s=0.14)),
        ("resident after the first answer", mock_results(resident_mb=45.2)),
        ("resident after the load", mock_results(resident_mb=45.2)),
        ("repeat: start-up", mock_results(start_s=1.1)),
        ("repeat: resident", mock_results(resident_mb=101)),
        ("cost a request, 10 to 100,000 users", mock_results(last_cpu_us=111)),
        ("cost a request, 10 to 100,000 users", mock_results(last_cpu_us=89)),
    ],
)
def test_each_target_can_be_missed(words: str, results: MockResults) -> None:
    assert verdict(targets.of_mock(mock_results()), words).met is True
    assert verdict(targets.of_mock(results), words).met is False


def test_the_targets_beside_peers_can_be_missed() -> None:
    found = targets.of_peers(peer_results())
    assert verdict(found, "WireMock").met is True
    assert verdict(found, "start-up").met is True
    missed = targets.of_peers(peer_results(wiremock=1_200, wiremock_start=0.9))
    assert verdict(missed, "WireMock").met is False
    assert verdict(missed, "start-up").met is False


def test_a_peer_that_was_skipped_decides_nothing() -> None:
    found = verdict(targets.of_peers(peer_results()), "Prism")
    assert (found.met, found.figure) == (None, "not measured")


def test_the_page_has_targets_figures_setting_and_who_was_skipped() -> None:
    page = text.page(mock_results(waitress=500), peer_results())
    for words in (
        "| waitress: requests a second, of bare waitress | ≥ 0.9 × | 0.500 × | **not met** |",
        "| granian: requests a second, of WireMock | ≥ 3.5 × | 4.000 × | met |",
        "| waitress | 500 | 1.00 | 2.00 | 100 | 0 | 40 | 0.50 (0.50 to 0.50) |",
        "- granian: resident after the load: granian starts threads",
        "| 10 µs | 1 | 1.00 | 3.00 | 100 | 0 | 1.50 |",
        "where an application takes 5 µs.",
        "the mock takes 30 µs.",
        "| WireMock | 1,000 | 1.00 | 2.00 | 100 | 0 | 1000 | 300 | 4.0 × |",
        "`make bench`, 2026-01-01 12:00 UTC, on A CPU, 2 cores, Linux 6",
        "3 rounds of 2 s",
        "Skipped: Prism, because npm is not installed",
    ):
        assert words in page


def test_what_has_not_been_measured_is_said_with_its_command() -> None:
    assert "Not measured yet: `make bench-peers`." in text.page(mock_results(), None)
    assert "Not measured yet: `make bench`." in text.page(None, peer_results())


def test_results_are_read_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "new" / MOCK_FILE
    assert load(path, MockResults) is None
    save(mock_results(), path)
    assert load(path, MockResults) == mock_results()
    with pytest.raises(BenchmarkError, match="no results of this version"):
        load(path, PeerResults)


def test_without_results_the_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="expected make bench or make bench-peers"):
        report(tmp_path, tmp_path)
