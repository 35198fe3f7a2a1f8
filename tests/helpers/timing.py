"""How long something takes, for tests against what took minutes."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time


def seconds(action: Callable[[], object]) -> float:
    """Processor time, so that other processes do not count."""
    begin = process_time()
    action()
    return process_time() - begin
