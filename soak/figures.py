"""The findings of a part: figures and failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass
class Findings:
    """The figures of one part, and a text for each failure."""

    part: str
    figures: dict[str, object] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The verdict and the figures in one line."""
        verdict = f"{len(self.failures)} FAILED" if self.failures else "ok"
        figures = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        return f"{self.part:<11} {verdict:<9} {figures}"


def percentile_ms(seconds: Sequence[float], percent: float) -> str:
    """Return a percentile of the measured times, in ms."""
    if not seconds:
        return "-"
    rank = ceil(len(seconds) * percent / 100)
    return f"{sorted(seconds)[rank - 1] * 1000:.1f} ms"
