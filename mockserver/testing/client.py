"""The Python client of a running mock, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.http.admin.answers import (
    AdHocFaultAnswer,
    CookieAnswer,
    NewSandboxAnswer,
    ScenariosAnswer,
    SessionAnswer,
    SessionsAnswer,
    UserAnswer,
)
from mockserver.http.admin.record_answers import (
    CountAnswer,
    CoverageAnswer,
    EntriesAnswer,
    MailAnswer,
    MailsAnswer,
)
from mockserver.testing.changes import ClockClient, Undo
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError, read_answer
from mockserver.testing.login import CAPTCHA_VALUE, posted_login
from mockserver.testing.recorded import RecordedRequest


class SandboxClient:
    """A sandbox of a running mock, with its own users, tokens, scenario, clock and journal.

    Methods raise ControlPlaneError if the mock refuses a call, OSError if it cannot be reached.
    """

    def __init__(self, control: ControlPlane, made: NewSandboxAnswer) -> None:
        self._control = control
        self.id = made.id
        self.api_url = made.api_url
        self.clock = ClockClient(control)
        self._cookies: dict[str | None, str] = {}
        for session in made.sessions:
            self._cookies.setdefault(session.username, session.cookie)

    @property
    def control(self) -> ControlPlane:
        """The sandbox's control plane, for calls without a method here."""
        return self._control

    def url(self, path: str = "") -> str:
        """Return the URL of an API path, such as `/auth/token`, in this sandbox."""
        return self.api_url + path

    def cookies(self, username: str) -> dict[str, str]:
        """Return the session cookie of a user, as a dict for requests or httpx.

        It belongs to the user's first session in the fixtures. If there is none, it belongs to any
        other session of the user, or to a new one.
        """
        if username not in self._cookies:
            query = {"username": username, "limit": 1}
            found = self._control.ask(SessionsAnswer, "GET", "/sessions", **query).sessions
            session = found[0].cookie if found else self.new_session(username)["cookie"]
            self._cookies[username] = session
        return {COOKIE_NAME: self._cookies[username]}

    def log_in(
        self, username: str, password: str | None = None, captcha: str = CAPTCHA_VALUE
    ) -> dict[str, str]:
        """Log a user in, and return the cookie of the fresh session, as a dict like `cookies`.

        With a password, send `POST /auth/login` as a client would: password, scenario and faults
        count, and the request is in the journal. `captcha` is the reCAPTCHA value: if the fixtures
        accept certain values only, one of them. Raises LoginError, whose `code` is that of the
        reply, if the login is refused or broken.

        Without a password, create the session through the control plane. That needs no password,
        always succeeds for an existing user, and leaves no trace in the journal.
        """
        __tracebackhide__ = True  # pytest would print the password
        if password is None:
            return {COOKIE_NAME: self.new_session(username)["cookie"]}
        return {COOKIE_NAME: posted_login(self.url("/auth/login"), username, password, captcha)}

    def new_session(self, username: str | None, ttl: str = "30h") -> Mapping[str, Any]:
        """Create a session that lives for `ttl`, such as `30h`. `username` None: nobody is in it.

        Returns `sid`, `username`, `expires`, `cookie` and `cookie_header`.
        """
        return self._mapping(SessionAnswer, "POST", "/sessions", {"username": username, "ttl": ttl})

    def outbox(
        self,
        to: str | None = None,
        username: str | None = None,
        after: int | None = None,
        wait: str | None = None,
    ) -> list[MailAnswer]:
        """Return the matching mails of this sandbox, oldest first. No mail is ever sent.

        `to` is the address as it was given, `username` the user. `after` is the `id` of a mail:
        only later ones count. `wait`, such as `2s` (at most `60s`), waits on the server until a
        mail matches; when the time is up, the list is empty. A mail has `id`, `time`, `to`,
        `username`, `subject`, `html`, `link`, `code`, `delivered` and `reason`.
        """
        query = {"to": to, "username": username, "after": after, "wait": wait}
        return self._control.ask(MailsAnswer, "GET", "/outbox", **query).messages

    def negative_cookies(self, kind: str) -> dict[str, str]:
        """Return a cookie that must be refused, as a dict for requests or httpx.

        `kind` is `tampered`, `unsigned`, `wrong-secret`, `unknown-session`, `expired` or
        `userless`.
        """
        return {COOKIE_NAME: self._control.ask(CookieAnswer, "GET", "/cookies", kind=kind).cookie}

    def put_user(
        self,
        username: str,
        *,
        password: str | None = None,
        verified: bool = True,
        **fields: Any,
    ) -> Mapping[str, Any]:
        """Create or replace a user. Returns the user, without the password.

        `password` is plain text; without one, nobody can log in as the user. The other fields are
        those of the fixtures: `uid`, `email`, `token` and `scenario`. Each has a default.
        """
        body = {"password": password, "verified": verified, **fields}
        return self._mapping(UserAnswer, "PUT", f"/users/{quote(username, safe='')}", body)

    def user(self, username: str) -> Mapping[str, Any]:
        """Return the current user, including the token."""
        return self._mapping(UserAnswer, "GET", f"/users/{quote(username, safe='')}")

    def scenario(self, name: str) -> Undo:
        """Switch to a scenario. As a context manager, switch back on exit."""
        before = self._control.ask(ScenariosAnswer, "GET", "/scenarios").active
        self._control.call("PUT", "/scenario", {"name": name})
        return Undo(self._control, "PUT", "/scenario", {"name": before})

    def fault(self, **fields: Any) -> Undo:
        """Add a fault with the fields of the fixtures. As a context manager, remove it on exit."""
        added = self._control.ask(AdHocFaultAnswer, "POST", "/faults", fields)
        return Undo(self._control, "DELETE", f"/faults/{added.id}")

    def requests(
        self, path: str | None = None, code: int | None = None, username: str | None = None
    ) -> list[RecordedRequest]:
        """Return the matching requests to this sandbox, oldest first."""
        query = {"endpoint": path, "code": code, "username": username}
        found = self._mapping(EntriesAnswer, "GET", "/requests", **query)
        return [RecordedRequest(entry) for entry in found["requests"]]

    def assert_requested(
        self, path: str, code: int | None = None, times: int | None = None, wait: str = "0s"
    ) -> None:
        """Assert that the endpoint was requested `times` times, by default at least once.

        With `code`, only replies with this code count. `wait` is the longest time to wait for an
        asynchronous client, such as `2s`. The AssertionError lists the received requests, with the
        reasons for their replies.
        """
        __tracebackhide__ = True
        least = 1 if times is None else times
        query = {"endpoint": path, "code": code, "at_least": least, "wait": wait}
        found = self._control.ask(CountAnswer, "GET", "/requests/count", **query)
        count, complete = found.count, found.complete
        certain = complete or times is None
        if certain and (count == times or (times is None and count)):
            return
        wanted = f"{path} answered with {code}" if code else path
        expected = "at least once" if times is None else f"{times} time{'s' * (times != 1)}"
        came = "\n".join(f"  {request}" for request in self.requests()) or "  nothing"
        note = "" if complete else "\n(the journal has evicted older requests)"
        raise AssertionError(
            f"expected {wanted} {expected}, found it {count} time{'s' * (count != 1)}; "
            f"this is what came:\n{came}{note}"
        )

    def coverage(self, page: str = "token") -> Mapping[str, Any]:
        """Return how often this sandbox has answered each pair of a page (`all`: of all pages)."""
        return self._mapping(CoverageAnswer, "GET", "/coverage", page=page)

    def reset(self) -> None:
        """Reset the sandbox to its state at the start, with the same sessions."""
        self._control.call("POST", "/reset")

    def close(self) -> None:
        """Delete the sandbox. Does nothing if it is gone already."""
        with suppress(ControlPlaneError):
            self._control.call("DELETE", "")

    def _mapping(
        self, kind: type[Struct], method: str, path: str, body: object = None, **query: Any
    ) -> Mapping[str, Any]:
        """Send a call, and return its answer as a dict after checking its type."""
        document: Mapping[str, Any] = self._control.call(method, path, body, **query)
        read_answer(document, kind, f"{method} {path}")
        return document


def make_sandbox(
    control: ControlPlane, scenario: str | None = None, ttl: str | None = None
) -> NewSandboxAnswer:
    """Create a sandbox. The answer has its URLs."""
    body = {"scenario": scenario, "ttl": ttl}
    given = {key: value for key, value in body.items() if value is not None}
    return control.ask(NewSandboxAnswer, "POST", "/sandboxes", given)


class Remote:
    """A running mock at the origin `url`.

    Methods raise ControlPlaneError if the mock refuses a call, OSError if it cannot be reached.
    """

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = admin_token
        self._control = ControlPlane(self.admin_url, admin_token)

    @property
    def api_url(self) -> str:
        """The base URL of the mocked API."""
        return f"{self.url}/api/v2"

    @property
    def admin_url(self) -> str:
        """The base URL of the control plane."""
        return f"{self.url}/__admin"

    @property
    def control(self) -> ControlPlane:
        """The control plane of the default sandbox."""
        return self._control

    def sandbox(self, scenario: str | None = None, ttl: str | None = None) -> SandboxClient:
        """Create a sandbox that the caller closes. `ttl` is how long it may idle, such as `10m`."""
        made = make_sandbox(self._control, scenario, ttl)
        return SandboxClient(ControlPlane(self.url + made.admin, self._token), made)

    def covered(self) -> set[tuple[str, int]]:
        """Return the (endpoint, code) pairs that the server has answered, in any sandbox."""
        query = {"scope": "server", "page": "all"}
        pairs = self._control.ask(CoverageAnswer, "GET", "/coverage", **query).pairs
        return {(pair.endpoint, pair.code) for pair in pairs if pair.count}
