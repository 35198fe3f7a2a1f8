"""Reads the times and durations in bodies; what is wrong is collected, so that all is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import UnsetType

from mockserver.errors import shortened
from mockserver.fixtures.validate import KeyPath
from mockserver.state.times import parse_duration, parse_time

Problems: TypeAlias = list[tuple[KeyPath, str]]
"""What is wrong with a body: the way to the place, and what would be right."""


def duration(text: str | UnsetType, key: str, problems: Problems) -> int | None:
    """Milliseconds; None where there is no such member, or a wrong one."""
    return parsed(parse_duration, text, key, problems)


def time(text: str | UnsetType, key: str, problems: Problems) -> int | None:
    """Milliseconds since 1970; None where there is no such member, or a wrong one."""
    return parsed(parse_time, text, key, problems)


def parsed(
    parse: Callable[[str], int], text: str | UnsetType, key: str, problems: Problems
) -> int | None:
    """What `parse` makes of the member; its ValueError is a problem."""
    if isinstance(text, UnsetType):
        return None
    try:
        return parse(text)
    except ValueError as error:
        problems.append(((key,), f"{error}, got {shortened(text)}"))
        return None
