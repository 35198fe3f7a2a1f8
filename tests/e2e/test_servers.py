"""What the server does with the application, on real sockets."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.profiles import DOCUMENTED
from mockserver.fixtures import load_fixtures
from mockserver.sandbox.reachability import reached
from mockserver.server.limits import MAX_BODY_BYTES
from mockserver.state.clock import SystemClock
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server, run
from tests.helpers.raw_http import read_all, request
from tests.helpers.text import GET, NEW, ROOT, SHIPPED, cookie
from tests.helpers.ways import Sent, request_of

pytestmark = pytest.mark.usefixtures("state_kind")

ALICE = cookie("session-of-alice")


class Client:
    """A connection that is kept, as most HTTP clients keep theirs."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def close(self) -> None:
        self._connection.close()

    def post(self, path: str, cookie_header: str | None = None, method: str = "POST") -> Any:
        headers = {} if cookie_header is None else {"Cookie": cookie_header}
        return self._ask(method, path, None, headers)

    def send(self, sent: Sent) -> Any:
        return self._ask(sent.method, "/api/v2" + sent.path, sent.body, sent.headers)

    def admin(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body)
        return self._ask(method, "/__admin" + path, data, {"Content-Type": "application/json"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
        self._connection.request(method, path, body, headers)
        data = self._connection.getresponse().read()
        return json.loads(data) if data else None


def test_all_documented_pairs_are_answered() -> None:
    ways = reached(load_fixtures(SHIPPED), DOCUMENTED, SystemClock(), "normal", 100)
    with Server("--quiet") as server, closing(Client(server.port)) as client:
        for endpoint, code in DOCUMENTED_PAIRS:
            client.admin("POST", "/reset")
            assert client.send(request_of(endpoint, ways[endpoint, code]))["code"] == code.number
        found = client.admin("GET", "/coverage?scope=server&page=all")
        assert found["covered"] == len(DOCUMENTED_PAIRS)


def test_many_clients_at_once_see_one_state() -> None:
    with Server("--quiet") as server, ExitStack() as stack:
        clients = [stack.enter_context(closing(Client(server.port))) for _ in range(8)]

        def issue(client: Client) -> list[str]:
            path = "/api/v2" + NEW
            return [client.post(path, ALICE)["data"]["token"] for _ in range(25)]

        with ThreadPoolExecutor(len(clients)) as pool:
            tokens = [token for issued in pool.map(issue, clients) for token in issued]
        assert len(set(tokens)) == 200
        assert clients[0].post("/api/v2" + GET, ALICE)["data"]["token"] in tokens
        counted = [client.admin("GET", "/requests/count?code=1320002") for client in clients]
    assert [count["count"] for count in counted] == [200] * 8


def test_sandboxes_do_not_meet() -> None:
    with Server("--quiet") as server, closing(Client(server.port)) as client:
        one, other = (client.admin("POST", "/sandboxes", {}) for _ in range(2))
        client.admin("PUT", f"/sandboxes/{one['id']}/scenario", {"name": "db-down"})
        codes = []
        for sandbox in (one, other):
            sessions = {s["username"]: s["cookie_header"] for s in sandbox["sessions"]}
            codes.append(client.post("/api/v2" + GET, sessions["alice"])["code"])
            path = sandbox["api_url"].partition(str(server.port))[2]
            codes.append(client.post(path + GET, sessions["alice"])["code"])
    assert codes == [1950301, 1950301, 1320001, 1320001]


def test_a_port_that_another_server_has_is_exit_status_3() -> None:
    with Server("--quiet") as server:
        result = run("--port", str(server.port))
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"animeloop-mock: cannot listen on 127.0.0.1:{server.port}: Address already in use; "
        "choose another with --port, or 0 for any free one\n"
    )


def test_several_cookie_headers_count_as_one() -> None:
    head = b"POST /api/v2/auth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    good, bad = f"Cookie: {ALICE}\r\n".encode(), b"Cookie: animeloop.auth.sid=x\r\n"
    other = b"cookie: theme=dark, blue\r\n"
    with Server("--quiet") as server:
        assert b"1320001" in server.exchange(head + other + good + bad + b"\r\n")
        assert b"1940102" in server.exchange(head + other + bad + good + b"\r\n")


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Content-Length: 1000000\r\n\r\n" + b"\x00" * 1_000_000,
    ],
)
def test_a_body_is_read_and_the_next_request_is_answered(sent: bytes) -> None:
    line = b"POST /api/v2/auth/token HTTP/1.1\r\nHost: localhost\r\n"
    data = line + f"Cookie: {ALICE}\r\n".encode() + sent + request(GET)
    with Server("--quiet") as server:
        reply = server.exchange(data)
    assert b"1940103" in reply[reply.index(b"1320001") :]


def test_the_control_plane_reads_chunked_bodies() -> None:
    data = (
        b"PUT /__admin/scenario HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'8\r\n{"name":\r\na\r\n"db-down"}\r\n0\r\n\r\n'
    )
    with Server("--quiet") as server:
        assert b" 200 " in server.exchange(data)
        assert b"1950301" in server.post(GET, ALICE)


@pytest.mark.parametrize("framing", ["Content-Length: {}", "Transfer-Encoding: chunked"])
def test_a_client_that_sends_too_much_can_read_why_it_is_refused(framing: str) -> None:
    body = b"x" * (MAX_BODY_BYTES + 4_000_000)
    head = request(GET, extra=framing.format(len(body))).replace(b"Content-Length: 0\r\n", b"")
    chunked = "chunked" in framing
    with Server() as server:
        sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        assert server.exchange(head + sent).startswith(b"HTTP/1.1 413 ")
        assert " 413 " in server.log_until("not accepted: the body is too large")
        assert b"1320001" in server.post(GET, ALICE)


def test_a_body_cut_short_is_a_line_in_the_log_and_changes_nothing() -> None:
    head = request(NEW, ALICE).replace(b"Content-Length: 0", b"Content-Length: 10")
    with Server() as server:
        before = server.post(GET, ALICE).partition(b"\r\n\r\n")[2]
        server.exchange(head + b"abc", end=True)
        assert "400 400" in server.log_until("cut short after ")
        assert server.post(GET, ALICE).partition(b"\r\n\r\n")[2] == before


def test_bodies_that_do_not_come_hold_up_nobody() -> None:
    head = request(GET, ALICE).replace(b"Content-Length: 0", b"Content-Length: 10")
    with Server("--quiet") as server, ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(20)]
        for connection in slow:
            connection.sendall(head + b"abc")
        assert all(b"1320001" in server.post(GET, ALICE) for _ in range(20))
        for connection in slow:
            connection.sendall(b"defghij")
        assert all(b"1320001" in read_all(connection) for connection in slow)


def test_questions_that_wait_hold_up_nobody() -> None:
    path = "/__admin/requests/count?code=1320002&at_least=1&wait=60s"
    data = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    with Server("--quiet") as server, ExitStack() as stack:
        waiting = [stack.enter_context(server.connect()) for _ in range(20)]
        for connection in waiting:
            connection.sendall(data)
        assert all(b"1320001" in server.post(GET, ALICE) for _ in range(20))
        server.post(NEW, ALICE)
        assert all(b'"met":true' in read_all(connection) for connection in waiting)


def test_clients_that_do_not_read_hold_up_nobody() -> None:
    """More than a socket, and what waitress keeps for it, can hold: 20 MB to each of them."""
    pages = b"GET /__admin/requests?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n" * 80
    with Server("--quiet", "--threads", "2") as server, ExitStack() as stack:
        with closing(Client(server.port)) as client:
            for _ in range(1000):
                client.post("/api/v2" + GET, ALICE)
        deaf = [stack.enter_context(server.connect()) for _ in range(3)]
        for connection in deaf:
            connection.sendall(pages)
            assert connection.recv(1)
        assert all(b"1320001" in server.post(GET, ALICE) for _ in range(20))


def test_connections_that_idle_do_not_hold_up_the_end() -> None:
    with Server("--quiet") as server, server.connect() as silent, server.connect() as kept:
        kept.sendall(request(GET, close=False))
        while not kept.recv(65536).endswith(b"}"):
            pass
        server.process.send_signal(signal.SIGTERM)
        assert read_all(silent) == read_all(kept) == b""
        assert server.process.wait(PATIENCE_S) == 0


def test_mock_servers_run_one_after_the_other_and_side_by_side() -> None:
    for _ in range(2):
        with MockServer() as one, MockServer() as other:
            one.sandbox().scenario("db-down")
            ports = {one.port, other.port}
            for server in (one, other):
                with closing(Client(server.port)) as client:
                    assert client.post("/api/v2" + GET, ALICE)["code"] == 1320001
        assert len(ports) == 2


def ask_at_once(port: int) -> None:
    """Eight connections, twenty requests each: enough to make many threads."""

    def ask() -> None:
        with closing(Client(port)) as client:
            for _ in range(20):
                client.post("/api/v2" + GET)

    with ThreadPoolExecutor(8) as pool:
        for asked in [pool.submit(ask) for _ in range(8)]:
            asked.result()


def test_a_server_that_was_busy_ends_in_peace() -> None:
    with Server("--quiet") as server:
        ask_at_once(server.port)
        assert server.stop() == (0, "", "")


def test_a_process_that_had_a_busy_mock_server_ends_in_peace() -> None:
    code = (
        "from mockserver import MockServer; from tests.e2e.test_servers import ask_at_once\n"
        "with MockServer() as server: ask_at_once(server.port)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_exec_gates_coverage(tmp_path: Path) -> None:
    script = tmp_path / "ask.py"
    script.write_text(
        "import os, urllib.request\n"
        "url, cookie = os.environ['ANIMELOOP_API_URL'], os.environ['ANIMELOOP_MOCK_COOKIE']\n"
        "headers = {'Cookie': 'animeloop.auth.sid=' + cookie}\n"
        "urllib.request.urlopen(urllib.request.Request(url + '/auth/token', b'', headers))\n"
    )
    for percent, status in ((7, 0), (8, 1)):
        result = run("exec", "--require-coverage", str(percent), "--", sys.executable, str(script))
        assert result.returncode == status
        assert "Traceback" not in result.stderr
