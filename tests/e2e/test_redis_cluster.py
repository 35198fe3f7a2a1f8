"""A Redis Cluster of three nodes serves the state of a mock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from soak.redis_server import RedisServer, free_port, missing
from tests.helpers.cluster import Node, nodes, spread
from tests.helpers.eventually import eventually
from tests.helpers.text import GET, NEW, cookie

FIXTURES = """
users: [{username: alice}]
sessions: [{sid: of-alice, username: alice}]
secrets: {session: [test-secret]}
"""
ALICE = cookie("of-alice", "test-secret")
SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))
# Nodes also listen on their port + 10,000.
HIGHEST_PORT = 55_535


def cluster_port() -> int:
    while (port := free_port()) > HIGHEST_PORT:
        pass
    return port


@pytest.fixture
def cluster() -> Iterator[list[RedisServer]]:
    why = missing()
    if why is not None:
        pytest.skip(why)
    with ExitStack() as stack:
        made = [
            stack.enter_context(RedisServer("--cluster-enabled", "yes", port=cluster_port()))
            for _ in SLOTS
        ]
        for server, (first, last) in zip(made, SLOTS, strict=True):
            server.ask("CLUSTER", "ADDSLOTS", *range(first, last + 1))
            server.ask("CLUSTER", "MEET", "127.0.0.1", made[0].port)
        eventually(lambda: all(map(is_whole, made)), "a whole cluster")
        yield made


def is_whole(server: RedisServer) -> bool:
    """Whether a node knows that all slots are served."""
    found = server.ask("CLUSTER", "INFO")
    return isinstance(found, bytes) and b"cluster_state:ok" in found


def test_any_node_may_be_named(cluster: list[RedisServer], tmp_path: Path) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    for server in cluster:
        url = f"redis://127.0.0.1:{server.port}/0"
        shared = ["--fixtures", str(path), "--state", url, "--state-namespace", "in-a-cluster"]
        with Node(*shared) as node:
            assert node.code(NEW, ALICE) == 1320002
            made = node.call("POST", "/sandboxes", {})
            assert node.code(GET, made["sessions"][0]["cookie_header"]) == 1340401
    with nodes(cluster[0], path, 2, "--state", f"redis://127.0.0.1:{cluster[1].port}/0") as both:
        assert set(spread(both, 20, NEW, ALICE)) == {1320002}
        assert both[0].call("GET", "/requests/count?code=1320002")["count"] == 20
