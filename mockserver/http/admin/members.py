"""Parses the times and durations in bodies. Collects problems, to report all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import UnsetType

from mockserver.errors import shortened
from mockserver.fixtures.validate import KeyPath
from mockserver.state.times import parse_duration, parse_time

BodyProblems: TypeAlias = list[tuple[KeyPath, str]]
"""The problems of a body: the path to each, and a message."""


def duration(text: str | UnsetType, key: str, problems: BodyProblems) -> int | None:
    """Parse a duration. Returns milliseconds, or None if it is missing or invalid."""
    return parsed(parse_duration, text, key, problems)


def ttl(text: str | UnsetType, problems: BodyProblems) -> int | None:
    """Parse the `ttl` of a fault or a sandbox, which is longer than 0. Returns milliseconds."""
    ttl_ms = duration(text, "ttl", problems)
    if ttl_ms == 0:
        problems.append((("ttl",), "expected a duration longer than 0"))
    return ttl_ms


def time(text: str | UnsetType, key: str, problems: BodyProblems) -> int | None:
    """Parse a time. Returns milliseconds since 1970, or None if it is missing or invalid."""
    return parsed(parse_time, text, key, problems)


def parsed(
    parse: Callable[[str], int], text: str | UnsetType, key: str, problems: BodyProblems
) -> int | None:
    """Parse a member. Adds the ValueError of `parse` to `problems`, and returns None."""
    if isinstance(text, UnsetType):
        return None
    try:
        return parse(text)
    except ValueError as error:
        problems.append(((key,), f"{error}, got {shortened(text)}"))
        return None
