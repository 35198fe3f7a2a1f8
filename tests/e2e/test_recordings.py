"""The profiles `server` and `dashboard` against what the real server was recorded to answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.call_types import ProfileName
from tests.helpers.recordings import Replay
from tests.helpers.text import WIRE

pytestmark = pytest.mark.usefixtures("state_kind")

# What the database's query operators match is the stand-in's own in the recording.
NOT_ASKED = {"login.operators"}


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (WIRE / name).read_text().splitlines()]


class Servers:
    """Servers on recorded users, each started once for each kind of state."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._started: dict[tuple[str, str], MockServer] = {}

    def get(self, users: str, profile: ProfileName, kind: str) -> MockServer:
        """A server whose state is where `state_kind` has it."""
        if (profile + users, kind) not in self._started:
            path = self._folder / f"{profile}-{kind}-{users}.yaml"
            secrets = {"session": ["mock-session-secret"], "jwt": "mock-jwt-secret"}
            fixtures = {
                "secrets": secrets,
                "users": json.loads((WIRE / users).read_text()),
                "recaptcha": {"accept": ["ok"]},
            }
            path.write_text(json.dumps(fixtures))
            server = self._stack.enter_context(MockServer(path, profile=profile))
            assert server.control.call("GET", "/health")["state"] == kind
            self._started[profile + users, kind] = server
        return self._started[profile + users, kind]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("recordings"), stack)


@pytest.fixture
def token_server(servers: Servers, state_kind: str) -> MockServer:
    return servers.get("users.json", "server", state_kind)


@pytest.fixture
def account_server(servers: Servers, state_kind: str) -> MockServer:
    return servers.get("account-users.json", "server", state_kind)


@pytest.fixture
def dashboard_server(servers: Servers, state_kind: str) -> MockServer:
    return servers.get("account-users.json", "dashboard", state_kind)


@pytest.mark.parametrize("case", cases("server.jsonl"), ids=lambda case: case["id"])
def test_every_recorded_exchange_of_the_token_page_repeats(
    case: dict[str, Any], token_server: MockServer
) -> None:
    replay = Replay(token_server)
    for step in case["steps"]:
        replay.carry_out(step)


@pytest.mark.parametrize(
    "case",
    [case for case in cases("account.jsonl") if case["id"] not in NOT_ASKED],
    ids=lambda case: case["id"],
)
def test_every_recorded_exchange_of_the_account_page_repeats(
    case: dict[str, Any], account_server: MockServer
) -> None:
    replay = Replay(account_server)
    for step in case["steps"]:
        replay.carry_out(step)


@pytest.mark.parametrize("case", cases("dashboard.jsonl"), ids=lambda case: case["id"])
def test_every_recorded_exchange_of_the_branch_dashboard_repeats(
    case: dict[str, Any], dashboard_server: MockServer
) -> None:
    replay = Replay(dashboard_server)
    for step in case["steps"]:
        replay.carry_out(step)


@pytest.mark.parametrize(
    ("name", "number"), [("server.jsonl", 196), ("account.jsonl", 303), ("dashboard.jsonl", 107)]
)
def test_the_recordings_are_all_there(name: str, number: int) -> None:
    steps = [step for case in cases(name) for step in case["steps"]]
    assert sum("request_b64" in step and "dies" not in step for step in steps) == number
