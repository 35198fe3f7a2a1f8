"""The banner of `serve`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from mockserver.api.account.page import LOG_IN
from mockserver.api.catalog import endpoints_of
from mockserver.api.common import BASE_PATH
from mockserver.api.page import Code, Endpoint
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.cli.shell import WIDTH, commented, continued
from mockserver.credentials import cookies
from mockserver.http.paths import ADMIN_PATH
from mockserver.sandbox.candidates import Way
from mockserver.sandbox.control import SandboxControl
from mockserver.sandbox.reachability import reached
from mockserver.server.settings import DEFAULT_URL
from mockserver.state.clock import Clock

# A complete search would delay start-up. The banner may force a code that a later session or user
# reaches.
_TRIED: Final = 30
# The name of the file in which curl keeps the cookie of a login.
_JAR: Final = "cookies"
_LEAST_PATH: Final = 12
# A screen has 24 rows: one has the announcement, and the last one the cursor. Where the commands do
# not fit into the rest, the longest ones force their codes instead.
_ROWS: Final = 22


class Addresses(Struct, frozen=True):
    """Where the mock can be reached.

    `url` is the origin for clients on this machine. `lan_url` is the one for phones, or None.
    `has_page` says that the control plane is there. `token` is what to give as its token, or empty
    if it requires none.
    """

    url: str
    lan_url: str | None = None
    has_page: bool = True
    token: str = ""


def banner(
    addresses: Addresses,
    sandbox: SandboxControl,
    clock: Clock,
    path: Path,
    notes: Sequence[str] = (),
) -> Iterator[str]:
    """Yield the banner. A shell can be given all of it.

    It has the notes, says what is served, and has a `curl` command for each code of the token page,
    and one for a login. It fits a screen of 80 × 24 unless there are many notes.
    """
    comments = list(_comments(addresses, sandbox, path))
    rows = sum(map(_rows, comments))
    noted = [line for note in notes for line in commented(note)]
    yield from noted
    yield from comments
    codes = (*_token_codes(sandbox), LOG_IN.success)
    room = _ROWS - rows - sum(map(_rows, noted))
    for lines in _commands(addresses.url + BASE_PATH, sandbox, clock, codes, room):
        yield from lines


def _rows(line: str) -> int:
    return -(-len(line) // WIDTH)


def _token_codes(sandbox: SandboxControl) -> list[Code]:
    return list(dict.fromkeys(code for one in _token_endpoints(sandbox) for code in one.codes))


def _comments(addresses: Addresses, sandbox: SandboxControl, path: Path) -> Iterator[str]:
    """Yield what is served, where, and how to switch it."""
    fixtures = sandbox.fixtures
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    profile = f"profile {sandbox.profile.name}, scenario {sandbox.scenario}"
    place = _clipped(str(path), WIDTH - len(f"# {counts} from ; {profile}"))
    yield from commented(f"{counts} from {place}; {profile}")
    if addresses.has_page:
        yield from commented(f"page: {addresses.url}{ADMIN_PATH}/ (Ctrl-C stops the mock)")
        url = "" if addresses.url == DEFAULT_URL else f" --url {addresses.url}"
        # A generated token may begin with a hyphen.
        token = f" --admin-token={addresses.token}" * bool(addresses.token)
        yield from commented(f"switch: animeloop-mock scenario db-down{url}{token}")
    if addresses.lan_url is not None:
        yield from commented(f"from a phone: {addresses.lan_url}{BASE_PATH}")
    codes = ", ".join(str(code.number) for code in _token_codes(sandbox))
    yield from commented(f"{codes}, then a login:")


def _token_endpoints(sandbox: SandboxControl) -> tuple[Endpoint, ...]:
    """Return the endpoints of the profile that have the paths of the token page."""
    paths = {endpoint.path for endpoint in TOKENS.endpoints}
    return tuple(one for one in endpoints_of(sandbox.profile.name) if one.path in paths)


def _commands(
    api_url: str, sandbox: SandboxControl, clock: Clock, codes: Sequence[Code], room: int
) -> list[list[str]]:
    """Return the lines of a command for each code, in `room` lines if that is possible."""
    endpoints = (*_token_endpoints(sandbox), LOG_IN)
    found = reached(
        sandbox.fixtures, sandbox.profile, clock, sandbox.scenario, _TRIED,
        endpoints=endpoints, every_time=True,
    )  # fmt: skip
    commands, forced = [], []
    for code in codes:
        able = [endpoint for endpoint in endpoints if code in endpoint.codes]
        endpoint = next((one for one in able if (one, code) in found), able[0])
        way = found.get((endpoint, code))
        commands.append(continued(curl(api_url, endpoint, code, way)))
        forced.append(continued(curl(api_url, endpoint, code, None)))
    for at in sorted(range(len(codes)), key=lambda at: len(commands[at]), reverse=True):
        if sum(map(len, commands)) > room:
            commands[at] = min(commands[at], forced[at], key=len)
    return commands


def curl(api_url: str, endpoint: Endpoint, code: Code, way: Way | None) -> list[str]:
    """Return a command that gets this code. Without a known way it forces the code."""
    words = ["curl", "-X", endpoint.method, api_url + endpoint.path]
    if way is None:
        return [*words, "-H", f"Prefer: code={code.number}"]
    if way.fields:
        words = ["curl", api_url + endpoint.path, "-d", urlencode(way.fields)]
    if way.cookie is not None:
        words += ["-b", cookies.header(way.cookie)]
    if endpoint.opens_session and code.is_success:
        words += ["-c", _JAR]
    return words


def _clipped(path: str, most: int) -> str:
    """Return the path, or the end of it if it has more than `most` characters."""
    most = max(most, _LEAST_PATH)
    return path if len(path) <= most else f"…{path[1 - most :]}"
