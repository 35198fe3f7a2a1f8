"""A client of the control plane: what tests in Python drive a running mock with."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct

from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.errors import MockError
from mockserver.http.admin.token import usable_token
from mockserver.record.text import one_line

TIMEOUT_S: Final = 90.0


class ControlPlaneError(MockError):
    """The control plane refused a call; the text says what would be right."""


class ControlPlane:
    """Calls under one admin URL. Safe under threads: each call has a connection of its own.

    Methods raise ControlPlaneError where the mock refuses, OSError where it cannot be reached.
    """

    def __init__(self, admin_url: str, token: str | None = None) -> None:
        parts = urlsplit(admin_url)
        if parts.scheme != "http":
            raise ControlPlaneError(f"expected a URL that begins with http://, got {admin_url!r}")
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._path = parts.path.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            try:
                self._headers["Authorization"] = f"Bearer {usable_token(token)}"
            except ValueError as error:
                raise ControlPlaneError(f"the admin token: {error}") from None

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Send a call; its JSON document, or None where there is none."""
        given = {name: value for name, value in query.items() if value is not None}
        target = self._path + path + (f"?{urlencode(given)}" if given else "")
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, target, data, self._headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        try:
            document: Any = json.loads(text) if text else None
            detail = document["detail"] if response.status >= 400 else ""
        except (ValueError, KeyError, TypeError):
            raise ControlPlaneError(f"{method} {target}: this is no animeloop-mock") from None
        if response.status >= 400:
            raise ControlPlaneError(f"{method} {target}: {one_line(str(detail))}")
        return document


class _Undo:
    """What a change returns: as a context manager it takes the change back at its end."""

    def __init__(self, control: ControlPlane, method: str, path: str, body: object = None) -> None:
        self._control = control
        self._call = (method, path, body)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._control.call(*self._call)
        except ControlPlaneError:
            if error is None:  # else it would hide what went wrong
                raise


class Clock:
    """The clock of one sandbox: session expiry, token dates and fault windows follow it."""

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    @property
    def now(self) -> str:
        """The time, ISO 8601 in UTC."""
        return str(self._control.call("GET", "/clock")["now"])

    def freeze(self, at: str) -> None:
        """Stand still at a time such as `2026-01-01T00:00:00Z`."""
        self._control.call("PUT", "/clock", {"now": at})

    def advance(self, by: str) -> None:
        """Move by a duration such as `31h`."""
        self._control.call("PUT", "/clock", {"advance": by})

    def reset(self) -> None:
        """Run as at the start."""
        self._control.call("DELETE", "/clock")


class RecordedRequest(Struct, frozen=True):
    """An entry of the journal; `document` is the whole of it, as the control plane sends it."""

    document: Mapping[str, Any]

    @property
    def endpoint(self) -> str | None:
        """The documented path, such as `/auth/token`; None where none was reached."""
        value: str | None = self.document["endpoint"]
        return value

    @property
    def code(self) -> int | None:
        """The code in the envelope."""
        value: int | None = self.document["code"]
        return value

    @property
    def username(self) -> str | None:
        """Whose session it was, where the cookie proved one."""
        value: str | None = self.document["username"]
        return value

    @property
    def explain(self) -> Sequence[str]:
        """Step by step why it was answered as it was."""
        value: Sequence[str] = self.document["explain"]
        return value

    def __str__(self) -> str:
        entry = self.document
        user = self.username or "-"
        steps = "; ".join(self.explain)
        came = f"{entry['method']} {entry['path']} -> {entry['status']} {self.code} {user}: {steps}"
        return one_line(came)


class SandboxClient:
    """A sandbox of a running mock: users, tokens, scenario, clock and journal of its own."""

    def __init__(self, control: ControlPlane, document: Mapping[str, Any]) -> None:
        self._control = control
        self.id: str = document["id"]
        self.api_url: str = document["api_url"]
        self.clock = Clock(control)
        self._cookies: dict[str, str] = {}
        for session in document["sessions"]:
            self._cookies.setdefault(session["username"], session["cookie"])

    @property
    def control(self) -> ControlPlane:
        """Every call of the control plane, for what has no method here."""
        return self._control

    def url(self, path: str = "") -> str:
        """Where a path of the API, such as `/auth/token`, is reached for this sandbox."""
        return self.api_url + path

    def cookies(self, username: str) -> dict[str, str]:
        """The session cookie of a user, as requests and httpx take it.

        The first session that the fixtures give the user; one is made where they give none.
        """
        if username not in self._cookies:
            found = self._control.call("GET", "/sessions", username=username, limit=1)["sessions"]
            session = found[0] if found else self.log_in(username)
            self._cookies[username] = session["cookie"]
        return {COOKIE_NAME: self._cookies[username]}

    def log_in(self, username: str | None, ttl: str = "30h") -> Mapping[str, Any]:
        """A new session: `sid`, `username`, `expires`, `cookie` and `cookie_header`."""
        body = {"username": username, "ttl": ttl}
        session: Mapping[str, Any] = self._control.call("POST", "/sessions", body)
        return session

    def negative_cookies(self, kind: str) -> dict[str, str]:
        """A cookie that must be refused: `tampered`, `unsigned`, `wrong-secret`,
        `unknown-session`, `expired` or `userless`.
        """
        return {COOKIE_NAME: self._control.call("GET", "/cookies", kind=kind)["cookie"]}

    def put_user(self, username: str, **fields: Any) -> Mapping[str, Any]:
        """Create or replace a user; the fields are those of the fixtures."""
        path = f"/users/{quote(username, safe='')}"
        user: Mapping[str, Any] = self._control.call("PUT", path, fields)
        return user

    def user(self, username: str) -> Mapping[str, Any]:
        """The user as it is now, token included."""
        path = f"/users/{quote(username, safe='')}"
        user: Mapping[str, Any] = self._control.call("GET", path)
        return user

    def scenario(self, name: str) -> _Undo:
        """Switch to a scenario; as a context manager, until its end."""
        before = self._control.call("GET", "/scenarios")["active"]
        self._control.call("PUT", "/scenario", {"name": name})
        return _Undo(self._control, "PUT", "/scenario", {"name": before})

    def fault(self, **fields: Any) -> _Undo:
        """Add a fault, its fields those of the fixtures; as a context manager, until its end."""
        added = self._control.call("POST", "/faults", fields)
        return _Undo(self._control, "DELETE", f"/faults/{added['id']}")

    def requests(
        self, path: str | None = None, code: int | None = None, username: str | None = None
    ) -> list[RecordedRequest]:
        """What was asked of this sandbox, oldest first."""
        found = self._control.call("GET", "/requests", endpoint=path, code=code, username=username)
        return [RecordedRequest(entry) for entry in found["requests"]]

    def assert_requested(
        self, path: str, code: int | None = None, times: int | None = None, wait: str = "0s"
    ) -> None:
        """Assert that the endpoint was requested, and answered with `code`, `times` times.

        Without `times`, at least once. `wait` is how long an asynchronous client may take for it.
        The AssertionError shows what came instead, and why it was answered as it was.
        """
        __tracebackhide__ = True
        least = 1 if times is None else times
        found = self._control.call(
            "GET", "/requests/count", endpoint=path, code=code, at_least=least, wait=wait
        )
        count, complete = found["count"], found["complete"]
        certain = complete or times is None
        if certain and (count == times or (times is None and count)):
            return
        wanted = f"{path} answered with {code}" if code else path
        expected = "at least once" if times is None else f"{times} time{'s' * (times != 1)}"
        came = "\n".join(f"  {request}" for request in self.requests()) or "  nothing"
        note = "" if complete else "\n(the journal has let older requests go)"
        raise AssertionError(
            f"expected {wanted} {expected}, found it {count} time{'s' * (count != 1)}; "
            f"this is what came:\n{came}{note}"
        )

    def coverage(self) -> Mapping[str, Any]:
        """Which documented pairs this sandbox has answered."""
        coverage: Mapping[str, Any] = self._control.call("GET", "/coverage")
        return coverage

    def reset(self) -> None:
        """As at the start, with the same sessions."""
        self._control.call("POST", "/reset")

    def close(self) -> None:
        """End the sandbox; one that is gone already is no mistake."""
        with suppress(ControlPlaneError):
            self._control.call("DELETE", "")


class Remote:
    """A mock that runs somewhere, at `url` (its origin)."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = admin_token
        self._control = ControlPlane(self.admin_url, admin_token)

    @property
    def api_url(self) -> str:
        """Where the mocked API begins."""
        return f"{self.url}/api/v2"

    @property
    def admin_url(self) -> str:
        """Where the control plane begins."""
        return f"{self.url}/__admin"

    @property
    def control(self) -> ControlPlane:
        """The control plane of the default sandbox."""
        return self._control

    def sandbox(self, scenario: str | None = None, ttl: str | None = None) -> SandboxClient:
        """A fresh sandbox, which is the caller's to close."""
        body = {"scenario": scenario, "ttl": ttl}
        given = {key: value for key, value in body.items() if value is not None}
        document = self._control.call("POST", "/sandboxes", given)
        admin_url = self.url + document["admin"]
        return SandboxClient(ControlPlane(admin_url, self._token), document)

    def covered(self) -> set[tuple[str, int]]:
        """The documented (endpoint, code) pairs that the server has answered, in any sandbox."""
        pairs = self._control.call("GET", "/coverage", scope="server")["pairs"]
        return {(pair["endpoint"], pair["code"]) for pair in pairs if pair["count"]}
