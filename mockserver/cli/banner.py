"""What `serve` says when it is ready."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mockserver.api.catalog import CODES, ENDPOINTS
from mockserver.api.page import Code
from mockserver.credentials import cookies
from mockserver.sandbox.control import SandboxControl
from mockserver.sandbox.reachability import Way, reached
from mockserver.state.clock import Clock

# Start-up time is worth more than a complete search: with more sessions than this the banner may
# show how to force a code that a session further down would reach.
_SESSIONS_SEARCHED: Final = 30


def banner(api_url: str, sandbox: SandboxControl, clock: Clock, path: Path) -> Iterator[str]:
    """The lines: what is served, and for each code a `curl` line that gets it."""
    fixtures = sandbox.fixtures
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    yield f"{counts} from {path}; profile {sandbox.profile.name}, scenario {sandbox.scenario}"
    found = reached(
        fixtures, sandbox.profile, clock, sandbox.scenario, _SESSIONS_SEARCHED, every_time=True
    )
    for code in CODES:
        endpoint, way = next(
            ((e, found[e, code]) for e in ENDPOINTS if (e, code) in found), (None, None)
        )
        if endpoint is None:
            endpoint = next(e for e in ENDPOINTS if code in e.codes)
        yield f"{code.number}: {curl(api_url + endpoint.path, code, way)}"
    yield "Stop with Ctrl-C."


def curl(url: str, code: Code, way: Way | None) -> str:
    """A line for the shell that gets this code, forced where no way is known."""
    line = ["curl", "-X", "POST", url]
    if way is None:
        line += ["-H", f"Prefer: code={code.number}"]
    elif way.cookie is not None:
        line += ["--cookie", cookies.header(way.cookie)]
    return shlex.join(line)
