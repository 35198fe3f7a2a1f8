"""Two mocks: one with a history, and one that starts from what the first has exported."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockserver.credentials import cookies
from mockserver.fixtures.schema import DEFAULT_SESSION_SECRET
from tests.helpers.app import Mock
from tests.helpers.text import NOON_MS

FIXTURES = """
users:
  - {username: anna0, uid: 3, email: anna@example.org, password: secret-0, token: issue}
  - {username: ben00, uid: 5, password: secret-1, token: a literal}
  - {username: "bulk{n}", uid: "{n}", email: "b{n}@example.org", password: "secret-{n}", repeat: 9,
     token: issue}
sessions:
  - {sid: of-anna, username: anna0}
  - {sid: pinned, username: ben00, signature: pin}
  - {sid: old, username: anna0, expires: 2020-01-01T00:00:00Z}
  - {sid: fixed, username: anna0, expires: 2026-01-02T18:00:00Z}
  - {sid: nobody}
  - {sid: gone, username: gone0}
  - {sid: "s{n}", username: "bulk{n}", ttl: 20h, repeat: 9}
  - {sid: "t{n}", username: anna0, ttl: 20h, repeat: 5}
scenarios:
  revoke-fails: {faults: [{operation: save_token, error: database, endpoint: /auth/token/revoke}]}
"""
NAMES = ("anna0", "ben00", "gone0", "bulk1", "bulk2", "bulk9", "carla", "on", "12:30")
SIDS = ("of-anna", "pinned", "old", "fixed", "nobody", "gone", "s1", "s2", "s9", "t1", "t5", "made")


class Peer:
    """A sandbox of a mock, and the session ids and users that it has had."""

    def __init__(self, mock: Mock, sandbox: str = "") -> None:
        self.mock = mock
        self.sandbox = sandbox
        self.prefix = f"{sandbox}~" if sandbox else ""
        self.sids = [self.prefix + sid for sid in SIDS]
        self.passwords = {"anna0": "secret-0", "ben00": "secret-1"}
        self.passwords |= {f"bulk{n}": f"secret-{n}" for n in range(1, 10)}

    def admin(self, method: str, path: str, body: object = None) -> Any:
        return self.mock.admin(method, path, body, sandbox=self.sandbox)

    def post(self, path: str, fields: object = None, sid: str | None = None) -> tuple[Any, str]:
        """Send a request to the API. Returns the envelope, and the session id of a new cookie."""
        headers = {"Content-Type": "application/json"}
        if sid is not None:
            headers["Cookie"] = cookies.header(self.cookie(sid))
        base = f"/__sandbox/{self.sandbox}/api/v2" if self.sandbox else "/api/v2"
        path, _, query = path.partition("?")
        result = self.mock.client.simulate_request(
            "GET" if query else "POST", base + path, headers=headers, query_string=query,
            body=json.dumps(fields),
        )  # fmt: skip
        found = re.search(r"auth\.sid=s%3A(.*?)\.", result.headers.get("set-cookie", ""))
        return result.json, found[1] if found else ""

    def cookie(self, sid: str) -> str:
        pinned = "pin" if sid == "pinned" else ""
        return cookies.encode(sid, pinned or cookies.sign(sid, DEFAULT_SESSION_SECRET))

    def log_in(self, username: str, sid: str | None) -> tuple[Any, str]:
        password = self.passwords.get(username, "secret-x")
        fields = {"username": username, "password": password, "g-recaptcha-response": "ok"}
        return self.post("/auth/login", fields, sid)


def restarted(peer: Peer, path: Path, at_ms: int = NOON_MS) -> Peer:
    """Start a mock at this time from what a sandbox exports, under the sandbox's scenario."""
    answer = peer.admin("GET", "/fixtures.yaml")
    assert answer.status == 200, answer.text
    path.write_text(answer.text, encoding="utf-8")
    scenario = peer.admin("GET", "/scenario").json["name"]
    started = Peer(Mock(path, at_ms, scenario=scenario))
    started.sids, started.passwords = peer.sids, peer.passwords
    return started


def comparable(reply: tuple[Any, str], sid: str | None) -> object:
    """A reply, without a fresh session id."""
    envelope, new_sid = reply
    return envelope, new_sid and ("its own" if new_sid == quote(sid or "") else "fresh")


def undated(reply: tuple[Any, str]) -> object:
    """A reply with the username instead of an issued token, whose date depends on the clock."""
    envelope, _ = reply
    data = envelope.get("data") or {}
    try:
        payload = data["token"].split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (KeyError, IndexError, ValueError):
        return envelope
    return {**envelope, "data": claims["username"]}


def escaped(name: str) -> str:
    """A name as a segment of a path."""
    return quote(name, safe="")
