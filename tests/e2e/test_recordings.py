"""The profiles `server` and `dashboard` against what the real server was recorded to answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.call_types import ProfileName
from tests.helpers.once import Once
from tests.helpers.recordings import Replay
from tests.helpers.text import WIRE

pytestmark = pytest.mark.usefixtures("state_kind")

# What the database's query operators match is the stand-in's own in the recording.
NOT_ASKED = {"login.operators"}


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (WIRE / name).read_text().splitlines()]


Start = Callable[[str, ProfileName], MockServer]


@pytest.fixture
def server(once: Once, state_kind: str, tmp_path: Path) -> Start:
    """Starts a server on recorded users, once for each kind of state."""

    def make(users: str, profile: ProfileName) -> MockServer:
        path = tmp_path / "users.yaml"
        secrets = {"session": ["mock-session-secret"], "jwt": "mock-jwt-secret"}
        fixtures = {
            "secrets": secrets,
            "users": json.loads((WIRE / users).read_text()),
            "recaptcha": {"accept": ["ok"]},
        }
        path.write_text(json.dumps(fixtures))
        return MockServer(path, profile=profile)

    def start(users: str, profile: ProfileName) -> MockServer:
        started = once.started((users, profile, state_kind), lambda: make(users, profile))
        assert started.control.call("GET", "/health")["state"] == state_kind
        return started

    return start


@pytest.fixture
def token_server(server: Start) -> MockServer:
    return server("users.json", "server")


@pytest.fixture
def account_server(server: Start) -> MockServer:
    return server("account-users.json", "server")


@pytest.fixture
def dashboard_server(server: Start) -> MockServer:
    return server("account-users.json", "dashboard")


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
