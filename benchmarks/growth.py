"""What a request costs as there is more of something: users, sandboxes, connections."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks import bare
from benchmarks.load import interleaved, once
from benchmarks.processes import HOST, Server
from benchmarks.results import AT_WORK, Growth, Load
from benchmarks.servers import (
    ALICE,
    SERVERS,
    bare_reply,
    bare_server,
    cookie,
    mock,
    save_cookies,
)
from benchmarks.startup import bulk

USERS: Final = (10, 1_000, 100_000)
SANDBOXES: Final = (1, 30, 1_000)
CONNECTIONS: Final = (1, 4, 16, 64)
AT_WORK_US: Final = (0, 5, 10, 20)
LOADED: Final = 16
# So many cookies are sent in turn at each level, so that the load generator's cost is the same.
_COOKIES: Final = 1_000
ASKERS: Final = (1, 1_000, 20_000)
_FIRST: Final = cookie("load-000001")


def users(directory: Path, rounds: int, seconds: float) -> list[Growth]:
    """From 10 users to 100,000, all asking in turn, or 1,000 spread over them."""
    found = []
    for name in SERVERS:
        with ExitStack() as stack:
            servers = {}
            for number in USERS:
                server = stack.enter_context(_with_users(directory, name, number))
                servers[str(number)] = (server, _of_users(directory, number, _COOKIES))
            found.append(_growth(name, "users", servers, rounds, seconds))
    return found


def askers(directory: Path, rounds: int, seconds: float) -> list[Growth]:
    """Of 100,000 users first one asks, then more than cookies are remembered."""
    found = []
    most = USERS[-1]
    for name in SERVERS:
        with _with_users(directory, name, most) as server:
            servers = {
                str(number): (server, _of_users(directory, most, number)) for number in ASKERS
            }
            found.append(_growth(name, "users that ask", servers, rounds, seconds))
    return found


def _with_users(directory: Path, server: str, users: int) -> Server:
    fixtures = str(bulk(directory, users))
    return mock("--server", server, "--fixtures", fixtures, known=_FIRST)


def _of_users(directory: Path, users: int, cookies: int) -> Path:
    """So many cookies, of users that are spread over all."""
    sids = (f"load-{1 + turn * users // cookies:06}" for turn in range(cookies))
    return save_cookies(directory / f"users-{users}-{cookies}", map(cookie, sids))


def sandboxes(directory: Path, rounds: int, seconds: float) -> list[Growth]:
    """From 1 sandbox to 1,000, each asked by a cookie of its own."""
    found = []
    for name in SERVERS:
        with ExitStack() as stack:
            servers = {}
            for number in SANDBOXES:
                flags = ("--server", name, "--max-sandboxes", str(2 * number))
                server = stack.enter_context(mock(*flags))
                own = _make_sandboxes(server.port, number)
                sent = [own[turn % number] for turn in range(_COOKIES)]
                cookies = save_cookies(directory / f"sandboxes-{name}-{number}", sent)
                servers[str(number)] = (server, cookies)
            found.append(_growth(name, "sandboxes", servers, rounds, seconds))
    return found


def connections(
    servers: Mapping[str, Server], directory: Path, rounds: int, seconds: float
) -> list[Growth]:
    """From 1 connection to 64, the servers in turn at each."""
    cookies = save_cookies(directory / "alice", [ALICE])
    found: dict[str, dict[int, list[Load]]] = {
        name: {number: [] for number in CONNECTIONS} for name in servers
    }
    for _ in range(rounds):
        for number in CONNECTIONS:
            for name, server in servers.items():
                found[name][number].append(once(server, cookies, number, seconds))
    return [Growth(name, "connections", levels) for name, levels in found.items()]


def at_work(directory: Path, rounds: int, seconds: float) -> Growth:
    """A bare granian whose application keeps Python busy for longer and longer."""
    cookies = save_cookies(directory / "alice", [ALICE])
    with ExitStack() as stack:
        _, reply = stack.enter_context(bare_reply(directory))
        servers = {}
        for level in AT_WORK_US:
            server = bare_server("granian", reply, **{bare.AT_WORK_US: str(level)})
            servers[str(level)] = (stack.enter_context(server), cookies)
        return _growth("bare granian", AT_WORK, servers, rounds, seconds)


def _growth(
    name: str, what: str, servers: Mapping[str, tuple[Server, Path]], rounds: int, seconds: float
) -> Growth:
    found = interleaved(servers, rounds + 1, LOADED, seconds)
    return Growth(name, what, {int(level): loads[1:] for level, loads in found.items()})


def _make_sandboxes(port: int, number: int) -> list[str]:
    """Make so many; alice's cookie in each."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    made = []
    for _ in range(number):
        connection.request("POST", "/__admin/sandboxes")
        document: dict[str, Any] = json.loads(connection.getresponse().read())
        sessions = document["sessions"]
        made.append(next(s["cookie_header"] for s in sessions if s["username"] == "alice"))
    connection.close()
    return made
