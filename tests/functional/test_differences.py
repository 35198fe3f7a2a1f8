"""The page of differences, line by line, against the three profiles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.testing import TestClient

from mockserver.api.profiles import PROFILES
from mockserver.credentials.jwt import TokenIssuer
from tests.helpers import multipart
from tests.helpers.app import Answer, Mock
from tests.helpers.text import ROOT, SHIPPED, cookie

PAGE = (ROOT / "docs" / "differences.md").read_text()
LINE = re.compile(
    r"^\| (?P<asked>[^|]+?) \| (?P<documented>[^|]+?) \| (?P<server>[^|]+?) "
    r"\| (?P<dashboard>[^|]+?) \|$",
    re.MULTILINE,
)
TOKEN = "/api/v2/auth/token"
ALICE = cookie("session-of-alice")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def ask(
    path: str = TOKEN, method: str = "POST", cookie_header: str | None = ALICE, **options: Any
) -> Callable[[Mock], Answer]:
    """A request; `options` are those of falcon's test client."""
    headers = {"Host": "localhost", **options.pop("headers", {})}
    if cookie_header is not None:
        headers["Cookie"] = cookie_header

    def send(mock: Mock) -> Answer:
        client = TestClient(mock.app)
        reply = client.simulate_request(method, path, headers=headers, **options)
        lowered = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status_code, lowered, reply.text)

    return send


def body(content: bytes, kind: str = JSON, path: str = TOKEN, **headers: str) -> Any:
    sent = {"Content-Type": kind, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return ask(path, body=content, headers=sent)


def preferring(scenario: str) -> Any:
    return ask(headers={"Prefer": f"scenario={scenario}"})


ASKED = {
    "`POST` without a cookie": ask(cookie_header=None),
    "`POST` with a session that does not exist": ask(cookie_header=cookie("nobody-knows")),
    "`POST` with an expired session": ask(cookie_header=cookie("session-expired")),
    "`POST` with a session that nobody is logged in to": ask(
        cookie_header=cookie("session-without-user")
    ),
    "`POST` while the session store is down": preferring("session-store-down"),
    "`POST` while the database is down": preferring("db-down"),
    "`GET`": ask(method="GET"),
    "`OPTIONS` as a browser's preflight": ask(
        method="OPTIONS", headers={"Origin": "http://a", "Access-Control-Request-Method": "POST"}
    ),
    "`OPTIONS` otherwise": ask(method="OPTIONS"),
    "`POST` with upper case in the path": ask("/api/v2/Auth/Token"),
    "`POST` with a slash at the end of the path": ask(TOKEN + "/"),
    "`POST` with two slashes before `auth`": ask("/api/v2//auth/token"),
    "`POST` with two slashes before `token`": ask("/api/v2/auth//token"),
    "`POST` with two slashes elsewhere": ask("/api//v2/auth/token"),
    "`POST` with `%74oken` in the path": ask(
        "/api/v2/auth/token", extras={"REQUEST_URI": "/api/v2/auth/%74oken"}
    ),
    "`POST` with JSON that does not parse": body(b"{"),
    "`POST` with JSON that is no object or array": body(b"null"),
    "`POST` with JSON in another charset than UTF": body(b"{}", JSON + "; charset=latin1"),
    "`POST` with a brotli-encoded JSON body": body(b"{}", Content_Encoding="br"),
    "`POST` with more than 100 KiB of JSON": body(b"[" + b" " * 102400 + b"]"),
    "`POST` with broken gzip": body(b"{}", Content_Encoding="gzip"),
    "`POST` with JSON behind a byte order mark": body(b"\xef\xbb\xbf{}"),
    "`POST` with more than 100 KiB of form": body(b"a" * 102401, FORM),
    "`POST` with a form in another charset than UTF-8": body(b"a=1", FORM + "; charset=latin1"),
    "`POST` with more than 1000 form parameters": body(b"a=1&" * 1000 + b"a=1", FORM),
    "`POST` with a body of any other type": body(b"{", "text/plain"),
    "another path, with JSON that does not parse": body(b"{", path="/nope"),
}

OTHER_CODE = TokenIssuer("another secret").sign({"action": "verify", "username": "kyon777"})
KYON = {"username": "kyon777", "password": "imjohnsmith777", "g-recaptcha-response": "ok"}
HARUHI = {**KYON, "username": "haruhi1", "email": "haruhi@sos-dan.jp"}


def form(name: str, **fields: str) -> Any:
    filled = (HARUHI if name == "register" else KYON) | fields
    return body(urlencode(filled).encode(), FORM, f"/api/v2/auth/{name}")


def as_json(name: str, **fields: Any) -> Any:
    filled = (HARUHI if name == "register" else KYON) | fields
    return body(json.dumps(filled).encode(), path=f"/api/v2/auth/{name}")


def preferring_login(scenario: str, name: str) -> Any:
    content, sent = urlencode(KYON).encode(), {"Content-Type": FORM}
    return ask(
        f"/api/v2/auth/{name}", body=content, headers={**sent, "Prefer": f"scenario={scenario}"}
    )


OF_ACCOUNTS = {
    "register with a username in another alphabet than ours": form(
        "register", username="ハルヒです"
    ),
    "register with a password of 6 letters": form("register", password="haruhi"),
    "register with a password of 20 letters": form("register", password="h" * 20),
    "register with a hyphen in the password": form("register", password="haruhi-suzu"),
    "register with an address that ends in `.email`": form("register", email="a@b.email"),
    "register with a username that is a JSON number": as_json("register", username=12345),
    "log in with a username in a JSON array": as_json("login", username=["kyon777"]),
    "log in as a user without a password": form("login", username="gone"),
    "log in while the session store is down": preferring_login("session-store-down", "login"),
    "log in with JSON that does not parse": body(b"{", path="/api/v2/auth/login"),
    "log in with more than 100 KiB of form": body(b"a" * 102401, FORM, "/api/v2/auth/login"),
    "log in with fields in the query": ask("/api/v2/auth/login", params=KYON),
    "log out without a cookie": ask("/api/v2/auth/logout", cookie_header=None),
    "log out while the session store is down": preferring_login("session-store-down", "logout"),
    "log out by `GET`": ask("/api/v2/auth/logout", "GET"),
    "verify with a code of another secret": ask(
        "/api/v2/auth/verify", "GET", params={"code": OTHER_CODE}
    ),
    "verify with two codes": ask("/api/v2/auth/verify", "GET", query_string="code=a&code=b"),
    "verify by `HEAD`": ask("/api/v2/auth/verify", "HEAD"),
    "verify by `POST`": ask("/api/v2/auth/verify"),
}
ASKED |= OF_ACCOUNTS

BOB = cookie("session-of-bob")
USERINFO = "/api/v2/profile/get-userinfo"
UPDATE = "/api/v2/profile/update-userinfo"
AVATAR = "/api/v2/profile/upload-new-avatar"
PICTURE = b"\x89PNG\r\n\x1a\n"


def uploading(content: bytes, kind: str = multipart.MULTIPART) -> Any:
    return body(content, kind, AVATAR)


def picture(field: str = "avatar", content: bytes = PICTURE) -> bytes:
    return multipart.form(multipart.part(field, content))


OF_DASHBOARD = {
    "`GET /auth/token`, user without a token": ask(method="GET", cookie_header=BOB),
    "`GET /auth/token` with a cookie that is not signed": ask(
        method="GET", cookie_header="animeloop.auth.sid=session-of-alice"
    ),
    "`GET /auth/token` with an expired session": ask(
        method="GET", cookie_header=cookie("session-expired")
    ),
    "`GET /auth/token` while the session store is down": ask(
        method="GET", headers={"Prefer": "scenario=session-store-down"}
    ),
    "`POST /auth/token/new` with a `name`": body(b"name=bot", FORM, TOKEN + "/new"),
    "`POST /auth/token/new` with a JSON object as `name`": body(
        b'{"name":{}}', path=TOKEN + "/new"
    ),
    "`POST /auth/token/revoke` with the `id` of a token": body(b"id=0", FORM, TOKEN + "/revoke"),
    "`POST /auth/token/revoke` with an `id` that is no number": body(
        b"id=abc", FORM, TOKEN + "/revoke"
    ),
    "`POST /auth/token/revoke` without `id`": ask(TOKEN + "/revoke"),
    "`GET /profile/get-userinfo`": ask(USERINFO, "GET"),
    "`GET /profile/get-userinfo` without a cookie": ask(USERINFO, "GET", None),
    "`GET /profile/get-userinfo`, user deleted": ask(
        USERINFO, "GET", cookie("session-of-gone-user")
    ),
    "`POST /profile/update-userinfo`": body(b"email=a%40b.co&newPassword=", FORM, UPDATE),
    "`POST /profile/update-userinfo` with unsuitable values": body(
        b"email=x&newPassword=x", FORM, UPDATE
    ),
    "`POST /profile/update-userinfo` without `newPassword`": body(b"email=a%40b.co", FORM, UPDATE),
    "`POST /profile/upload-new-avatar`": uploading(picture()),
    "upload of more than 5 MiB": uploading(picture(content=b"x" * (5 * 1024 * 1024 + 1))),
    "upload in another field": uploading(picture("file")),
    "upload without a boundary": uploading(picture(), "multipart/form-data"),
    "upload that is cut short": uploading(picture()[:-20]),
    "`GET /rand/loop`": ask("/api/v2/rand/loop", "GET"),
    "`GET /series/season`": ask("/api/v2/series/season", "GET"),
}
ASKED |= OF_DASHBOARD


def told(answer: Answer) -> str:
    """An answer as the page tells it."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(JSON) and answer.text:
        return f"{answer.status}, {answer.code}"
    if "<html" in answer.text:
        return f"{answer.status}, a page"
    return f"{answer.status}, `{answer.text}`" if answer.text else str(answer.status)


def test_the_page_has_each_difference_and_no_other() -> None:
    lines = [line["asked"] for line in LINE.finditer(PAGE) if line["asked"] in ASKED]
    assert lines == list(ASKED)
    tables = [part.partition("\n\n")[0] for part in PAGE.split("| asked |")[1:]]
    assert sum(table.count("\n") - 1 for table in tables) == len(ASKED)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("asked", ASKED)
def test_the_page_says_what_each_profile_answers(asked: str, profile: str) -> None:
    (line,) = (line for line in LINE.finditer(PAGE) if line["asked"] == asked)
    mock = Mock(SHIPPED, profile=profile)
    mock.admin("PUT", "/users/kyon777", {"password": KYON["password"]})
    mock.admin("PUT", "/users/gone", {})
    mock.admin("PUT", "/sessions/session-of-gone-user", {"username": "deleted"})
    assert told(ASKED[asked](mock)) == line[profile]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_page_says_which_headers_each_profile_sends(profile: str) -> None:
    mock = Mock(SHIPPED, profile=profile)
    plain = mock.call("/auth/token", ALICE).headers
    of_page = mock.call("/auth/token", ALICE, Origin="http://a").headers
    is_server = profile in ("server", "dashboard")
    assert plain.get("access-control-allow-origin") == ("*" if is_server else None)
    assert of_page["access-control-allow-origin"] == "http://a"
    assert plain.get("access-control-allow-credentials") == ("true" if is_server else None)
    assert of_page["access-control-allow-credentials"] == "true"
    assert ("access-control-allow-methods" in plain) == is_server
    exposed = of_page.get("access-control-expose-headers")
    assert exposed == (None if is_server else "Preference-Applied")
    assert plain.get("vary") == (None if is_server else "Origin")
    assert plain.get("etag", "").startswith("W/") == is_server
    assert plain.get("x-powered-by") == ("Express" if is_server else None)
