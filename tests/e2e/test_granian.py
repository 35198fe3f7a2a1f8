"""`--server granian`: what it cannot do is refused in one clear sentence, never ignored."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.server import PATIENCE_S, Server, request, run
from tests.support import GET, ROOT, cookie

ALICE = cookie("session-of-alice")
WHY = "needs the socket, which --server granian does not hand over; use --server waitress"
MAGIC = """
users: [{username: a, scenario: cut}, {username: b}]
scenarios: {cut: {faults: [{delay: 1s}, {operation: request, wire: truncate}]}}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("--server", "granian") as running:
        yield running


def admin(server: Server, method: str, path: str, body: object = None) -> tuple[int, str]:
    data = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} /__admin{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    reply = server.exchange(head.encode() + data).decode()
    return int(reply.split(" ", 2)[1]), reply.partition("\r\n\r\n")[2]


@pytest.mark.parametrize("scenario", ["connection-reset", "empty-response", "truncated-body"])
def test_a_scenario_that_needs_the_socket_is_refused_at_start(scenario: str) -> None:
    result = run("--server", "granian", "--port", "0", "--scenario", scenario)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"animeloop-mock: scenario '{scenario}' is not possible: ")
    assert result.stderr.endswith(WHY + "\n")
    assert result.stderr.count("\n") == 1


def test_a_user_whose_scenario_needs_the_socket_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(MAGIC)
    result = run("--server", "granian", "--port", "0", "--fixtures", str(tmp_path))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "animeloop-mock: scenario 'cut' of user 'a' is not possible: "
        f"the wire fault truncate {WHY}\n"
    )
    assert run("check", str(tmp_path)).returncode == 0


def test_fixtures_that_come_to_need_the_socket_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("users: [{username: b}]\nsessions: [{sid: b, username: b}]")
    with Server("--server", "granian", "--watch", "--fixtures", str(path)) as server:
        path.write_text(MAGIC)
        server.log_until("scenario 'cut' of user 'a' is not possible")
        server.log_until("the last good ones stay")
        assert b"1340401" in server.post(GET, cookie("b"))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/scenario", {"name": "connection-reset"}),
        ("POST", "/faults", {"operation": "request", "wire": "empty"}),
        ("POST", "/sandboxes", {"scenario": "truncated-body"}),
        ("PUT", "/users/anna", {"scenario": "connection-reset"}),
    ],
)
def test_the_control_plane_refuses_what_needs_the_socket(
    server: Server, method: str, path: str, body: object
) -> None:
    sandboxes = admin(server, "GET", "/sandboxes")
    status, text = admin(server, method, path, body)
    assert (status, json.loads(text)["detail"].endswith(WHY)) == (422, True)
    assert b"1320001" in server.post(GET, ALICE), "nothing was changed"
    assert admin(server, "GET", "/users/anna")[0] == 404
    assert admin(server, "GET", "/sandboxes") == sandboxes


def test_a_preference_for_what_needs_the_socket_is_refused(server: Server) -> None:
    reply = server.exchange(request(GET, ALICE, extra="Prefer: scenario=connection-reset"))
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in reply
    assert WHY.encode() in reply
    assert b"reference-applied" not in reply
    server.log_until("Prefer: scenario 'connection-reset' is not possible")


@pytest.mark.parametrize(("name", "status"), [("malformed-json", 200), ("bad-gateway", 502)])
def test_wire_faults_that_are_replies_are_possible(server: Server, name: str, status: int) -> None:
    reply = server.exchange(request(GET, ALICE, extra=f"Prefer: scenario={name}"))
    assert reply.startswith(f"HTTP/1.1 {status} ".encode())


def test_the_list_of_scenarios_shows_what_is_not_possible(server: Server) -> None:
    listed = json.loads(admin(server, "GET", "/scenarios")[1])["scenarios"]
    reasons = {one["name"]: one["unavailable"] for one in listed if "unavailable" in one}
    assert reasons == {
        "connection-reset": f"the wire fault reset {WHY}",
        "empty-response": f"the wire fault empty {WHY}",
        "truncated-body": f"the wire fault truncate {WHY}",
    }


def test_encoded_paths_match_as_if_they_were_not(server: Server) -> None:
    data = request(GET, ALICE).replace(b"/auth/token", b"/auth/%74oken")
    assert b"1320001" in server.exchange(data)
    data = request(GET, ALICE).replace(b"/api/v2", b"//api/v2")
    assert b'"code":400' in server.exchange(data)


@pytest.mark.parametrize(
    "data", [b"GARBAGE\r\n\r\n", request(GET, extra="X: " + "x" * 17_000)], ids=["no HTTP", "large"]
)
def test_what_is_no_http_or_too_large_is_refused(server: Server, data: bytes) -> None:
    assert server.exchange(data)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431")
    assert b"1320001" in server.post(GET, ALICE), "the next connection is served"


@pytest.mark.parametrize(
    ("granian", "words"),
    [
        (
            "raise ModuleNotFoundError('no', name='granian')",
            "needs a package that is not installed",
        ),
        ("__version__ = '2.9.0'", "works with granian 2.8, and 2.9.0 is installed"),
    ],
    ids=["missing", "another version"],
)
def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, granian: str, words: str) -> None:
    package = tmp_path / "granian"
    package.mkdir()
    (package / "__init__.py").write_text(granian)
    (package / "_granian.py").write_text(
        "CallbackScheduler = SocketHolder = WorkerSignal = WSGIWorker = None"
    )
    (package / "http.py").write_text("HTTP1Settings = None")
    code = "import sys; sys.path[:0] = sys.argv[1:3]; from mockserver.cli.main import main; "
    code += "sys.exit(main(['--server', 'granian', '--port', '0']))"
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(ROOT)],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.endswith("expected pip install 'animeloop-mock[fast]'\n")
    assert result.stderr.count("\n") == 1


def test_waitress_does_without_granian_and_granian_without_waitress() -> None:
    for chosen, other in (("waitress", "granian"), ("granian", "waitress")):
        code = (
            "import sys; from mockserver import MockServer\n"
            f"with MockServer(server={chosen!r}): print({other!r} in sys.modules)"
        )
        command = [sys.executable, "-c", code]
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
        assert result.stdout == "False\n"
