"""What a part of the soak found: figures, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass
class Findings:
    """One part's line of figures, and a text for each thing that should not have happened."""

    part: str
    figures: dict[str, object] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The figures, in one line."""
        verdict = f"{len(self.failures)} FAILED" if self.failures else "ok"
        told = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        return f"{self.part:<11} {verdict:<9} {told}"


def percentile_ms(seconds: Sequence[float], percent: float) -> str:
    """The time, in ms, that so many percent of the measured ones do not exceed."""
    if not seconds:
        return "-"
    rank = ceil(len(seconds) * percent / 100)
    return f"{sorted(seconds)[rank - 1] * 1000:.1f} ms"
