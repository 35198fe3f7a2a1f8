"""`check`: validates fixtures, and reports which documented pairs they reach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.page import Code, Endpoint, Page
from mockserver.api.pages import PAGES
from mockserver.api.profiles import DOCUMENTED
from mockserver.cli.findings import warnings
from mockserver.cli.progress import progress_line
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.record.text import one_line
from mockserver.sandbox.reachability import reached
from mockserver.sandbox.rules import DEFAULT_SCENARIO
from mockserver.state.clock import SystemClock

_MOST_NAMED: Final = 5


def _missing(page: Page, endpoint: Endpoint, code: Code, fixtures: Fixtures) -> str:
    """Return that a pair is not reached, and which user would reach it if nothing else fails."""
    user = page.users.get((endpoint, code))
    is_sound = not fixtures.scenario(DEFAULT_SCENARIO).faults
    return f"not reached: needs {user}" if user is not None and is_sound else "not reached"


def check(path: Path) -> None:
    """Print the documented pairs, each with a way to reach it, and the warnings.

    Raises FixtureError with all mistakes.
    """
    with progress_line() as progress:
        fixtures = load_fixtures(path, progress)
        found = reached(fixtures, DOCUMENTED, SystemClock(), DEFAULT_SCENARIO, progress=progress)
    for warning in warnings(fixtures):
        print(warning, file=sys.stderr)
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    print(f"{one_line(str(path))}: {counts}: valid")
    without = [user.username for user in fixtures.users.samples() if user.password is None]
    if without:
        names = ", ".join(map(one_line, without[:_MOST_NAMED]))
        more = ", …" * (len(without) > _MOST_NAMED)
        print(f"  no password, so that nobody can log in: {names}{more}")
    width = max(len(endpoint.path) for endpoint in ENDPOINTS)
    for page in PAGES:
        pairs = [(endpoint, code) for endpoint in page.endpoints for code in endpoint.codes]
        for endpoint, code in pairs:
            way = found.get((endpoint, code))
            description = (
                _missing(page, endpoint, code, fixtures) if way is None else way.description
            )
            print(f"  {endpoint.path:<{width}} {code.number}  {one_line(description)}")
        reached_pairs = sum(pair in found for pair in pairs)
        print(f"{page.name}: {reached_pairs} of {len(pairs)} documented pairs without any toggle")
