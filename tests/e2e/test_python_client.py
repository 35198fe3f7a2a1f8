"""The Python client, with and without asyncio: all calls of the control plane, and its answers."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

import animeloop_mock_pytest
import mockserver
from mockserver import (
    AsyncSandboxClient,
    ControlPlaneError,
    LoginError,
    MockProcess,
    MockServer,
    NotRequestedError,
    Remote,
    SandboxClient,
    exports,
)
from mockserver.fixtures import load_fixtures
from mockserver.http.admin.calls import SANDBOX_CALLS
from mockserver.testing.async_control_plane import AsyncControlPlane
from mockserver.testing.control_plane import BlockingCallError, ControlPlane
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.stub_servers import Stub, answering
from tests.helpers.text import ROOT

T = TypeVar("T")
TLS = Path(__file__).parent / "tls"
# Calls without a method, and why.
WITHOUT_METHOD = {
    "HEAD /health": "GET /health says more",
    "GET /scenario": "scenarios() has the active one",
    "GET /use": "for browsers",
}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def mock(server: MockServer) -> Iterator[SandboxClient]:
    with server.sandbox() as made:
        yield made


def post(mock: SandboxClient | AsyncSandboxClient, cookie: str, path: str = "/auth/token") -> int:
    request = urllib.request.Request(mock.url(path), b"", {"Cookie": cookie}, method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        return int(json.load(response)["code"])


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def run_in_thread(work: Callable[[], T]) -> T:
    """Call `work` in another thread: in this one, a browser of other tests may run a loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(PATIENCE_S)


def run_in_loop(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a loop of its own."""
    return run_in_thread(partial(asyncio.run, steps))


def without_loop(steps: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that awaits nothing."""
    with pytest.raises(StopIteration):
        steps.send(None)


def with_both(server: MockServer, steps: Callable[[Any, Any], Coroutine[Any, Any, None]]) -> None:
    """Take the steps with both clients. `did` returns the result of a call of either."""

    async def did(result: Any) -> Any:
        return await result if inspect.isawaitable(result) else result

    with server.sandbox() as mock:
        run_in_thread(partial(without_loop, steps(did, mock)))
    with server.sandbox() as mock:
        run_in_loop(steps(did, server.async_client(mock)))


def test_both_can_do_what_the_control_plane_can(
    server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: dict[str, set[str]] = {"sync": set(), "async": set()}
    sync_exchange, async_exchange = ControlPlane._exchange, AsyncControlPlane._exchange

    def noted(self: Any, read: Any, method: str, path: str, *rest: Any) -> Any:
        called["sync"].add(f"{method} {path}")
        return sync_exchange(self, read, method, path, *rest)

    async def noted_async(self: Any, read: Any, method: str, path: str, *rest: Any) -> Any:
        called["async"].add(f"{method} {path}")
        return await async_exchange(self, read, method, path, *rest)

    monkeypatch.setattr(ControlPlane, "_exchange", noted)
    monkeypatch.setattr(AsyncControlPlane, "_exchange", noted_async)
    with_both(server, every_call)
    for made in called.values():
        for call in SANDBOX_CALLS:
            named = f"{call.method} {call.path}"
            pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(named))
            sent = [one for one in made if re.fullmatch(pattern, one)]
            assert sent or named in WITHOUT_METHOD, named


async def every_call(did: Any, mock: Any) -> None:
    assert (await did(mock.health())).status == "ok"
    assert [user.username for user in await did(mock.users(limit=2))] == ["shincurry2", "alice"]
    assert len(await did(mock.users())) > 5
    put = await did(mock.put_user("zoë/x", uid=77, token="issue", password="haruhi"))
    assert (put.uid, (await did(mock.user("zoë/x"))).token) == (77, put.token)
    listed = await did(mock.put_token("zoë/x", 900, name="app"))
    assert (listed.id, listed.name) == (900, "app")
    assert (await did(mock.user("zoë/x"))).tokens == [listed]
    await did(mock.delete_token("zoë/x", 900))
    assert (await did(mock.user("zoë/x"))).tokens == []
    session = await did(mock.new_session("zoë/x", expires="2090-01-01T00:00:00Z"))
    assert session.expires == "2090-01-01T00:00:00.000Z"
    assert await did(mock.session(session.sid)) == session
    assert await did(mock.sessions("zoë/x")) == [session]
    assert len(await did(mock.sessions(limit=3))) == 3
    own = await did(mock.put_session(f"{mock.id}~own/x", None, ttl="1h"))
    assert own.username is None
    await did(mock.delete_session(own.sid))
    with pytest.raises(ControlPlaneError, match="own/x"):
        await did(mock.session(own.sid))
    assert post(mock, session.cookie_header) == 1320001
    (came,) = await did(mock.requests(username="zoë/x", wait="1s"))
    assert await did(mock.request(came.id)) == came
    assert await did(mock.requests(after=came.id)) == []
    assert (await did(mock.har()))["log"]["version"] == "1.2"
    await did(mock.assert_requested("/auth/token", times=1, method="POST", query="", body=""))
    assert (await did(mock.coverage())).covered == 1
    await did(mock.clear_requests())
    assert await did(mock.requests()) == []
    with pytest.raises(NotRequestedError, match="found it 0 times"):
        await did(mock.assert_requested("/auth/token"))
    await did(mock.delete_user("zoë/x"))
    assert post(mock, session.cookie_header) == 1940102
    await every_switch(did, mock)
    assert "users:" in await did(mock.export())
    assert (await did(mock.openapi()))["openapi"].startswith("3.1")
    await did(mock.reset())
    assert await did(mock.outbox()) == []


async def every_switch(did: Any, mock: Any) -> None:
    await did(mock.scenario("db-slow"))
    assert (await did(mock.scenarios())).active == "db-slow"
    await did(mock.reset_scenario())
    assert (await did(mock.scenarios())).active == "normal"
    await did(mock.fault(error="database", endpoint="/auth/token/new"))
    (fault,) = await did(mock.faults())
    assert (fault.endpoint, fault.fired) == ("/auth/token/new", 0)
    await did(mock.delete_fault(fault.id))
    await did(mock.fault(delay={"min": "1ms", "max": "2ms"}))
    await did(mock.clear_faults())
    assert await did(mock.faults()) == []
    await did(mock.clock.freeze("2031-01-01T00:00:00Z"))
    assert (await did(mock.clock.advance("1h"))).now == "2031-01-01T01:00:00.000Z"
    assert await did(mock.clock.now) == "2031-01-01T01:00:00.000Z"
    assert await did(mock.clock.frozen)
    await did(mock.clock.reset())
    assert not await did(mock.clock.frozen)
    await did(mock.put_user("kyon777", password="haruhi1", email="k@sos.example", verified=False))
    assert list(await did(mock.log_in("kyon777", "haruhi1"))) == ["animeloop.auth.sid"]
    with pytest.raises(LoginError, match="1940106"):
        await did(mock.log_in("kyon777", "haruhi2"))
    fields = b"username=kyon777&password=haruhi1"
    urllib.request.urlopen(mock.url("/auth/verify/sendemail"), fields, timeout=PATIENCE_S).close()
    (mail,) = await did(mock.outbox(username="kyon777", wait="1s"))
    assert await did(mock.mail(mail.id)) == mail
    await did(mock.clear_outbox())
    tampered = await did(mock.negative_cookies("tampered"))
    assert post(mock, f"animeloop.auth.sid={tampered['animeloop.auth.sid']}") == 1940102


def test_the_cookie_of_a_user_is_that_of_a_live_session_after_a_reset(server: MockServer) -> None:
    async def steps(did: Any, mock: Any) -> None:
        name = "animeloop.auth.sid"
        for username in ("alice", "no-token-yet"):
            await did(mock.put_user(username, token="issue"))
            first = (await did(mock.cookies(username)))[name]
            assert (await did(mock.cookies(username)))[name] == first
            await did(mock.reset())
            await did(mock.put_user(username, token="issue"))
            again = (await did(mock.cookies(username)))[name]
            assert post(mock, f"{name}={again}") == 1320001

    with_both(server, steps)


def test_a_change_is_reverted_and_gives_its_answer(server: MockServer, mock: SandboxClient) -> None:
    with mock.scenario("db-down") as scenario:
        assert scenario.name == mock.scenarios().active == "db-down"
    assert mock.scenarios().active == "normal"
    change = mock.fault(error="database")
    assert mock.faults() == [change.answer]
    with change:
        mock.clear_faults()  # gone already, which is no error

    async def steps() -> None:
        other = server.async_client(mock)
        async with other.scenario("db-down"), other.fault(error="database") as fault:
            assert (await other.faults())[0].id == fault.id
        assert mock.scenarios().active == "normal"
        assert mock.faults() == []

    run_in_loop(steps())


def test_what_would_block_a_loop_says_so(mock: SandboxClient) -> None:
    async def steps() -> None:
        with pytest.raises(BlockingCallError, match="await it on the fixture animeloop_mock_async"):
            mock.assert_requested("/auth/token", wait="1s")
        with pytest.raises(NotRequestedError):
            mock.assert_requested("/auth/token")

    run_in_loop(steps())


def test_a_callback_of_a_loop_is_noticed_and_another_greenlet_is_not(mock: SandboxClient) -> None:
    caught: list[BaseException] = []

    def callback(done: asyncio.Event) -> None:
        try:
            mock.outbox(wait="1ms")
        except BlockingCallError as error:
            caught.append(error)
        done.set()

    async def steps() -> list[object]:
        done = asyncio.Event()
        asyncio.get_running_loop().call_soon(callback, done)
        await done.wait()
        return [greenlet.greenlet(lambda: mock.outbox(wait="1ms")).switch()]

    greenlet = pytest.importorskip("greenlet")
    assert run_in_loop(steps()) == [[]]
    assert len(caught) == 1


def test_a_wait_that_is_cancelled_ends_at_once(server: MockServer, mock: SandboxClient) -> None:
    async def steps() -> None:
        wait = server.async_client(mock).assert_requested("/auth/token", wait="60s")
        task = asyncio.create_task(wait)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_in_loop(steps())


def test_requests_that_match_are_waited_for(mock: SandboxClient) -> None:
    header = mock.sessions("alice")[0].cookie_header
    post(mock, header)
    later = threading.Thread(target=post, args=(mock, header, "/auth/token?late=1"))
    later.start()
    mock.assert_requested("/auth/token", query={"late": "1"}, wait="60s")
    later.join()
    with pytest.raises(NotRequestedError, match=r"does not match: query none"):
        mock.assert_requested("/auth/token", times=2, query={"late": "1"}, wait="10ms")


@pytest.mark.parametrize("times", [0, 1])
@pytest.mark.parametrize("method", [None, "POST"])
def test_one_too_many_fails_when_it_comes(
    mock: SandboxClient, monkeypatch: pytest.MonkeyPatch, times: int, method: str | None
) -> None:
    header = mock.sessions("alice")[0].cookie_header
    for _ in range(times):
        post(mock, header)
    later = threading.Thread(target=post, args=(mock, header))
    monkeypatch.setattr(mock.control, "about_to_wait", lambda _: later.start())
    with pytest.raises(NotRequestedError, match=f"found it {times + 1} time"):
        mock.assert_requested("/auth/token", times=times, method=method, wait="60s")
    later.join()


def test_the_default_sandbox_has_a_client_too(server: MockServer) -> None:
    assert server.default.api_url == server.api_url
    assert server.default.user("alice").uid == 1
    assert server.default.cookies("alice")
    assert server.sandboxes()[0].id == "default"
    assert server.control_plane()["openapi"].startswith("3.1")


def test_the_export_is_a_fixture_file(mock: SandboxClient, tmp_path: Path) -> None:
    mock.put_user("zoe", token="t")
    path = tmp_path / "exported.yaml"
    path.write_text(mock.export(), encoding="utf-8")
    found = load_fixtures(path).users.find("zoe")
    assert found is not None
    assert found.token == "t"


@pytest.mark.parametrize("url", ["ftp://h", "h", "http://h/__sandbox/x/api/v2"])
def test_what_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(mockserver.UsageError, match=r"^url: expected"):
        Remote(url)


def test_a_url_may_lack_its_scheme_or_have_a_path_of_the_mock(server: MockServer) -> None:
    for text in (f"127.0.0.1:{server.port}", f"{server.url}/__admin", f"{server.url}/api/v2/"):
        assert Remote(text).health().status == "ok"


def test_https_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "certificate.pem"))
    body = b'{"status":"ok"}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    with Stub(answering(head + body), context) as stub:
        remote = Remote(f"https://127.0.0.1:{stub.port}")
        assert remote.health().status == "ok"
        control = AsyncControlPlane(remote.admin_url)
        assert run_in_loop(control.call("GET", "/health")) == {"status": "ok"}


def test_all_public_names_are_there_documented_and_have_a_repr() -> None:
    for name in mockserver.__all__:
        made = getattr(mockserver, name)
        assert getattr(made, "__doc__", None) or name.endswith(("Name", "Kind", "__version__"))
    assert set(mockserver.__all__) <= set(dir(mockserver))
    assert sorted(mockserver.__all__) == exports.NAMES
    assert set(animeloop_mock_pytest.__all__) == {*exports.NAMES, "AnimeloopMockWarning"}


def test_clients_have_a_repr(server: MockServer, mock: SandboxClient) -> None:
    other = server.async_client(mock)
    for shown in (server, mock, other, mock.clock, other.clock, mock.control, other.control):
        assert re.fullmatch(r"<\w+ .*http://127\.0\.0\.1:\d+\S*>", repr(shown))
    assert "ScenarioAnswer(name='normal'" in repr(mock.scenario("normal"))


def test_neither_variables_nor_another_mockserver_reach_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mockserver.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("ANIMELOOP_MOCK_PROFILE", "server")
    with MockProcess() as process:
        assert process.health().profile == "documented"


ORPHANED = """
import os, signal
from mockserver import MockProcess
print(MockProcess().url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_process_ends_with_its_parent_however_that_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHANED],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    remote = Remote(done.stdout.strip())

    def is_gone() -> bool:
        try:
            remote.health()
        except OSError:
            return True
        return False

    eventually(is_gone, "the end of the orphaned mock")


def test_a_server_that_is_not_entered_says_so_and_is_entered_once() -> None:
    server = MockServer()
    for call in (server.sandbox, server.health, server.sandboxes, server.covered):
        with pytest.raises(mockserver.UsageError, match="enter it first"):
            call()
    with pytest.raises(mockserver.UsageError, match="enter it first"):
        _ = server.default
    with server:
        with pytest.raises(mockserver.UsageError, match="once only"):
            server.__enter__()
        assert server.health().status == "ok"
    with pytest.raises(mockserver.UsageError, match="once only"):
        server.__enter__()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_process_that_other_machines_reach_has_a_token_and_a_loopback_url(host: str) -> None:
    if host == "::" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with MockProcess(host=host, freeze_clock=1_767_225_600_000) as process:
        assert urlsplit(process.url).hostname in ("127.0.0.1", "::1")
        with process.sandbox() as mock:
            assert mock.clock.now == "2026-01-01T00:00:00.000Z"
        with pytest.raises(ControlPlaneError):
            Remote(process.url).sandbox()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"profle": "server"}, "unknown argument 'profle'; did you mean 'profile'"),
        ({"watch": True}, "MockProcess takes no 'watch'"),
        ({"port_file": "x"}, "MockProcess takes no 'port_file'"),
        ({"profile": "serve"}, "^profile: "),
    ],
)
def test_a_setting_that_is_wrong_is_named_as_a_setting(settings: Any, words: str) -> None:
    with pytest.raises(mockserver.UsageError, match=words):
        MockProcess(**settings)


def test_a_mock_in_a_process_of_its_own(tmp_path: Path) -> None:
    with MockProcess(scenario="db-down", http_status="from-code") as process:
        assert process.default.scenarios().active == "db-down"
        assert "MockProcess http://127.0.0.1:" in repr(process)
        assert not process.obituary
    assert "has ended with status 0" in str(process.obituary)
    with pytest.raises(mockserver.UsageError, match="no-such-file"):
        MockProcess(tmp_path / "no-such-file.yaml")
    with pytest.raises(mockserver.UsageError, match="unknown scenario 'db-dwn'"):
        MockProcess(scenario="db-dwn")  # type: ignore[arg-type]
