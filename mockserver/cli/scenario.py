"""`scenario`: lists the scenarios of a mock that runs, or switches to one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from msgspec import UNSET

from mockserver.cli.remote import RunningMock, named
from mockserver.http.admin.answers import ScenarioAnswer, ScenariosAnswer
from mockserver.record.text import one_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the name."""
    parser.add_argument(
        "name",
        nargs="?",
        default=None,
        metavar="NAME",
        help="switch to this scenario (default: list all; * marks the active one)",
    )


def scenario(mock: RunningMock, name: str | None) -> None:
    """Switch to a scenario, or list them all if `name` is None. Raises UsageError."""
    if name is None:
        for line in listed(mock.ask(ScenariosAnswer, "GET", "/scenarios")):
            print(one_line(line))
        return
    now = mock.ask(ScenarioAnswer, "PUT", "/scenario", {"name": name})
    said = f": {now.description}" if now.description else ""
    print(one_line(f"scenario {now.name} is active{named(mock)}{said}"))


def listed(found: ScenariosAnswer) -> Iterator[str]:
    """Yield a line for each scenario, and one more for each that cannot be carried out."""
    width = max((len(one.name) for one in found.scenarios), default=0)
    for one in found.scenarios:
        mark = "*" if one.name == found.active else " "
        yield f"{mark} {one.name:<{width}}  {one.description}".rstrip()
        if one.unavailable is not UNSET:
            yield f"  {'':<{width}}  not possible here: {one.unavailable}"
