"""Mounted under a prefix by another WSGI server."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from cheroot import wsgi as cheroot
from falcon.testing import create_environ
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from mockserver import create_app
from mockserver.api.common import BAD_REQUEST_BODY
from mockserver.api.profiles import PROFILES
from mockserver.call_types import ProfileName
from tests.helpers.text import SHIPPED, cookie

Wsgi = Callable[..., Any]
ALICE = cookie("session-of-alice")


def nobody(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"not mounted"]


@contextmanager
def by_werkzeug(mounts: dict[str, Wsgi]) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, DispatcherMiddleware(nobody, mounts))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def by_cheroot(mounts: dict[str, Wsgi]) -> Iterator[int]:
    dispatcher = cheroot.PathInfoDispatcher(mounts)  # type: ignore[no-untyped-call]
    server = cheroot.Server(("127.0.0.1", 0), dispatcher, numthreads=1)
    server.expiration_interval = 0.01  # how soon it notices that it is to stop, in seconds
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join()


SERVERS = {"werkzeug": by_werkzeug, "cheroot": by_cheroot}


# What gets the user's tokens, by profile.
METHODS = {"documented": "POST", "server": "POST", "dashboard": "GET"}


def ask(port: int, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, headers={"Connection": "close", **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("server", SERVERS)
def test_the_api_and_its_sandboxes_answer_below_the_prefix(
    server: str, profile: ProfileName
) -> None:
    with SERVERS[server]({"/mock/api": create_app(SHIPPED, profile=profile)}) as port:
        status, body = ask(port, METHODS[profile], "/mock/api/api/v2/auth/token", Cookie=ALICE)
        assert (status, json.loads(body)["code"]) == (200, 1320001)
        status, body = ask(port, "POST", "/mock/api/__admin/sandboxes")
        made = json.loads(body)
        url = f"http://127.0.0.1:{port}/mock/api/__sandbox/{made['id']}/api/v2"
        assert (status, made["api_url"]) == (201, url)
        assert made["admin"] == f"/__admin/sandboxes/{made['id']}"
        sent = made["sessions"][0]["cookie_header"]
        status, body = ask(port, "POST", urlsplit(url).path + "/auth/token/new", Cookie=sent)
        assert (status, json.loads(body)["status"]) == (200, "success")
        assert ask(port, "GET", "/mock/api" + made["admin"] + "/health")[0] == 200
        assert ask(port, "GET", "/mock/api/__admin/users", Origin="http://evil.example")[0] == 403


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    "path", ["/api/v2/auth%2Ftoken", "/api/v2/%61uth/token", "//api/v2/auth/token", "/api", "/", ""]
)
def test_paths_are_as_strict_as_without_one(server: str, profile: ProfileName, path: str) -> None:
    with SERVERS[server]({"/mock": create_app(SHIPPED, profile=profile)}) as port:
        assert ask(port, "POST", "/mock" + path) == (400, BAD_REQUEST_BODY)


def answer(profile: ProfileName, script_name: str, path_info: str, **variables: str) -> bytes:
    """The body of the reply to exactly these variables."""
    environ = create_environ("/", method=METHODS[profile], host="localhost")
    environ |= {"SCRIPT_NAME": script_name, "PATH_INFO": path_info, **variables}
    for name in [name for name, value in environ.items() if value is None]:
        del environ[name]
    return b"".join(create_app(SHIPPED, profile=profile)(environ, lambda *_: None))


TOKEN = "/api/v2/auth/token"


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("variable", ["REQUEST_URI", "RAW_URI"])
@pytest.mark.parametrize(
    ("script_name", "sent"),
    [
        ("/mock", "/mock" + TOKEN),
        ("/mock", "/mock" + TOKEN + "?x=/y"),
        ("/mock", "http://localhost/mock" + TOKEN),
        ("/mock", TOKEN),  # a proxy has taken the prefix away, and says so
        ("/api", "/api" + TOKEN),
        ("/api", TOKEN),
        ("/a b/\xc3\xa9", "/a%20b/%C3%A9" + TOKEN),
        ("/a b/\xc3\xa9", "/%61%20b/\xc3\xa9" + TOKEN),
        ("/a/b", "/a%2Fb" + TOKEN),
        ("", TOKEN),
    ],
)
def test_the_prefix_is_found_however_it_was_sent(
    profile: ProfileName, variable: str, script_name: str, sent: str
) -> None:
    body = answer(profile, script_name, TOKEN, **{"RAW_URI": None, variable: sent})  # type: ignore[arg-type]
    assert b'"code":19401' in body


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("sent", ["/mock/%61pi/v2/auth/token", "/mock//api/v2/auth/token", "/x"])
def test_a_path_that_was_sent_otherwise_is_not_the_documented_one(
    profile: ProfileName, sent: str
) -> None:
    assert answer(profile, "/mock", TOKEN, REQUEST_URI=sent) == BAD_REQUEST_BODY


def test_variables_that_are_empty_may_be_missing() -> None:
    environ = create_environ("/", host="localhost")
    del environ["PATH_INFO"], environ["SCRIPT_NAME"]
    assert b"".join(create_app(SHIPPED)(environ, lambda *_: None)) == BAD_REQUEST_BODY


def test_a_prefix_is_percent_encoded_in_urls() -> None:
    body = answer("documented", "/a b/\xc3\xa9", "/__admin/sandboxes")
    assert json.loads(body)["api_url"].startswith("http://localhost/a%20b/%C3%A9/__sandbox/")
