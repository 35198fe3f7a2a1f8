"""The sandbox of a run, which provokes codes that cannot be provoked from outside."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.call_types import CookieKind
from mockserver.errors import MockError
from mockserver.testing.client import SandboxClient
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError
from mockserver.testing.remote import make_sandbox
from mockserver.verify.bounded import within
from mockserver.verify.examiner import SentCookie
from mockserver.verify.failures import described
from mockserver.verify.judge import Claims
from mockserver.verify.members import GOOD_PASSWORD, Member
from mockserver.verify.target import HttpApi, HttpReply

ADMIN_PATH: Final = "/__admin"
_TTL: Final = "30m"


class BoundedControlPlane(ControlPlane):
    """A control plane whose calls have a timeout, and raise only ControlPlaneError."""

    def __init__(self, admin_url: str, token: str | None, timeout_s: float) -> None:
        super().__init__(admin_url, token)
        self.url = admin_url
        self._token = token
        self._timeout_s = timeout_s

    def under(self, path: str) -> BoundedControlPlane:
        """Return the control plane of a sandbox, by its admin path."""
        url = self.url + path.removeprefix(ADMIN_PATH)
        return BoundedControlPlane(url, self._token, self._timeout_s)

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Send a call, see ControlPlane."""
        seconds, plain = self._timeout_s, super().call
        try:
            return within(seconds, lambda: plain(method, path, body, **query))
        except TimeoutError:
            words = f"no whole reply within {seconds:g} s"
        except (OSError, http.client.HTTPException, ValueError) as error:
            words = described(error)[1]
        raise ControlPlaneError(f"--admin: {method} {self.url}{path}: {words}")


def probe_control_plane(admin_url: str, token: str | None, timeout_s: float) -> None:
    """Raise MockError unless the control plane of a mock answers at this URL."""
    target = HttpApi(admin_url, timeout_s)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        reply = target.send("GET", f"{urlsplit(admin_url).path}/health", headers)
    except MockError as error:
        raise ControlPlaneError(f"--admin: {error}") from None
    if not isinstance(reply.document, dict) or reply.document.get("status") != "ok":
        raise ControlPlaneError(f"--admin: {admin_url}: {_complaint(reply)}")
    if "version" not in reply.document:  # it is omitted without a valid token
        got = "none" if token is None else "another one"
        raise ControlPlaneError(f"--admin-token: expected the control plane's token, got {got}")


def _complaint(reply: HttpReply) -> str:
    if isinstance(reply.document, dict) and isinstance(reply.document.get("detail"), str):
        return str(reply.document["detail"])
    return f"HTTP {reply.status}; this is no control plane of animeloop-mock"


class SandboxUsers:
    """Creates users and sessions in the sandbox of a run."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox

    def create(self, name: str, uid: int | None = None, label: str = "") -> SentCookie:
        """Create a user without a token, and log in."""
        self.sandbox.put_user(name, uid=uid)
        return self.log_in(Claims(name, uid), label or f"the cookie of {name}")

    def member(self, name: str, verified: bool = True, token: str | None = None) -> Member:
        """Create a user who has a password."""
        email = f"{name}@example.org"
        self.sandbox.put_user(
            name, email=email, password=GOOD_PASSWORD, verified=verified, token=token
        )
        return Member(name, GOOD_PASSWORD)

    def mailed_codes(self, username: str) -> list[str]:
        """Return the codes of the mails to a user, oldest first."""
        return [mail.code for mail in self.sandbox.outbox(username=username) if mail.code]

    @property
    def prefix(self) -> str:
        """The path before `/api/v2` under which the sandbox answers."""
        return f"/__sandbox/{self.sandbox.id}"

    def log_in(self, claims: Claims, label: str, ttl: str = "30h") -> SentCookie:
        """Create a session of a user. `ttl` is its lifetime, such as `30h`."""
        session = self.sandbox.new_session(claims.username, ttl)
        return SentCookie(session.cookie_header, label, claims)

    def refused(self, kind: CookieKind) -> SentCookie:
        """Return a cookie that must be refused, by its kind in the control plane."""
        ((name, value),) = self.sandbox.negative_cookies(kind).items()
        return SentCookie(f"{name}={value}", f"a cookie of the kind {kind}")


@contextmanager
def sandbox_users(control: BoundedControlPlane) -> Iterator[SandboxUsers]:
    """Create a sandbox for the run, and delete it at the end, even after an error.

    Raises ControlPlaneError.
    """
    made = make_sandbox(control, scenario="normal", ttl=_TTL)
    sandbox = SandboxClient(control.under(made.admin), made)
    try:
        yield SandboxUsers(sandbox)
    finally:
        sandbox.close()
