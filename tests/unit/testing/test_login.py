"""A login that the client sends: what it sends, and what becomes of the reply."""

from __future__ import annotations

import asyncio
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest

import mockserver
from mockserver.testing.async_login import posted_login_async
from mockserver.testing.login import LoginError, posted_login


class Login(BaseHTTPRequestHandler):
    """Answers each login with the same bytes, and notes the body."""

    reply = b""
    body = b""

    def do_POST(self) -> None:
        type(self).body = self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(type(self).reply)

    def log_message(self, *_arguments: object) -> None:
        pass


def log_in_async(url: str, username: str, password: str, captcha: str) -> str:
    return asyncio.run(posted_login_async(url, username, password, captcha))


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Login) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/__sandbox/x/api/v2/auth/login"
        server.shutdown()
        thread.join()


@pytest.fixture
def reset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the server reset each connection instead of answering."""

    def do_post(self: Login) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # The handler would end the sending side before it closes the connection.
        self.server.shutdown_request = self.server.close_request  # type: ignore[method-assign]

    monkeypatch.setattr(Login, "do_POST", do_post)


def reply(body: str, *headers: str, length: int | None = None) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Length: {length or len(body)}", *headers, "", body]
    return "\r\n".join(head).encode()


SUCCESS = '{"status":"success","code":1220001,"message":"login successfully.","data":{}}'
COOKIE = "Set-Cookie: animeloop.auth.sid=s%3Aa.b%2Fc; Path=/; HttpOnly"


def test_the_cookie_is_that_of_the_reply(url: str) -> None:
    Login.reply = reply(SUCCESS, "Set-Cookie: theme=dark", COOKIE)
    assert posted_login(url, "an na", "a&b=é", "ok") == "s%3Aa.b%2Fc"
    assert Login.body == b"username=an+na&password=a%26b%3D%C3%A9&g-recaptcha-response=ok"


@pytest.mark.parametrize(
    ("sent", "reason", "code"),
    [
        (reply('{"code":1940106,"message":"incorrect username or password."}'),
         "1940106 incorrect username or password.", 1940106),
        (reply(SUCCESS, "Set-Cookie: theme=dark"), "the reply sets no session cookie", 1220001),
        (reply(SUCCESS, COOKIE, length=500), "the reply is broken: IncompleteRead", None),
        (reply("<html>", COOKIE), "the reply is broken: JSONDecodeError", None),
        (reply("[]", COOKIE), "the reply is broken: TypeError", None),
        (reply('{"code":1}', COOKIE), "the reply is broken: KeyError", None),
        (b"HTTP/1.1\r\n\r\n", "the reply is broken: BadStatusLine", None),
        (b"", "the reply is broken: RemoteDisconnected", None),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", "HTTP 502 Bad Gateway is no reply", None),
        (b"HTTP/1.1 500\r\n\r\n", "HTTP 500 is no reply of the API", None),
        (b'HTTP/1.1 503 X\r\n\r\n{"code":1950301,"message":"internal"}',
         "1950301 internal", 1950301),
        (reply('{"code":1940101,"message":"Google reCAPTCHA verification failed."}'),
         "1940101 Google reCAPTCHA verification failed.; if the fixtures accept other", 1940101),
    ],
)  # fmt: skip
def test_what_is_no_login_is_one_clear_error(
    url: str, sent: bytes, reason: str, code: int | None
) -> None:
    Login.reply = sent
    with pytest.raises(LoginError) as caught:
        posted_login(url, "anna", "haruhi", "ok")
    assert str(caught.value).startswith(f"cannot log in as 'anna': {reason}")
    assert caught.value.code == code
    assert "haruhi" not in str(caught.value)


def test_a_connection_that_is_reset_is_a_login_error(url: str, reset: None) -> None:
    for log_in in (posted_login, log_in_async):
        with pytest.raises(LoginError, match="the reply is broken: ConnectionResetError") as caught:
            log_in(url, "anna", "haruhi", "ok")
        assert caught.value.code is None


@pytest.mark.parametrize("position", [0, 1, 2])
def test_what_utf_8_cannot_encode_is_named_and_not_shown(position: int) -> None:
    given = ["anna", "haruhi", "ok"]
    given[position] += "\udc80"
    name = ("username", "password", "g-recaptcha-response")[position]
    with pytest.raises(LoginError) as caught:
        posted_login("http://127.0.0.1:9", *given)
    assert str(caught.value) == f"cannot log in: {name} cannot be sent: it has a lone surrogate"


def test_no_traceback_of_pytest_shows_the_password(url: str, tmp_path: Path) -> None:
    written = f"""
        from mockserver.testing import client
        from mockserver.testing.login import posted_login

        class Fake(client.SandboxClient):
            api_url = {url.removesuffix("/auth/login")!r}

            def __init__(self):
                pass

        def secret():
            return "haruhi".upper()

        def test_refused():
            Fake().log_in("anna", secret())

        def test_surrogate():
            Fake().log_in("anna", secret() + chr(0xdc80))

        def test_not_there():
            posted_login("http://127.0.0.1:1", "anna", secret(), "ok")
    """
    path = tmp_path / "test_logins.py"
    path.write_text(dedent(written))
    Login.reply = b"HTTP/1.1 500 Oops\r\n\r\n"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--showlocals", str(path)]
    text = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "3 failed" in text
    assert "HTTP 500 Oops is no reply of the API" in text
    assert "HARUHI" not in text


def test_the_package_offers_the_error_and_imports_it_when_asked_for() -> None:
    assert mockserver.LoginError is LoginError
    assert "LoginError" in mockserver.__all__
    assert set(mockserver.__all__) <= set(dir(mockserver))
    script = "import sys, mockserver; assert 'mockserver.testing.login' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
