"""The Python client of a running mock, for tests.

Made from `async_client.py`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Unpack
from urllib.parse import quote

from mockserver.call_types import (
    BodyPattern,
    CookieKind,
    FaultFields,
    HeadersPattern,
    PageName,
    QueryPattern,
    ScenarioName,
    UserFields,
)
from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.http.admin.answers import (
    AdHocFaultAnswer,
    CookieAnswer,
    FaultsAnswer,
    HealthAnswer,
    NewSandboxAnswer,
    ScenarioAnswer,
    ScenariosAnswer,
    SessionAnswer,
    SessionsAnswer,
    TokenAnswer,
    UserAnswer,
    UsersAnswer,
)
from mockserver.http.admin.record_answers import (
    CountAnswer,
    CoverageAnswer,
    EntriesAnswer,
    EntryAnswer,
    MailAnswer,
    MailsAnswer,
)
from mockserver.state.clock import monotonic
from mockserver.testing.arguments import api_path, page_size, session_times, time_left
from mockserver.testing.calling import ControlPlaneError
from mockserver.testing.changes import Applied, Change
from mockserver.testing.clock import ClockClient
from mockserver.testing.control_plane import ControlPlane
from mockserver.testing.login import CAPTCHA_VALUE, posted_login
from mockserver.testing.matching import Expectation, Pattern, expectation

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


class SandboxClient:
    """A sandbox of a running mock, with its own users, tokens, scenario, clock and journal.

    Methods raise ControlPlaneError if the mock refuses a call, OSError if it cannot be reached. As
    a context manager it deletes the sandbox on exit.
    """

    def __init__(self, control: ControlPlane, made: NewSandboxAnswer) -> None:
        self._control = control
        self.made = made
        self.clock = ClockClient(control)
        self._of_fixtures: dict[str | None, str] = {}
        for session in made.sessions:
            self._of_fixtures.setdefault(session.username, session.cookie)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.api_url}>"

    def __enter__(self) -> SandboxClient:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def id(self) -> str:
        """The id of the sandbox."""
        return self.made.id

    @property
    def api_url(self) -> str:
        """The base URL of the mocked API in this sandbox."""
        return self.made.api_url

    @property
    def control(self) -> ControlPlane:
        """The sandbox's control plane."""
        return self._control

    def url(self, path: str = "") -> str:
        """Return the URL of an API path, such as `/auth/token`, in this sandbox.

        Raises UsageError if the path does not begin with a slash, or repeats `/api/v2`.
        """
        return self.api_url + api_path(path)

    def cookies(self, username: str) -> dict[str, str]:
        """Return the session cookie of a user, as a dict for requests or httpx.

        It belongs to the user's first session in the fixtures. If there is none, it belongs to any
        other session of the user, or to a new one.
        """
        cookie = self._of_fixtures.get(username)
        if cookie is None:
            found = self.sessions(username, limit=1)
            session = found[0] if found else self.new_session(username)
            cookie = session.cookie
        return {COOKIE_NAME: cookie}

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
        if password is None:
            session = self.new_session(username)
            return {COOKIE_NAME: session.cookie}
        url = self.url("/auth/login")
        return {COOKIE_NAME: posted_login(url, username, password, captcha)}

    def negative_cookies(self, kind: CookieKind) -> dict[str, str]:
        """Return a cookie that must be refused, as a dict for requests or httpx."""
        found = self._control.ask(CookieAnswer, "GET", "/cookies", kind=kind)
        return {COOKIE_NAME: found.cookie}

    def sessions(
        self, username: str | None = None, limit: int | None = None
    ) -> list[SessionAnswer]:
        """Return the sessions of one user or of all users, at most `limit`."""
        found: list[SessionAnswer] = []
        after = None
        while (size := page_size(limit, len(found))) > 0:
            query = {"username": username, "limit": size, "after": after}
            page = self._control.ask(SessionsAnswer, "GET", "/sessions", **query)
            found += page.sessions
            after = page.next
            if after is None:
                break
        return found

    def session(self, sid: str) -> SessionAnswer:
        """Return a session, by its id."""
        return self._control.ask(SessionAnswer, "GET", f"/sessions/{quote(sid, safe='')}")

    def new_session(
        self, username: str | None, ttl: str | None = None, expires: str | None = None
    ) -> SessionAnswer:
        """Create a session. `username` None: nobody is in it.

        It lives for `ttl`, by default `30h`, or until `expires`, such as `2026-01-01T00:00:00Z`.
        """
        body = {"username": username, **session_times(ttl, expires)}
        return self._control.ask(SessionAnswer, "POST", "/sessions", body)

    def put_session(
        self, sid: str, username: str | None, ttl: str | None = None, expires: str | None = None
    ) -> SessionAnswer:
        """Create or replace the session of this id, see `new_session`."""
        body = {"username": username, **session_times(ttl, expires)}
        path = f"/sessions/{quote(sid, safe='')}"
        return self._control.ask(SessionAnswer, "PUT", path, body)

    def delete_session(self, sid: str) -> None:
        """Delete a session, by its id. Its cookie is then unknown."""
        self._control.call("DELETE", f"/sessions/{quote(sid, safe='')}")

    def users(self, limit: int | None = None) -> list[UserAnswer]:
        """Return the users, at most `limit`."""
        found: list[UserAnswer] = []
        after = None
        while (size := page_size(limit, len(found))) > 0:
            page = self._control.ask(UsersAnswer, "GET", "/users", limit=size, after=after)
            found += page.users
            after = page.next
            if after is None:
                break
        return found

    def user(self, username: str) -> UserAnswer:
        """Return the current user, including the token."""
        return self._control.ask(UserAnswer, "GET", f"/users/{quote(username, safe='')}")

    def put_user(
        self,
        username: str,
        *,
        password: str | None = None,
        verified: bool = True,
        **fields: Unpack[UserFields],
    ) -> UserAnswer:
        """Create or replace a user. Returns the user, without the password.

        `password` is plain text; without one, nobody can log in as the user. The other fields are
        those of the fixtures: `uid`, `email`, `token`, `scenario`, and for profile `dashboard`
        `admin`, `avatar` and `tokens`. Each has a default.
        """
        body = {"password": password, "verified": verified, **fields}
        path = f"/users/{quote(username, safe='')}"
        return self._control.ask(UserAnswer, "PUT", path, body)

    def delete_user(self, username: str) -> None:
        """Delete a user. The sessions stay, and answer 1940102."""
        self._control.call("DELETE", f"/users/{quote(username, safe='')}")

    def put_token(
        self, username: str, token_id: int, token: str = "issue", *, name: str | None = None
    ) -> TokenAnswer:
        """Add a token to the list of a user, or replace it (profile `dashboard`)."""
        body = {"token": token} if name is None else {"name": name, "token": token}
        path = f"/users/{quote(username, safe='')}/tokens/{token_id}"
        return self._control.ask(TokenAnswer, "PUT", path, body)

    def delete_token(self, username: str, token_id: int) -> None:
        """Remove a token from the list of a user (profile `dashboard`)."""
        path = f"/users/{quote(username, safe='')}/tokens/{token_id}"
        self._control.call("DELETE", path)

    def scenarios(self) -> ScenariosAnswer:
        """Return all scenarios, and the name of the active one."""
        return self._control.ask(ScenariosAnswer, "GET", "/scenarios")

    def scenario(self, name: ScenarioName) -> Change[ScenarioAnswer]:
        """Switch to a scenario. As a context manager, switch back on exit."""
        return Change(self._control, self._switch(name))

    def _switch(self, name: ScenarioName) -> Applied[ScenarioAnswer]:
        before = self.scenarios()
        put = self._control.ask(ScenarioAnswer, "PUT", "/scenario", {"name": name})
        return Applied(put, "PUT", "/scenario", {"name": before.active})

    def reset_scenario(self) -> None:
        """Switch back to the scenario of the start."""
        self._control.call("DELETE", "/scenario")

    def faults(self) -> list[AdHocFaultAnswer]:
        """Return the faults that were added, and how often each has fired."""
        found = self._control.ask(FaultsAnswer, "GET", "/faults")
        return found.faults

    def fault(self, **fields: Unpack[FaultFields]) -> Change[AdHocFaultAnswer]:
        """Add a fault with the fields of the fixtures. As a context manager, remove it on exit."""
        return Change(self._control, self._add_fault(fields))

    def _add_fault(self, fields: FaultFields) -> Applied[AdHocFaultAnswer]:
        added = self._control.ask(AdHocFaultAnswer, "POST", "/faults", fields)
        return Applied(added, "DELETE", f"/faults/{added.id}")

    def delete_fault(self, fault_id: int) -> None:
        """Remove a fault that was added, by its id."""
        self._control.call("DELETE", f"/faults/{fault_id}")

    def clear_faults(self) -> None:
        """Remove all faults that were added."""
        self._control.call("DELETE", "/faults")

    def outbox(
        self,
        to: str | None = None,
        username: str | None = None,
        after: int | None = None,
        *,
        wait: str | None = None,
        limit: int | None = None,
    ) -> list[MailAnswer]:
        """Return the matching mails of this sandbox, oldest first. No mail is ever sent.

        `to` is the address as it was given, `username` the user. `after` is the `id` of a mail:
        only later ones count. `wait`, such as `2s` (at most `60s`), waits on the server until a
        mail matches; when the time is up, the list is empty. A mail has `id`, `time`, `to`,
        `username`, `subject`, `html`, `link`, `code`, `delivered` and `reason`.
        """
        if wait is not None:
            self._control.about_to_wait(f"outbox(wait={wait!r})")
        query = {"to": to, "username": username, "after": after, "wait": wait, "limit": limit}
        found = self._control.ask(MailsAnswer, "GET", "/outbox", **query)
        return found.messages

    def mail(self, mail_id: int) -> MailAnswer:
        """Return a mail, by its id."""
        return self._control.ask(MailAnswer, "GET", f"/outbox/{mail_id}")

    def clear_outbox(self) -> None:
        """Delete all mails of the outbox."""
        self._control.call("DELETE", "/outbox")

    def requests(
        self,
        path: str | None = None,
        code: int | None = None,
        username: str | None = None,
        after: int | None = None,
        *,
        wait: str | None = None,
        limit: int | None = None,
    ) -> list[EntryAnswer]:
        """Return the matching requests to this sandbox, oldest first.

        `after` is the `id` of a request: only later ones count. `wait`, such as `2s` (at most
        `60s`), waits on the server until a request matches.
        """
        if wait is not None:
            self._control.about_to_wait(f"requests(wait={wait!r})")
        query = {"endpoint": path, "code": code, "username": username, "after": after}
        found = self._entries(**query, wait=wait, limit=limit)
        return found.requests

    def request(self, request_id: int) -> EntryAnswer:
        """Return a request of the journal, by its id."""
        return self._control.ask(EntryAnswer, "GET", f"/requests/{request_id}")

    def clear_requests(self) -> None:
        """Delete all requests of the journal."""
        self._control.call("DELETE", "/requests")

    def har(
        self, path: str | None = None, code: int | None = None, username: str | None = None
    ) -> dict[str, Any]:
        """Return the matching requests as HAR 1.2, which developer tools of browsers open."""
        query = {"endpoint": path, "code": code, "username": username}
        found: dict[str, Any] = self._control.call("GET", "/requests.har", **query)
        return found

    def assert_requested(
        self,
        path: str,
        code: int | None = None,
        times: int | None = None,
        *,
        method: str | None = None,
        query: QueryPattern | None = None,
        headers: HeadersPattern | None = None,
        body: BodyPattern | None = None,
        wait: str = "0s",
    ) -> None:
        """Assert that the endpoint was requested `times` times, by default at least once.

        - With `code`, only replies with this code count; with `method`, only this method.
        - `query` is the whole query, as parameters or as text. Empty: there was none.
        - `headers` are headers among others. None: the header was absent.
        - `body` is the whole body: its fields, in a form or in JSON, or its text. Empty text: there
          was none. JSON text is compared as values. Of a body over 4 KB, expect text: only the
          beginning is compared. UsageError otherwise.
        - What the journal redacts counts as equal, in headers and query too.
        - `wait` is the longest time to wait for a client that works in the background, such as
          `2s`, at most `60s`. With `times` it waits until the time is up, or until one request too
          many came; without, until one came.

        The AssertionError lists the received requests, with the reasons for their replies.
        """
        __tracebackhide__ = True
        expected = expectation(path, code, times, Pattern(method, query, headers, body))
        if wait != "0s":
            self._control.about_to_wait(f"assert_requested(wait={wait!r})")
        if expected.pattern.is_empty:
            counting = {"endpoint": path, "code": code, "at_least": expected.least, "wait": wait}
            found = self._control.ask(CountAnswer, "GET", "/requests/count", **counting)
            count, complete = found.count, found.complete
        else:
            count, complete = self._count(expected, wait)
        if not expected.is_met(count, complete):
            raise expected.failure(count, complete, self.requests())

    def _count(self, expected: Expectation, wait: str) -> tuple[int, bool]:
        """Count the requests as expected, and wait for them as long as `wait`."""
        count, complete, after = 0, True, 0
        begin = monotonic()
        left: str | None = wait
        while left is not None:
            query = {"endpoint": expected.path, "code": expected.code}
            page = self._entries(**query, after=after, wait=left)
            complete = complete and page.complete
            count += sum(expected.pattern.mismatch(entry) is None for entry in page.requests)
            if page.requests:
                after = page.requests[-1].id
            left = None if count >= expected.least else time_left(wait, begin)
        return count, complete

    def _entries(self, **query: object) -> EntriesAnswer:
        return self._control.ask(EntriesAnswer, "GET", "/requests", **query)

    def coverage(self, page: PageName = "token") -> CoverageAnswer:
        """Return how often this sandbox has answered each pair of a page (`all`: of all pages)."""
        return self._control.ask(CoverageAnswer, "GET", "/coverage", page=page)

    def export(self) -> str:
        """Return the state as the YAML of a fixture file, with passwords."""
        return self._control.text("GET", "/fixtures.yaml")

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document of the mocked API."""
        document: dict[str, Any] = self._control.call("GET", "/openapi.json")
        return document

    def health(self) -> HealthAnswer:
        """Return the status of the mock."""
        return self._control.ask(HealthAnswer, "GET", "/health")

    def reset(self) -> None:
        """Reset the sandbox to its state at the start, with the same sessions."""
        self._control.call("POST", "/reset")

    def close(self) -> None:
        """Delete the sandbox. Does nothing if it is gone already."""
        with suppress(ControlPlaneError):
            self._control.call("DELETE", "")
