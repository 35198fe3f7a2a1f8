"""The peers: what is installed, and how each is started with the same reply.

None writes a request log, as the mock does not here; where a journal can be bounded, it keeps as
many entries as the mock's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from benchmarks.peers import documents, install
from benchmarks.processes import ALICE, SECRET, Server, free_port
from benchmarks.results import BenchmarkError
from benchmarks.servers import Make

VERSIONS: Final = {
    "WireMock": "3.13.2",
    "Prism": "5.16.0",
    "Mockoon CLI": "9.9.0",
    "Express": "5.3.0",
    "express-session": "1.19.0",
    "pytest-httpserver": "1.2.0",
}
HERE: Final = Path(__file__).parent
JOURNAL: Final = "1000"
COOKIE_VALUE: Final = ALICE.partition("=")[2]

_EXPRESS: Final = {"express": "Express", "express-session": "express-session"}


class Task(Struct, frozen=True):
    """What a peer is to answer, and a directory of its own for its files."""

    body: str
    directory: Path

    def save(self, name: str, document: object) -> Path:
        """Write a document where the peer will look for it."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return path


def wiremock(task: Task) -> Make:
    """WireMock: one stub mapping on method, path and cookie."""
    modules = install.from_npm(f"wiremock@{VERSIONS['WireMock']}")
    jars = sorted(modules.glob("wiremock/build/wiremock-standalone-*.jar"))
    if not jars:
        raise BenchmarkError("the package has no jar in it")
    java = install.program("java")
    task.save("mappings/token.json", documents.wiremock(COOKIE_VALUE, task.body))

    def make() -> Server:
        port = free_port()
        command = [java, "-jar", str(jars[0]), "--port", str(port), "--bind-address", "127.0.0.1"]
        command += ["--root-dir", str(task.directory), "--disable-banner"]
        return _server([*command, "--max-request-journal-entries", JOURNAL], port)

    return make


def prism(task: Task) -> Make:
    """Prism: an OpenAPI document whose example is the reply."""
    modules = install.from_npm(f"@stoplight/prism-cli@{VERSIONS['Prism']}")
    path = task.save("openapi.json", documents.prism(json.loads(task.body)))
    script = modules / "@stoplight/prism-cli/dist/index.js"
    node = install.program("node")

    def make() -> Server:
        port = free_port()
        command = [node, str(script), "mock", "--host", "127.0.0.1", "--port", str(port)]
        return _server([*command, "--verboseLevel", "error", str(path)], port)

    return make


def mockoon(task: Task) -> Make:
    """Mockoon CLI: an environment with one route and a rule for the cookie."""
    modules = install.from_npm(f"@mockoon/cli@{VERSIONS['Mockoon CLI']}")
    script = modules / "@mockoon/cli/bin/run.js"
    node = install.program("node")

    def make() -> Server:
        port = free_port()
        path = task.save("bench.json", documents.mockoon(unquote(COOKIE_VALUE), task.body, port))
        command = [node, str(script), "start", "--data", str(path), "--port", str(port)]
        command += ["--hostname", "127.0.0.1", "--disable-log-to-file", "--disable-admin-api"]
        command += ["--max-transaction-logs", "1000"]
        return _server(command, port)

    return make


def express(task: Task) -> Make:
    """Express with express-session: a small real server, whose cookie is really verified."""
    modules = install.from_npm(*(f"{name}@{VERSIONS[known]}" for name, known in _EXPRESS.items()))
    node = install.program("node")
    token = json.loads(task.body)["data"]["token"]
    environment = {
        "NODE_PATH": str(modules), "NODE_ENV": "production", "BENCH_SID": "session-of-alice",
        "BENCH_SECRET": SECRET, "BENCH_TOKEN": token,
    }  # fmt: skip

    def make() -> Server:
        port = free_port()
        return _server([node, str(HERE / "express_app.cjs"), str(port)], port, environment)

    return make


def httpserver(task: Task) -> Make:
    """pytest-httpserver: one expected request; it closes the connection after each reply."""
    python = install.from_pypi(f"pytest-httpserver=={VERSIONS['pytest-httpserver']}")
    path = task.directory / "body.json"
    path.write_text(task.body, encoding="utf-8")

    def make() -> Server:
        port = free_port()
        command = [str(python), str(HERE / "httpserver_app.py"), str(port), str(path), ALICE]
        return _server(command, port)

    return make


def _server(command: list[str], port: int, environment: Mapping[str, str] | None = None) -> Server:
    return Server(command, port, ALICE, environment)


PEERS: Final[Mapping[str, Callable[[Task], Make]]] = {
    "WireMock": wiremock,
    "Prism": prism,
    "Mockoon CLI": mockoon,
    "Express": express,
    "pytest-httpserver": httpserver,
}
