"""The application in this process: a client without sockets, and a clock to set."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from falcon.testing import TestClient

from mockserver import create_app
from mockserver.api.page import Endpoint
from mockserver.record.exchange import Exchange
from mockserver.sandbox.candidates import Way
from mockserver.state.clock import FrozenClock
from mockserver.state.waits import Wait
from mockserver.verify.target import FileFields
from tests.helpers import shared_state
from tests.helpers.text import NOON_MS
from tests.helpers.ways import FORM, BodyType, request_of


def no_pause(wait: Wait, _seconds: float) -> None:
    """For delays that take no time."""
    wait.end("")


class ManualClock(FrozenClock):
    """Stands still until it is moved."""

    def __init__(self, at_ms: int = NOON_MS) -> None:
        super().__init__(at_ms)

    def advance(self, ms: int) -> None:
        self._at_ms += ms


@dataclass(frozen=True)
class Answer:
    """A reply, read."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> int:
        code = self.json["code"]
        assert isinstance(code, int)
        return code

    @property
    def set_cookies(self) -> tuple[str, ...]:
        return (self.headers["set-cookie"],) if "set-cookie" in self.headers else ()

    @property
    def token(self) -> str:
        token = self.json["data"]["token"]
        assert isinstance(token, str)
        return token


class Mock:
    """The application under test, with its clock, its delays, and what it observed."""

    def __init__(self, fixtures: Path, at_ms: int = NOON_MS, **options: Any) -> None:
        self.clock = ManualClock(at_ms)
        self.delays: list[float] = []
        self.exchanges: list[Exchange] = []
        self.app = create_app(
            fixtures,
            clock=self.clock,
            observe=self.exchanges.append,
            **{"sleep": self.delays.append, **shared_state.options(), **options},
        )
        self.client = TestClient(self.app, headers={"Host": "localhost"})

    def call(
        self,
        path: str,
        cookie_header: str | None = None,
        method: str = "POST",
        body: str | bytes | None = None,
        **headers: str,
    ) -> Answer:
        """Send a request; keyword arguments are headers, with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie_header is not None:
            sent["Cookie"] = cookie_header
        path, _, query = (
            "/api/v2" + path if path.startswith(("/auth", "/profile")) else path
        ).partition("?")
        result = self.client.simulate_request(
            method, path, headers=sent, body=body, query_string=query
        )
        lowered = {name.lower(): value for name, value in result.headers.items()}
        return Answer(result.status_code, lowered, result.text)

    def send_form(
        self, method: str, path: str, cookie_header: str | None, fields: Mapping[str, str]
    ) -> Answer:
        """Send a form, or the query of a GET, to a whole path."""
        if isinstance(fields, FileFields):
            kind = fields.content_type
            return self.call(path, cookie_header, method, fields.body(), Content_Type=kind)
        form = urlencode(fields)
        if method == "GET" or not form:
            return self.call(f"{path}?{form}", cookie_header, method)
        kind = "application/x-www-form-urlencoded"
        return self.call(path, cookie_header, method, form, Content_Type=kind)

    def go(self, endpoint: Endpoint, way: Way, body_type: BodyType = FORM) -> Answer:
        """Send the request that goes this way."""
        sent = request_of(endpoint, way, body_type)
        return self.call(sent.path, None, sent.method, sent.body, **sent.headers)

    def admin(
        self, method: str, path: str, body: object = None, *, sandbox: str = "", **headers: str
    ) -> Answer:
        """Call the control plane, of a sandbox where one is named."""
        base = f"/__admin/sandboxes/{sandbox}" if sandbox else "/__admin"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body)
        path, _, query = (base + path).partition("?")
        result = self.client.simulate_request(
            method, path, headers=sent, body=data, query_string=query,
            content_type=None if body is None else "application/json",
        )  # fmt: skip
        lowered = {name.lower(): value for name, value in result.headers.items()}
        return Answer(result.status_code, lowered, result.text)

    def sandbox(self, **body: object) -> dict[str, Any]:
        """Make a sandbox; its document, with `cookies` by username."""
        answer = self.admin("POST", "/sandboxes", body)
        assert answer.status == 201
        document: dict[str, Any] = answer.json
        document["cookies"] = {s["username"]: s["cookie_header"] for s in document["sessions"]}
        document["path"] = document["api_url"].removeprefix("http://localhost")
        return document

    @property
    def why(self) -> str:
        return self.exchanges[-1].why


MakeMock = Callable[..., Mock]
