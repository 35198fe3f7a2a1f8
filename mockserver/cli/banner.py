"""The banner of `serve`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from mockserver.api.account.page import LOG_IN
from mockserver.api.common import BASE_PATH
from mockserver.api.page import Code
from mockserver.api.token.page import PAGE as TOKENS
from mockserver.cli.shell import WIDTH, commented, continued
from mockserver.credentials import cookies
from mockserver.fixtures import Fixtures
from mockserver.http.paths import ADMIN_PATH
from mockserver.sandbox.control import SandboxControl
from mockserver.sandbox.reachability import Way, reached
from mockserver.server.settings import DEFAULT_URL
from mockserver.state.clock import Clock

# A complete search would delay start-up. The banner may force a code that a later session reaches.
_SESSIONS_SEARCHED: Final = 30
# The name of the file in which curl keeps the cookie of a login.
_JAR: Final = "cookies"
_LEAST_PATH: Final = 12
# A screen has 24 lines. A command that takes more than its share forces its code instead.
_MOST_LINES_OF_CODES: Final = 16


class Addresses(Struct, frozen=True):
    """Where the mock can be reached.

    `url` is the origin for clients on this machine. `lan_url` is the one for phones, or None.
    `has_page` says that the control plane is there, `has_token` that it requires a token.
    """

    url: str
    lan_url: str | None = None
    has_page: bool = True
    has_token: bool = False


def banner(
    addresses: Addresses, sandbox: SandboxControl, clock: Clock, path: Path
) -> Iterator[str]:
    """Yield the banner. It fits a screen of 80 × 24, and a shell can be given all of it.

    It says what is served, and has a `curl` command for each code of the token page, and one for a
    login.
    """
    fixtures = sandbox.fixtures
    counts = f"{len(fixtures.users)} users, {len(fixtures.sessions)} sessions"
    profile = f"profile {sandbox.profile.name}, scenario {sandbox.scenario}"
    place = _clipped(str(path), WIDTH - len(f"# {counts} from ; {profile}"))
    yield from commented(f"{counts} from {place}; {profile}")
    if addresses.has_page:
        yield from commented(f"page: {addresses.url}{ADMIN_PATH}/ (Ctrl-C stops the mock)")
        url = "" if addresses.url == DEFAULT_URL else f" --url {addresses.url}"
        token = " --admin-token …" * addresses.has_token
        yield from commented(f"switch: animeloop-mock scenario db-down{url}{token}")
    if addresses.lan_url is not None:
        yield from commented(f"from a phone: {addresses.lan_url}{BASE_PATH}")
    api_url = addresses.url + BASE_PATH
    lines = _lines_of_codes(api_url, sandbox, clock)
    yield from commented(f"{', '.join(str(code.number) for code in lines)}, then a login:")
    for of_code in lines.values():
        yield from of_code
    yield from continued(login(api_url, fixtures))


def _lines_of_codes(api_url: str, sandbox: SandboxControl, clock: Clock) -> dict[Code, list[str]]:
    """Return the lines of a command for each code of the token page."""
    found = reached(
        sandbox.fixtures,
        sandbox.profile,
        clock,
        sandbox.scenario,
        _SESSIONS_SEARCHED,
        every_time=True,
    )
    lines, forced = {}, {}
    for code in dict.fromkeys(code for one in TOKENS.endpoints for code in one.codes):
        able = [endpoint for endpoint in TOKENS.endpoints if code in endpoint.codes]
        endpoint = next((one for one in able if (one, code) in found), able[0])
        url = api_url + endpoint.path
        lines[code] = continued(curl(url, code, found.get((endpoint, code))))
        forced[code] = continued(curl(url, code, None))
    for code in sorted(lines, key=lambda code: len(lines[code]), reverse=True):
        if sum(map(len, lines.values())) > _MOST_LINES_OF_CODES:
            lines[code] = min(lines[code], forced[code], key=len)
    return lines


def curl(url: str, code: Code, way: Way | None) -> list[str]:
    """Return a command that gets this code. Without a known way it forces the code."""
    words = ["curl", "-X", "POST", url]
    if way is None:
        return [*words, "-H", f"Prefer: code={code.number}"]
    return words if way.cookie is None else [*words, "-b", cookies.header(way.cookie)]


def login(api_url: str, fixtures: Fixtures) -> list[str]:
    """Return a command that logs in the first user who can. If nobody can, it forces the code."""
    url = api_url + LOG_IN.path
    captcha = "x" if fixtures.recaptcha is None else next(iter(fixtures.recaptcha), None)
    for user in fixtures.users.samples():
        if user.password is not None and user.scenario is None and captcha is not None:
            fields = {
                "username": user.username,
                "password": user.password,
                "g-recaptcha-response": captcha,
            }
            return ["curl", url, "-c", _JAR, "-d", urlencode(fields)]
    return curl(url, LOG_IN.success, None)


def _clipped(path: str, most: int) -> str:
    """Return the path, or the end of it if it has more than `most` characters."""
    most = max(most, _LEAST_PATH)
    return path if len(path) <= most else f"…{path[1 - most :]}"
