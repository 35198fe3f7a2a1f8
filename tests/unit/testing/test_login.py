"""A login that the client sends: what it sends, and what becomes of the reply."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

import mockserver
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


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Login) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/__sandbox/x/api/v2/auth/login"
        server.shutdown()
        thread.join()


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


def test_the_package_offers_the_error_and_imports_it_when_asked_for() -> None:
    assert mockserver.LoginError is LoginError
    assert "LoginError" in mockserver.__all__
    assert set(mockserver.__all__) <= set(dir(mockserver))
    script = "import sys, mockserver; assert 'mockserver.testing.login' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
