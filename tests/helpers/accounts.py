"""Requests to the account page, in process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from mockserver.record.text import one_line
from tests.helpers.app import Mock
from tests.helpers.text import SECRET

REGISTER: Final = "/auth/register"
LOGIN: Final = "/auth/login"
LOGOUT: Final = "/auth/logout"
VERIFY: Final = "/auth/verify"
SENDEMAIL: Final = "/auth/verify/sendemail"
PASSWORD: Final = "haruhi_suzumiya"
CAPTCHA: Final = "g-recaptcha-response"
FORM: Final = "application/x-www-form-urlencoded"
FIXTURES: Final = f"""
secrets: {{session: [{SECRET}], jwt: mock-jwt-secret}}
users:
  - {{username: haruhi, uid: 7, email: haruhi@example.org, password: {PASSWORD}}}
  - {{username: mikuru, uid: 3, email: m@example.org, password: {PASSWORD}, verified: false}}
  - {{username: nameless, password: {PASSWORD}, verified: false}}
  - {{username: keyless, email: k@example.org}}
sessions:
  - {{sid: of-haruhi, username: haruhi}}
  - {{sid: of-nobody, username: ~}}
  - {{sid: of-the-gone, username: gone}}
  - {{sid: old, username: haruhi, expires: "2020-01-01T00:00:00Z"}}
"""


@dataclass(frozen=True)
class Said:
    """A reply of the account page."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> int:
        code = self.document["code"]
        assert isinstance(code, int)
        return code

    @property
    def set_cookie(self) -> str | None:
        return self.headers.get("set-cookie")

    @property
    def cookie(self) -> str:
        """The cookie that the reply sets, as a client sends it back."""
        assert self.set_cookie is not None
        return self.set_cookie.partition(";")[0]


class Accounts(Mock):
    """A mock with the account page's calls."""

    def send(
        self,
        path: str,
        body: bytes = b"",
        kind: str | None = FORM,
        cookie: str | None = None,
        method: str = "POST",
        base: str = "/api/v2",
        **headers: str,
    ) -> Said:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie is not None:
            sent["Cookie"] = cookie
        if kind is not None and (body or method == "POST"):
            sent["Content-Type"] = kind
        path, _, query = path.partition("?")
        result = self.client.simulate_request(
            method, base + path, headers=sent, body=body, query_string=query
        )
        lowered = {name.lower(): value for name, value in result.headers.items()}
        return Said(result.status_code, lowered, result.content)

    def post(
        self, path: str, fields: Mapping[str, Any], cookie: str | None = None, **others: str
    ) -> Said:
        """POST a form."""
        return self.send(path, urlencode(fields).encode(), FORM, cookie, **others)

    def post_json(self, path: str, fields: object, cookie: str | None = None) -> Said:
        return self.send(path, json.dumps(fields).encode(), "application/json", cookie)

    def log_in(self, username: str = "haruhi", cookie: str | None = None, **others: str) -> Said:
        return self.post(LOGIN, credentials(username), cookie, **others)

    def outbox(self, query: str = "", sandbox: str = "") -> Any:
        return self.admin("GET", f"/outbox{query}", sandbox=sandbox).json

    def user(self, username: str) -> Any:
        """The user as the control plane shows it, or None."""
        answer = self.admin("GET", f"/users/{quote(username, safe='')}")
        return answer.json if answer.status == 200 else None

    @property
    def journal(self) -> Any:
        """The entries of the journal, oldest first."""
        return self.admin("GET", "/requests?limit=1000").json["requests"]

    @property
    def warnings(self) -> list[str]:
        explained: list[str] = self.journal[-1]["explain"]
        return [one_line(text) for text in explained if text.startswith("warning")]


def credentials(username: str = "haruhi", **fields: Any) -> dict[str, Any]:
    return {"username": username, "password": PASSWORD, CAPTCHA: "ok", **fields}


def registration(username: str = "kyon777", **fields: Any) -> dict[str, Any]:
    return {**credentials(username), "email": "kyon@example.org", **fields}


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def accounts(
    directory: Path, profile: str = "documented", extra: str = "", **options: Any
) -> Accounts:
    path = directory / "fixtures.yaml"
    path.write_text(FIXTURES + extra, encoding="utf-8")
    return Accounts(path, profile=profile, **options)
