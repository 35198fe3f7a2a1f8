"""How the mock and the bare servers are started, and which cookies they know."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from benchmarks import bare
from benchmarks.processes import ROOT, Server, ask, free_port
from mockserver.credentials import cookies
from mockserver.server.limits import MAX_CONNECTIONS
from mockserver.server.settings import ServeSettings

SECRET: Final = "mock-session-secret"
SERVERS: Final = ("waitress", "granian")


def cookie(sid: str) -> str:
    """A whole `Cookie` header with the signed cookie of that session."""
    return cookies.header(cookies.encode(sid, cookies.sign(sid, SECRET)))


ALICE: Final = cookie("session-of-alice")


def save_cookies(path: Path, values: Iterable[str]) -> Path:
    """Keep `Cookie` headers for the load generator."""
    path.write_text("".join(f"{value}\n" for value in values))
    return path


def mock(*flags: str, known: str = ALICE, log: bool = False) -> Server:
    """The mock as a user starts it, but without its log: no bare server or peer writes one."""
    port = free_port()
    command = [sys.executable, str(ROOT / "run_mock.py"), "--port", str(port), *flags]
    return Server(command if log else [*command, "--quiet"], port, known)


def bare_server(name: str, reply: Path, **environment: str) -> Server:
    """A bare server that gives the reply to everything; see `bare` for the environment."""
    port = free_port()
    settings = (port, ServeSettings().threads, MAX_CONNECTIONS)
    command = [sys.executable, "-m", "benchmarks.bare", name, *map(str, settings)]
    return Server(command, port, ALICE, {bare.VARIABLE: str(reply), **environment})


@contextmanager
def bare_reply(directory: Path) -> Iterator[tuple[Server, Path]]:
    """The mock, and the file of its reply for bare servers."""
    with mock() as server:
        reply = directory / "reply.json"
        bare.save_reply(*ask(server.port, ALICE), reply)
        yield server, reply


@contextmanager
def mock_and_bare(directory: Path) -> Iterator[dict[str, Server]]:
    """The mock and a bare server on both servers, and variants of either."""
    with ExitStack() as stack:
        waitress, reply = stack.enter_context(bare_reply(directory))
        falcon = bare_server("granian", reply, **{bare.FALCON: "1"})
        yield {
            "bare waitress": stack.enter_context(bare_server("waitress", reply)),
            "waitress": waitress,
            "waitress, bare application": stack.enter_context(bare_server("pool", reply)),
            "bare granian": stack.enter_context(bare_server("granian", reply)),
            "granian": stack.enter_context(mock("--server", "granian")),
            "bare granian, Falcon": stack.enter_context(falcon),
            "waitress, no journal": stack.enter_context(mock("--no-request-journal")),
            "waitress, request log": stack.enter_context(mock(log=True)),
        }
