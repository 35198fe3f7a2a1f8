"""The names that type checkers know are those that the mock knows, and misspelt ones are errors."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from animeloop_mock_pytest import options
from mockserver import call_types
from mockserver.api.catalog import PAIRS_OF_PAGE
from mockserver.api.profiles import PROFILES
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.faults.model import ErrorKind, Wire
from mockserver.http.admin.bodies import FaultBody, UserBody
from mockserver.sandbox.reachability import NEGATIVE_KINDS
from mockserver.server.settings import HTTP_STATUS_MODES, ServeSettings
from mockserver.state.operations import Operation
from tests.helpers.text import ROOT

NODE_TOOLS = ROOT / ".venv" / "node" / "node_modules" / ".bin"
# `serve` has them, `MockServer` takes them by name or not at all.
NOT_OF_A_MOCK_SERVER = {"fixtures", "port", "port_file", "watch"}


def names(alias: object) -> set[str]:
    """The literals of an alias, also where it is a union with other types."""
    found = [get_args(part) or [part] for part in get_args(alias)]
    return {name for part in found for name in part if isinstance(name, str)}


@pytest.mark.parametrize(
    ("alias", "known"),
    [
        (call_types.ScenarioName, [one.name for one in BUILTIN_SCENARIOS]),
        (call_types.CookieKind, NEGATIVE_KINDS),
        (call_types.PageName, PAIRS_OF_PAGE),
        (call_types.PageName, options.PAGES),
        (call_types.ProfileName, PROFILES),
        (call_types.HttpStatusMode, HTTP_STATUS_MODES),
        (call_types.FaultOperation, [one.value for one in Operation]),
        (call_types.FaultError, [one.value for one in ErrorKind]),
        (call_types.FaultWire, [one.value for one in Wire]),
    ],
)
def test_the_names_are_those_that_the_mock_knows(alias: object, known: list[str]) -> None:
    assert names(alias) == set(known)


def test_the_fields_are_those_that_the_mock_knows() -> None:
    fault = {field.encode_name for field in msgspec.structs.fields(FaultBody)}
    assert set(get_type_hints(call_types.FaultFields)) == fault
    user = {field.encode_name for field in msgspec.structs.fields(UserBody)}
    assert set(get_type_hints(call_types.UserFields)) == user - {"username", "password", "verified"}
    settings = set(ServeSettings.__struct_fields__)
    assert set(get_type_hints(call_types.MockSettings)) == settings - NOT_OF_A_MOCK_SERVER


GOOD = """
from animeloop_mock_pytest import MockProcess
from mockserver import AsyncSandboxClient, CustomScenario, MockServer, SandboxClient

def good(mock: SandboxClient) -> None:
    with MockServer(profile="server", http_status="from-code", seed=7) as server:
        server.sandbox("db-down").close()
    mock.scenario(CustomScenario("db-down-for-anna"))
    with mock.fault(error="database", delay={"min": "1ms", "max": "2s"}) as fault:
        number: int = fault.id
    token: str | None = mock.user("alice").token
    now: str = mock.clock.now
    mock.assert_requested("/auth/token", method="POST", query={}, headers={"Prefer": None}, body="")
    print(number, token, now, MockProcess)

async def good_too(mock: AsyncSandboxClient) -> None:
    async with mock.scenario("db-down") as scenario:
        name: str = scenario.name
    token: str | None = (await mock.user("alice")).token
    now: str = await mock.clock.now
    print(name, token, now)
"""
BAD = """
from mockserver import AsyncSandboxClient, MockServer, SandboxClient, create_app

def misspelt() -> None:
    import animeloop_mock_pytest
    import mockserver
    mockserver.MokServer
    animeloop_mock_pytest.MokServer

def bad(mock: SandboxClient) -> None:
    mock.fault(eror="database")
    mock.fault(error="databse")
    mock.fault(operation="find_usr", error="database")
    mock.fault(wire="rst")
    mock.fault(times="2")
    mock.scenario("db-dwn")
    mock.negative_cookies("tamperd")
    mock.coverage("tken")
    mock.put_user("anna", emial="a@b.example")
    mock.put_user("anna", scenario="db-dwn")
    mock.user("anna").tken
    mock.user("anna")["token"]
    MockServer(profle="server")
    MockServer(profile="serve")
    MockServer(http_status=200)
    MockServer(scenario="db-dwn")
    create_app(profile="serve")
    create_app(scenario="db-dwn")
    create_app(http_status="400")

async def bad_too(mock: AsyncSandboxClient) -> None:
    mock.fault(eror="database")
    mock.scenario("db-dwn")
    (await mock.user("anna")).tken
    mock.user("anna").token
"""
WRONG = {
    number for number, line in enumerate(BAD.splitlines(), 1)
    if line.startswith("    ") and not line.startswith("    import ")
}  # fmt: skip


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)
    return tmp_path


def judge(command: list[str], cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout + done.stderr


def test_mypy_finds_what_is_misspelt(checked: Path) -> None:
    cache = f"--cache-dir={checked / 'cache'}"
    told = judge([sys.executable, "-m", "mypy", "--strict", cache, "good.py", "bad.py"], checked)
    assert "good.py" not in told, told
    found = {int(n) for n in re.findall(r"^bad\.py:(\d+): error", told, re.MULTILINE)}
    assert found == WRONG, told


def test_pyright_finds_what_is_misspelt(checked: Path) -> None:
    pyright = shutil.which("pyright") or shutil.which("pyright", path=NODE_TOOLS)
    if pyright is None:
        pytest.skip("pyright is not installed; `make node-tools` does it")
    told = judge([pyright, "--pythonpath", sys.executable, "good.py", "bad.py"], checked)
    assert "good.py:" not in told, told
    found = {int(n) for n in re.findall(r"bad\.py:(\d+):\d+ - error", told)}
    assert found == WRONG, told
