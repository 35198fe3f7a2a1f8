from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.state.times import human, iso, parse_duration, parse_time


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0s", 0),
        ("250ms", 250),
        ("2s", 2000),
        ("1.5h", 5_400_000),
        ("30h", 108_000_000),
        ("1h30m", 5_400_000),
        ("7d", 604_800_000),
    ],
)
def test_durations(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "5", "s", "-1s", "1 s", "1s\n", "1w", "1e3s", "٣s", "1h 2m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration such as"):
        parse_duration(text)


def test_a_duration_of_more_than_a_hundred_years_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 100 years"):
        parse_duration("9" * 400 + "d")


@pytest.mark.parametrize(
    ("text", "iso_text"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"),
        ("2026-01-01 00:00Z", "2026-01-01T00:00:00.000Z"),
        ("2026-01-01T00:00:00.5+02:00", "2025-12-31T22:00:00.500Z"),
        ("1969-12-31t23:59:59.999z", "1969-12-31T23:59:59.999Z"),
        ("2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.123Z"),  # .NET
        ("2026-01-01T00:00:00.123999999Z", "2026-01-01T00:00:00.123Z"),  # Java, Go: cut
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999Z"),
        ("2026-01-01T00:00:00,25Z", "2026-01-01T00:00:00.250Z"),
        ("2026-01-01T00:00:00.5+01", "2025-12-31T23:00:00.500Z"),
        ("2026-01-01T00:00:00-0130", "2026-01-01T01:30:00.000Z"),
        ("2026-01-01 00:00+0530", "2025-12-31T18:30:00.000Z"),
        ("2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00.000Z"),
    ],
)
def test_times(text: str, iso_text: str) -> None:
    assert iso(parse_time(text)) == iso_text


@pytest.mark.parametrize(
    "text",
    ["", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
     "2026-01-01T25:00:00Z", "2026-01-01T00:00:00Z\n", "0001-01-01T00:00:00+99:00",
     "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
     "2026-01-01T00:00:00.0123456789Z", "2026-01-01T00:00:00+1", "2026-01-01T00:00:00+010",
     "2026-01-01T00:00:00+01:", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
     "2026-01-01T00:00:00\u066b5Z", "2026-01-01T00:00,5Z", "0001-01-01T00:00:00+01:00",
     "9999-12-31T23:59:59-01:00"],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        parse_time(text)


@given(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999))
def test_what_is_written_can_be_read(ms: int) -> None:
    assert parse_time(iso(ms)) == ms


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0 ms"), (250, "250 ms"), (2000, "2 s"), (10_800_000, "3 h")]
)
def test_durations_for_readers(ms: int, text: str) -> None:
    assert human(ms) == text
