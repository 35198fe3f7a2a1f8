"""Who may call the control plane, on real sockets."""

from __future__ import annotations

import http.client

import pytest

from mockserver import MockServer
from mockserver.api.profiles import PROFILES
from mockserver.call_types import ProfileName
from mockserver.errors import CannotBindError
from mockserver.server.running import _policy
from mockserver.server.settings import ServeSettings
from mockserver.testing.control_plane import ControlPlaneError
from mockserver.testing.remote import Remote
from tests.helpers.process import run
from tests.helpers.text import SHIPPED

HEALTH = "/__admin/health"


def ask(server: MockServer, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, headers={"Connection": "close", **headers})
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def test_the_host_that_was_given_is_answered() -> None:
    # A spelling of 127.0.0.1 for the resolver alone: as a Host it is a name like any other.
    with MockServer(SHIPPED, host="127.1") as server:
        assert ask(server, "GET", HEALTH, Host=f"127.1:{server.port}").status == 200
        assert ask(server, "GET", HEALTH, Host="127.2").status == 403


@pytest.mark.parametrize("host", ["MyHost", "myhost.", "my_host"])
def test_a_host_name_that_was_given_is_allowed_and_no_warning(host: str) -> None:
    policy, warnings = _policy(ServeSettings(host=host), loopback=True)
    assert policy.allow_hosts == (host.lower().rstrip("."),)
    assert warnings == ()


def test_disabled_it_answers_health_checks_on_any_address() -> None:
    settings = ServeSettings(host="0.0.0.0", disable_admin=True)
    assert not _policy(settings, loopback=False)[0].loopback
    with MockServer(SHIPPED, disable_admin=True) as server:
        for method in ("GET", "HEAD"):
            assert ask(server, method, HEALTH).status == 200
        assert ask(server, "GET", "/__admin/users").status == 404


def test_disabled_it_answers_health_checks_of_those_who_are_allowed() -> None:
    with MockServer(
        SHIPPED,
        disable_admin=True,
        admin_token="t",
        admin_allow_host=("mock",),
        admin_allow_origin=("http://dashboard",),
    ) as server:
        assert server._running.warnings == ()
        assert ask(server, "GET", HEALTH, Host="mock").status == 200
        assert ask(server, "GET", HEALTH, Origin="http://dashboard").status == 200
        assert ask(server, "GET", HEALTH, Host="other").status == 403
        assert ask(server, "GET", HEALTH, Origin="http://other").status == 403
        assert ask(server, "GET", "/__admin/users", Host="mock").status == 404


def test_head_of_health_announces_the_length_of_get() -> None:
    with MockServer(SHIPPED) as server:
        head, get = (dict(ask(server, method, HEALTH).headers) for method in ("HEAD", "GET"))
    del head["Date"], get["Date"]
    assert head == get
    assert int(head["Content-Length"]) > 0


@pytest.mark.parametrize("profile", PROFILES)
def test_what_the_parser_refuses_says_nosniff_too(profile: ProfileName) -> None:
    with MockServer(SHIPPED, profile=profile) as server:
        reply = ask(server, "POST", "/__admin/reset", **{"Content-Length": str(10**9)})
        assert reply.status == 413
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("token", ["sesame\n", " sesame", "s\u00e9same"])
def test_a_useless_token_stops_the_start_in_one_line_without_it(token: str) -> None:
    for arguments, environment in (
        ((f"--admin-token={token}",), {}),
        ((), {"ANIMELOOP_MOCK_ADMIN_TOKEN": token}),
    ):
        ended = run("serve", "--port=0", *arguments, environment=environment)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1
        assert "expected a token of printable ASCII characters" in ended.stderr
        assert "same" not in ended.stderr
    with pytest.raises(ControlPlaneError, match="the admin token: expected"):
        Remote("http://127.0.0.1:1", token)


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
def test_a_server_on_all_addresses_has_a_url_to_connect_to(host: str, reached: str) -> None:
    try:
        server = MockServer(SHIPPED, host=host)
    except CannotBindError:
        pytest.skip(f"this machine has no {host}")
    with server:
        assert server.url == f"http://{reached}:{server.port}"
        assert server.sandbox().url("/auth/token").startswith(server.url)


def test_the_further_headers_of_a_server_are_allowed() -> None:
    with MockServer(SHIPPED, cors_allow_header=["X-Trace"]) as server:
        asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
        reply = ask(server, "OPTIONS", "/api/v2/auth/token", **asked)
        assert "X-Trace" in str(reply.getheader("Access-Control-Allow-Headers"))
