"""The banner of `serve`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from mockserver.api.account.page import LOG_IN
from mockserver.api.page import Code, Endpoint
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.credentials import cookies
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.control import SandboxControl
from mockserver.sandbox.reachability import reached
from mockserver.state.clock import Clock

# A complete search would delay start-up. The banner may force a code that a later session or user
# reaches.
_TRIED: Final = 30
# The name of the file in which curl keeps the cookie of a login.
_JAR: Final = "cookies"


def banner(api_url: str, sandbox: SandboxControl, clock: Clock, path: Path) -> Iterator[str]:
    """Yield the banner: what is served, and `curl` commands.

    There is one for each code of the token page, and one for a login. More would not fit a screen.
    """
    fixtures = sandbox.fixtures
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    yield f"{counts} from {path}; profile {sandbox.profile.name}, scenario {sandbox.scenario}"
    found = reached(
        fixtures, sandbox.profile, clock, sandbox.scenario, _TRIED,
        endpoints=(*TOKENS.endpoints, LOG_IN), every_time=True,
    )  # fmt: skip
    codes = dict.fromkeys(code for endpoint in TOKENS.endpoints for code in endpoint.codes)
    for code in (*codes, LOG_IN.success):
        able = [endpoint for endpoint in (*TOKENS.endpoints, LOG_IN) if code in endpoint.codes]
        endpoint = next((one for one in able if (one, code) in found), able[0])
        yield f"{code.number}: {curl(api_url, endpoint, code, found.get((endpoint, code)))}"
    yield "Stop with Ctrl-C."


def curl(api_url: str, endpoint: Endpoint, code: Code, way: Way | None) -> str:
    """Return a shell command that gets this code. Without a known way it forces the code."""
    line = ["curl", "-X", endpoint.method, api_url + endpoint.path]
    if way is None:
        return shlex.join([*line, "-H", f"Prefer: code={code.number}"])
    if way.fields:
        line = ["curl", api_url + endpoint.path, "-d", urlencode(way.fields)]
    if way.cookie is not None:
        line += ["-b", cookies.header(way.cookie)]
    if endpoint.opens_session and code.is_success:
        line += ["-c", _JAR]
    return shlex.join(line)
