"""What goes wrong when measuring."""

from __future__ import annotations


class BenchmarkError(Exception):
    """Nothing can be measured, or not this: one sentence for whoever reads the output."""
