"""The page about the web application: its session store, its fixtures and its commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.fixtures import load_fixtures
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

PAGE = (ROOT / "docs" / "web-application.md").read_text()
# What the page's store needs of express-session.
STUB = "exports.Store = class extends require('node:events') {};\n"
ASK = """
const Store = require('./mock-session-store.js');
const sids = process.argv.slice(2);
const ask = (sid) => new Promise((done, fail) =>
  new Store().get(sid, (error, session) => error ? fail(error) : done(session)));
Promise.all(sids.map(ask)).then((found) => console.log(JSON.stringify(found)));
"""


def block(kind: str, begin: str) -> str:
    """A block of code on the page, without its indent."""
    for indent, code in re.findall(
        rf"^( *)```{kind}\n(.*?)^ *```$", PAGE, re.DOTALL | re.MULTILINE
    ):
        text = re.sub(rf"^{indent}", "", code, flags=re.MULTILINE)
        if text.startswith(begin):
            return str(text)
    raise AssertionError(f"no {kind} that begins with {begin}")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_session_store_of_the_page_reads_the_sessions_of_the_mock(tmp_path: Path) -> None:
    library = tmp_path / "node_modules" / "express-session"
    library.mkdir(parents=True)
    (library / "index.js").write_text(STUB)
    (tmp_path / "mock-session-store.js").write_text(block("js", "// mock-session-store.js"))
    (tmp_path / "ask.js").write_text(ASK)
    sids = ["session-of-alice", "session-expired", "session-without-user", "session-of-gone", "x"]
    with MockServer(profile="dashboard") as mock:
        result = subprocess.run(
            ["node", "ask.js", *sids], cwd=tmp_path, capture_output=True, text=True, check=True,
            timeout=PATIENCE_S, env={"ANIMELOOP_MOCK_URL": mock.url, "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    found: list[Any] = json.loads(result.stdout)
    user = {"username": "alice", "email": "alice@example.org", "uid": 1}
    assert found[0] == {"cookie": {"originalMaxAge": None}, "authUser": user}
    assert found[1:] == [None] * 4


def test_the_fixtures_of_the_page_load(tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(block("yaml", "users:") + block("yaml", "scenarios:"))
    fixtures = load_fixtures(path)
    user = fixtures.users.find("kyon777")
    assert user is not None
    assert (user.admin, user.avatar) == (True, "/users/uid-9/avatar.png")
    assert [(one.id, one.name) for one in user.tokens][:1] == [(0, "my app")]
    assert fixtures.scenario("one-token").faults[0].skip == 1


def test_exec_gates_on_the_coverage_of_the_page() -> None:
    def run(*flags: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", ""]
        return subprocess.run(
            [sys.executable,
             "run_mock.py", "exec", "--require-coverage", "1", *flags, "--", *command],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip

    short = run("--profile", "dashboard", "--coverage-page", "dashboard")
    assert short.returncode == 1
    assert "/profile/get-userinfo 1520001" in short.stderr
    refused = run("--profile", "dashboard")
    assert refused.returncode == 2
    assert "profile dashboard does not answer the token page; expected one of dashboard" in (
        refused.stderr
    )
    assert run("--coverage-page", "dashboard").returncode == 2
