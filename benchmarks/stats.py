"""What is made of repeated measurements."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise


def median(values: Sequence[float]) -> float:
    """The middle one; raises ValueError where there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return statistics.median(values)


def ratios(tops: Sequence[float], bottoms: Sequence[float]) -> list[float]:
    """The ratio of each round: what drifts between rounds does not count.

    Raises ValueError where the two have not been measured in the same rounds.
    """
    if len(tops) != len(bottoms):
        raise ValueError(f"{len(tops)} rounds against {len(bottoms)}: they are no pairs")
    return [top / bottom for top, bottom in zip(tops, bottoms, strict=True)]


def ratio(tops: Sequence[float], bottoms: Sequence[float]) -> float:
    """The median of the ratios round by round; raises ValueError as these do, or for no round."""
    return median(ratios(tops, bottoms))


def crossing(points: Mapping[int, float], limit: float) -> float | None:
    """Where a line through the points first reaches the limit; None where it does not."""
    found = sorted(points.items())
    for (x, y), (next_x, next_y) in pairwise(found):
        if y <= limit <= next_y and y < next_y:
            return x + (next_x - x) * (limit - y) / (next_y - y)
    return None


def between(points: Mapping[int, float], x: float) -> float | None:
    """How high a line through the points is there; None beside them."""
    for (left, y), (right, next_y) in pairwise(sorted(points.items())):
        if left <= x <= right:
            return y + (next_y - y) * (x - left) / (right - left)
    return None


def furthest_from_one(ratios: Sequence[float]) -> float:
    """The ratio that is the largest change, up or down; raises ValueError where there is none."""
    if not ratios:
        raise ValueError("nothing was measured")
    return max(ratios, key=lambda value: max(value, 1 / value))
