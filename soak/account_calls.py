"""Random calls on one session and a few accounts, and what came of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from soak.account_model import AccountCall, SessionCall
from soak.replies import BrokenReplyError

SID: Final = "shared"
USERS: Final = ("anna-1", "ben-22")
NAMES: Final = ("kyon-1", "kyon-2")
PASSWORD: Final = "haruhi_suzumiya"
FIXTURES: Final = f"""
users:
  - {{username: {USERS[0]}, email: a@example.org, password: {PASSWORD}}}
  - {{username: {USERS[1]}, email: b@example.org, password: {PASSWORD}}}
sessions: [{{sid: {SID}, username: {USERS[0]}}}]
scenarios:
  normal:
    description: some requests wait between reading and writing, so that others come between
    faults:
      - {{operation: database, delay: {{min: 0ms, max: 2ms}}, probability: 0.5}}
"""
_SET: Final = re.compile(r"animeloop\.auth\.sid=s%3A([^.]+)\.")
_PATHS: Final = {"get": "/auth/token", "new": "/auth/token/new", "revoke": "/auth/token/revoke"}
_OF_SESSION: Final = ("get", "get", "new", "revoke", "login", "login", "login", "logout", "open")
_OF_ACCOUNT: Final = ("register", "register", "login", "verify", "mail", "delete", "look")


class Sent(NamedTuple):
    """A request: a path of the API, or of the control plane if it begins with `/__admin`."""

    method: str
    path: str
    body: bytes = b""
    kind: str = ""
    has_cookie: bool = False


class Got(NamedTuple):
    """A reply. `cookie` is its `Set-Cookie` header, or empty."""

    status: int
    body: bytes
    cookie: str


Exchange = Callable[[Sent], Got]


def session_call(rng: Random, exchange: Exchange, refusal: int) -> SessionCall:
    """Make a call with the cookie of the session. `refusal` is the code where it has ended."""
    what, user = rng.choice(_OF_SESSION), rng.choice(USERS)
    if what == "open":
        body = json.dumps({"username": user}).encode()
        sent = Sent("PUT", f"/__admin/sessions/{SID}", body, "application/json")
    elif what == "login":
        sent = _form("/auth/login", _credentials(user), has_cookie=True)
    else:
        sent = Sent("POST", _PATHS.get(what, "/auth/logout"), has_cookie=True)
    begin, got, end = _timed(exchange, sent)
    code, document = _read(sent, got)
    set_sid = _SET.match(got.cookie)
    cookie = None if set_sid is None else "same" if set_sid[1] == SID else "fresh"
    token = document.get("data", {}).get("token")
    return SessionCall(begin, end, what, code, user, token, cookie, refusal)


def account_call(
    rng: Random, exchange: Exchange, name: str, code_of: Callable[[str], str]
) -> AccountCall:
    """Make a call about this account. `code_of` makes the code of a verification mail."""
    what = rng.choice(_OF_ACCOUNT)
    fields = _credentials(name)
    sents = {
        "register": _form("/auth/register", {**fields, "email": "k@example.org"}),
        "login": _form("/auth/login", fields),
        "mail": _form("/auth/verify/sendemail", fields),
        "verify": Sent("GET", f"/auth/verify?code={code_of(name)}"),
        "delete": Sent("DELETE", f"/__admin/users/{name}"),
        "look": Sent("GET", f"/__admin/users/{name}"),
    }
    begin, got, end = _timed(exchange, sents[what])
    code, document = _read(sents[what], got)
    verified = document["verified"] if what == "look" and code == 200 else None
    return AccountCall(begin, end, what, code, verified)


def _credentials(username: str) -> dict[str, str]:
    return {"username": username, "password": PASSWORD, "g-recaptcha-response": "ok"}


def _form(path: str, fields: Mapping[str, str], *, has_cookie: bool = False) -> Sent:
    kind = "application/x-www-form-urlencoded"
    return Sent("POST", path, urlencode(fields).encode(), kind, has_cookie)


def _timed(exchange: Exchange, sent: Sent) -> tuple[int, Got, int]:
    begin = time.monotonic_ns()
    got = exchange(sent)
    return begin, got, time.monotonic_ns()


def _read(sent: Sent, got: Got) -> tuple[int, dict[str, Any]]:
    """Return the code, or the status of a control plane call, and the document."""
    if sent.path.startswith("/__admin"):
        return got.status, json.loads(got.body) if got.body else {}
    if got.status != 200:
        raise BrokenReplyError(f"{sent.path}: status {got.status}", got.body)
    document = json.loads(got.body)
    return document["code"], document
