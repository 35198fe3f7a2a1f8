"""`check`: validates fixtures, and reports which documented pairs they reach."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mockserver.api.catalog import EVERY_ENDPOINT, PAIRS_OF_PAGE, pages_of
from mockserver.api.page import Page, Pair
from mockserver.api.pages import OWN_PAGES, PAGES
from mockserver.api.profiles import DOCUMENTED, PROFILES
from mockserver.cli.findings import warnings
from mockserver.cli.progress import progress_line
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.fixtures.progress import Progress
from mockserver.record.text import one_line
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.reachability import reached
from mockserver.sandbox.rules import DEFAULT_SCENARIO
from mockserver.state.clock import SystemClock

_MOST_NAMED: Final = 5
_DOCUMENTED: Final = {page.name: (page, DOCUMENTED.name) for page in PAGES}
# The name of each page: the page, and the profile that it is tried in.
_PAGES: Final = _DOCUMENTED | {
    page.name: (page, profile)
    for profile, pages in OWN_PAGES.items()
    for page in pages
    if page.name not in _DOCUMENTED
}


def _missing(page: Page, pair: Pair, fixtures: Fixtures) -> str:
    """Return that a pair is not reached, and which user would reach it if nothing else fails."""
    user = page.users.get(pair)
    is_sound = not fixtures.scenario(DEFAULT_SCENARIO).faults
    return f"not reached: needs {user}" if user is not None and is_sound else "not reached"


def check(path: Path) -> None:
    """Print the documented pairs, each with a way to reach it, and the warnings.

    Raises FixtureError with all mistakes.
    """
    with progress_line() as progress:
        fixtures = load_fixtures(path, progress)
        found = _reached(fixtures, progress)
    for warning in warnings(fixtures):
        print(warning, file=sys.stderr)
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    print(f"{one_line(str(path))}: {counts}: valid")
    without = [user.username for user in fixtures.users.samples() if user.password is None]
    if without:
        names = ", ".join(map(one_line, without[:_MOST_NAMED]))
        more = ", …" * (len(without) > _MOST_NAMED)
        print(f"  no password, so that nobody can log in: {names}{more}")
    width = max(len(endpoint.path) for endpoint in EVERY_ENDPOINT)
    for name, (page, profile) in _PAGES.items():
        pairs = PAIRS_OF_PAGE[name]
        for pair in pairs:
            way = found.get(pair)
            description = _missing(page, pair, fixtures) if way is None else way.description
            endpoint, code = pair
            print(f"  {endpoint.path:<{width}} {code.number}  {one_line(description)}")
        reached_pairs = sum(pair in found for pair in pairs)
        of_profile = "" if profile == DOCUMENTED.name else f", with --profile {profile}"
        print(
            f"{name}: {reached_pairs} of {len(pairs)} documented pairs without any toggle"
            f"{of_profile}"
        )


def _reached(fixtures: Fixtures, progress: Progress) -> Mapping[Pair, Way]:
    """Return a way to each pair, of a page in the profile that answers it."""
    found: dict[Pair, Way] = {}
    for profile in dict.fromkeys(of for _, of in _PAGES.values()):
        endpoints = [
            endpoint for page in pages_of(profile) if _PAGES[page.name][1] == profile
            for endpoint in page.endpoints
        ]  # fmt: skip
        found |= reached(
            fixtures, PROFILES[profile], SystemClock(), DEFAULT_SCENARIO, endpoints=endpoints,
            progress=progress,
        )  # fmt: skip
    return found
