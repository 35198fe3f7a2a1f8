"""The banner of `serve`."""

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

# A complete search would delay start-up. The banner may force a code that a later session reaches.
_SESSIONS_SEARCHED: Final = 30


def banner(api_url: str, sandbox: SandboxControl, clock: Clock, path: Path) -> Iterator[str]:
    """Yield the banner: what is served, and a `curl` command for each code."""
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
    """Return a shell command that gets this code. Without a known way it forces the code."""
    line = ["curl", "-X", "POST", url]
    if way is None:
        line += ["-H", f"Prefer: code={code.number}"]
    elif way.cookie is not None:
        line += ["--cookie", cookies.header(way.cookie)]
    return shlex.join(line)
