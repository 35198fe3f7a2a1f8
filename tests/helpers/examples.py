"""How many inputs property tests try."""

from __future__ import annotations

from hypothesis import settings

_IN_SOAK = 1000


def examples(in_soak: int) -> int:
    """How many of a test whose inputs are expensive: so many in `make soak`, else a fortieth."""
    return max(1, in_soak * settings().max_examples // _IN_SOAK)
