"""What compose.yaml starts with its profile `shared`: replicas with one state, behind HAProxy."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import yaml

from soak.redis_server import RedisServer
from tests.helpers.cluster import Node
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.text import GET, NEW, ROOT, SECRET, SHIPPED, cookie

CONFIGURATION: Final = (ROOT / "containers" / "haproxy.cfg").read_text("utf-8")
_numbers = count(1)
TOKEN: Final = "only-for-tests"
ALICE: Final = cookie("session-of-alice", SECRET)


def configuration(listener: int, replicas: list[Node]) -> str:
    """The balancer's configuration, with addresses of this machine instead of Docker's names."""
    text = re.sub(r"^resolvers .*\n(?: .*\n)+", "", CONFIGURATION, flags=re.MULTILINE)
    text = text.replace("bind :7775", f"bind fd@{listener}")
    template = re.search(
        r"^ *server-template replica 3 replica:7775 (.*?) resolvers.*$", text, re.MULTILINE
    )
    assert template is not None
    servers = (
        f"    server replica{number} 127.0.0.1:{replica.port} {template[1]}"
        for number, replica in enumerate(replicas)
    )
    return text.replace(template[0], "\n".join(servers))


@pytest.fixture
def replicas(redis_server: RedisServer) -> Iterator[list[Node]]:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["replica"]
    environment = {
        **service["environment"],
        "ANIMELOOP_MOCK_STATE": redis_server.url,
        "ANIMELOOP_MOCK_STATE_NAMESPACE": f"balanced-{next(_numbers)}",
        "ANIMELOOP_MOCK_ADMIN_TOKEN": TOKEN,
    }
    started = [
        Node("--fixtures", str(SHIPPED), environment=environment)
        for _ in range(service["deploy"]["replicas"])
    ]
    yield started
    for replica in started:
        replica.__exit__()


@pytest.fixture
def balancer(replicas: list[Node], tmp_path: Path) -> Iterator[str]:
    """The origin at which HAProxy answers."""
    if shutil.which("haproxy") is None:
        pytest.skip("this machine has no haproxy")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        path = tmp_path / "haproxy.cfg"
        path.write_text(configuration(listener.fileno(), replicas))
        with subprocess.Popen(
            ["haproxy", "-f", path], pass_fds=[listener.fileno()], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            process.kill()


def ask(method: str, url: str, body: object = None, **headers: str) -> Any:
    """Send a request on a connection of its own, which the balancer gives to the next replica."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_S)
    try:
        sent = {"Connection": "close", "Content-Type": "application/json", **headers}
        data = None if body is None else json.dumps(body)
        connection.request(method, f"{parts.path}?{parts.query}", data, sent)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def test_the_replicas_are_one_mock_behind_the_balancer(balancer: str, replicas: list[Node]) -> None:
    api, admin = f"{balancer}/api/v2", {"Authorization": f"Bearer {TOKEN}"}
    tokens = [ask("POST", api + NEW, Cookie=ALICE)["data"]["token"] for _ in range(6)]
    assert len(set(tokens)) == 6
    for replica in replicas:
        assert replica.send(GET, ALICE)[0]["data"]["token"] == tokens[-1]
    counted = ask("GET", f"{balancer}/__admin/requests/count?endpoint={NEW}", **admin)
    assert (counted["count"], counted["complete"]) == (6, True)
    made = ask("POST", f"{balancer}/__admin/sandboxes", {"scenario": "db-down"}, **admin)
    assert made["api_url"].startswith(f"{balancer}/__sandbox/")
    sessions = {one["username"]: one["cookie_header"] for one in made["sessions"]}
    for _ in replicas:
        assert ask("POST", made["api_url"] + GET, Cookie=sessions["alice"])["code"] == 1950301


def test_the_balancer_is_healthy_once_a_replica_answers_through_it(
    balancer: str, replicas: list[Node]
) -> None:
    """`up --wait` must not end while HAProxy still closes connections."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["balancer"]
    checked = urlsplit(service["healthcheck"]["test"][-1])
    assert f"bind :{checked.port}" in CONFIGURATION
    assert ask("GET", balancer + checked.path)["status"] == "ok"
    for replica in replicas:
        replica.stop()

    def refused() -> bool:
        try:
            ask("GET", balancer + checked.path)
        except (OSError, http.client.HTTPException):
            return True
        return False

    eventually(refused, "no answer without replicas")


def test_a_replica_that_is_stopped_gets_no_more_connections(
    balancer: str, replicas: list[Node]
) -> None:
    replicas[0].stop()
    url = f"{balancer}/api/v2{GET}"

    def answered() -> bool:
        try:
            return {ask("POST", url, Cookie=ALICE)["code"] for _ in range(6)} == {1320001}
        except OSError:
            return False

    eventually(answered, "answers from the replicas that are left")


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("truncated-body", http.client.IncompleteRead),
        ("empty-response", ConnectionError),
        ("connection-reset", ConnectionError),
    ],
)
def test_wire_faults_reach_the_client(balancer: str, scenario: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask("POST", f"{balancer}/api/v2{GET}", Cookie=ALICE, Prefer=f"scenario={scenario}")
