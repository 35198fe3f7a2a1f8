"""The documented rights of a user of Redis suffice, and the mock says which one is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from soak.redis_server import RedisServer, missing
from tests.helpers.cluster import Node
from tests.helpers.process import run
from tests.helpers.text import GET, NEW, ROOT, cookie

FIXTURES = """
users: [{username: alice, uid: 1}]
sessions: [{sid: of-alice, username: alice}]
secrets: {session: [test-secret]}
"""
ALICE = cookie("of-alice", "test-secret")
PAGE = (ROOT / "docs" / "shared-state.md").read_text(encoding="utf-8")
RIGHTS = re.findall(r"`ACL SETUSER mock ([^`]*)`", PAGE)
WITHOUT_CHANNELS = "on >secret ~{animeloop-mock}:* +@all resetchannels"


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    why = missing()
    if why is not None:
        pytest.skip(why)
    with RedisServer() as server:
        yield server


@pytest.fixture
def arguments(own_redis: RedisServer, tmp_path: Path) -> list[str]:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    url = own_redis.url.replace("unix://", "unix://mock:secret@")
    return ["--fixtures", str(path), "--state", url]


def test_the_documented_rights_suffice(own_redis: RedisServer, arguments: list[str]) -> None:
    (rights,) = RIGHTS
    own_redis.ask("ACL", "SETUSER", "mock", "resetchannels", *rights.split())
    with Node(*arguments) as node:
        assert node.code(NEW, ALICE) == 1320002
        inside = node.call("POST", "/sandboxes", {})
        assert len(node.call("GET", "/sandboxes")["sandboxes"]) == 2
        node.call("DELETE", f"/sandboxes/{inside['id']}")
        node.call("PUT", "/clock", {"advance": "1s"})
        node.call("GET", "/requests?wait=10ms&code=1950301")
        node.call("POST", "/reset")
        assert node.code(GET, ALICE) == 1340401
    assert run("reset", *arguments[2:]).returncode == 0


def test_no_right_to_the_channels(own_redis: RedisServer, arguments: list[str]) -> None:
    own_redis.ask("ACL", "SETUSER", "mock", *WITHOUT_CHANNELS.split())
    refused = run("--port", "0", *arguments)
    (line,) = refused.stderr.splitlines()
    assert refused.returncode == 2
    assert "has no right to the channels {animeloop-mock}:*" in line
    assert "&{animeloop-mock}:*" in line


def test_a_right_that_is_taken_away_later(own_redis: RedisServer, arguments: list[str]) -> None:
    (rights,) = RIGHTS
    own_redis.ask("ACL", "SETUSER", "mock", "resetchannels", *rights.split())
    with Node(*arguments) as node:
        own_redis.ask("ACL", "SETUSER", "mock", "resetchannels")
        envelope, _ = node.send(NEW, ALICE)
        assert envelope["code"] == 1320002
        assert node.send(GET, ALICE)[0]["data"] == envelope["data"]
