"""The wall clock that test libraries do not replace."""

from __future__ import annotations

import time

import pytest

from mockserver.testing import machine_clock
from mockserver.testing.machine_clock import MachineClock

IN_2025_MS = 1_735_689_600_000


def test_it_does_not_follow_the_clocks_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("time", "time_ns", "clock_gettime", "clock_gettime_ns"):
        monkeypatch.setattr(time, name, lambda *_: 0)
    assert MachineClock().now_ms() > IN_2025_MS


def test_without_the_library_of_the_system_it_is_the_clock_of_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> None:
        raise OSError

    for name in ("_posix", "_windows"):
        monkeypatch.setattr(machine_clock, name, missing)
    clock = MachineClock()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    assert clock.now_ms() == 5
