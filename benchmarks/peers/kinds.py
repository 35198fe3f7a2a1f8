"""The peers: what is installed, and how each is started with the same reply.

Only Mockoon writes a request log; it has no flag against it. A journal that can be bounded keeps
as many entries as the mock's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from benchmarks.peers import documents, install
from benchmarks.processes import ALICE, HOST, SECRET, Server, free_port
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
_HERE: Final = Path(__file__).parent
_JOURNAL: Final = "1000"
_COOKIE_VALUE: Final = ALICE.partition("=")[2]


class Task(Struct, frozen=True):
    """The body to return, and an empty directory for the peer's files."""

    body: str
    directory: Path

    def save(self, name: str, document: object) -> str:
        """Write a JSON document into the directory; returns its path."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)


def _make(*command: str) -> Make:
    """Starts that command, with a free port as its last argument."""

    def make() -> Server:
        port = free_port()
        return Server([*command, str(port)], port)

    return make


def wiremock(task: Task) -> Make:
    """WireMock: one stub mapping on method, path and cookie."""
    modules = install.from_npm(f"wiremock@{VERSIONS['WireMock']}")
    jars = sorted(modules.glob("wiremock/build/wiremock-standalone-*.jar"))
    if not jars:
        raise BenchmarkError("the package has no jar in it")
    task.save("mappings/token.json", documents.wiremock(_COOKIE_VALUE, task.body))
    command = [install.program("java"), "-jar", str(jars[0]), "--bind-address", HOST]
    command += ["--root-dir", str(task.directory), "--disable-banner"]
    command += ["--max-request-journal-entries", _JOURNAL]
    return _make(*command, "--port")


def prism(task: Task) -> Make:
    """Prism: an OpenAPI document whose example is the reply."""
    script = install.from_npm(f"@stoplight/prism-cli@{VERSIONS['Prism']}")
    script /= "@stoplight/prism-cli/dist/index.js"
    path = task.save("openapi.json", documents.prism(json.loads(task.body)))
    command = [install.program("node"), str(script), "mock", "--host", HOST]
    command += ["--verboseLevel", "error", path]
    return _make(*command, "--port")


def mockoon(task: Task) -> Make:
    """Mockoon CLI: an environment with one route and a rule for the cookie."""
    script = install.from_npm(f"@mockoon/cli@{VERSIONS['Mockoon CLI']}") / "@mockoon/cli/bin/run.js"
    document = documents.mockoon(unquote(_COOKIE_VALUE), task.body)
    command = [install.program("node"), str(script), "start", "--hostname", HOST]
    command += ["--data", task.save("bench.json", document), "--disable-log-to-file"]
    command += ["--disable-admin-api", "--max-transaction-logs", _JOURNAL]
    return _make(*command, "--port")


def express(task: Task) -> Make:
    """Express with express-session: a small real server that verifies the cookie."""
    versions = [f"{name.lower()}@{VERSIONS[name]}" for name in ("Express", "express-session")]
    command = ["env", f"NODE_PATH={install.from_npm(*versions)}", "NODE_ENV=production"]
    command += [install.program("node"), str(_HERE / "express_app.cjs"), "session-of-alice"]
    return _make(*command, SECRET, json.loads(task.body)["data"]["token"])


def httpserver(task: Task) -> Make:
    """pytest-httpserver: one expected request; it closes the connection after each reply."""
    python = install.from_pypi(f"pytest-httpserver=={VERSIONS['pytest-httpserver']}")
    return _make(str(python), str(_HERE / "httpserver_app.py"), task.body, ALICE)


PEERS: Final[Mapping[str, Callable[[Task], Make]]] = {
    "WireMock": wiremock,
    "Prism": prism,
    "Mockoon CLI": mockoon,
    "Express": express,
    "pytest-httpserver": httpserver,
}
