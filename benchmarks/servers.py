"""How the mock and the bare servers are started, and which cookies they know."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from benchmarks import bare
from benchmarks.processes import ROOT, Server, ask, free_port
from mockserver import cookies
from mockserver.server.limits import MAX_CONNECTIONS
from mockserver.settings import ServeSettings

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


def mock(*flags: str, known: str = ALICE) -> Server:
    """The mock as a user starts it, but without its log: no bare server or peer writes one."""
    port = free_port()
    command = [sys.executable, str(ROOT / "run_mock.py"), "--port", str(port), "--quiet", *flags]
    return Server(command, port, known)


def bare_server(name: str, reply: Path) -> Server:
    """A bare server that gives the reply to everything."""
    port = free_port()
    settings = (port, ServeSettings().threads, MAX_CONNECTIONS)
    command = [sys.executable, "-m", "benchmarks.bare", name, *map(str, settings)]
    return Server(command, port, ALICE, {bare.VARIABLE: str(reply)})


@contextmanager
def mock_and_bare(directory: Path) -> Iterator[dict[str, Server]]:
    """The mock and a bare server on both servers, and the mock without its journal."""
    with ExitStack() as stack:
        waitress = stack.enter_context(mock())
        reply = directory / "reply.json"
        bare.save_reply(*ask(waitress.port, ALICE), reply)
        yield {
            "bare waitress": stack.enter_context(bare_server("waitress", reply)),
            "waitress": waitress,
            "bare granian": stack.enter_context(bare_server("granian", reply)),
            "granian": stack.enter_context(mock("--server", "granian")),
            "waitress, no journal": stack.enter_context(mock("--no-request-journal")),
        }
