"""A sandbox of a mock, made for the run: what cannot be provoked from outside is provoked there."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.errors import MockError
from mockserver.testing.client import SandboxClient, make_sandbox
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError
from mockserver.verify.bounded import within
from mockserver.verify.examiner import Credentials
from mockserver.verify.failures import described
from mockserver.verify.judge import Claims
from mockserver.verify.target import HttpApi, HttpReply

ADMIN_PATH: Final = "/__admin"
_TTL: Final = "30m"


class BoundedControlPlane(ControlPlane):
    """A control plane whose calls end in time, and fail with ControlPlaneError alone."""

    def __init__(self, admin_url: str, token: str | None, timeout_s: float) -> None:
        super().__init__(admin_url, token)
        self.url = admin_url
        self._token = token
        self._timeout_s = timeout_s

    def under(self, path: str) -> BoundedControlPlane:
        """The control plane of a sandbox, by its admin path."""
        url = self.url + path.removeprefix(ADMIN_PATH)
        return BoundedControlPlane(url, self._token, self._timeout_s)

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """As in ControlPlane."""
        seconds, plain = self._timeout_s, super().call
        try:
            return within(seconds, lambda: plain(method, path, body, **query))
        except TimeoutError:
            words = f"no whole reply within {seconds:g} s"
        except (OSError, http.client.HTTPException, ValueError) as error:
            words = described(error)[1]
        raise ControlPlaneError(f"--admin: {method} {self.url}{path}: {words}")


def probe_control_plane(admin_url: str, token: str | None, timeout_s: float) -> None:
    """Raise MockError, with what would be right, unless a mock's control plane answers there."""
    target = HttpApi(admin_url, timeout_s)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        reply = target.send("GET", f"{urlsplit(admin_url).path}/health", headers)
    except MockError as error:
        raise ControlPlaneError(f"--admin: {error}") from None
    if not isinstance(reply.document, dict) or reply.document.get("status") != "ok":
        raise ControlPlaneError(f"--admin: {admin_url}: {_complaint(reply)}")
    if "version" not in reply.document:  # what it does not tell without the token
        got = "none" if token is None else "another one"
        raise ControlPlaneError(f"--admin-token: expected the control plane's token, got {got}")


def _complaint(reply: HttpReply) -> str:
    if isinstance(reply.document, dict) and isinstance(reply.document.get("detail"), str):
        return str(reply.document["detail"])
    return f"HTTP {reply.status}; this is no control plane of animeloop-mock"


class SandboxUsers:
    """Users and sessions in a sandbox."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox

    def create(self, name: str, uid: int | None = None, label: str = "") -> Credentials:
        """A user without a token, logged in."""
        self.sandbox.put_user(name, uid=uid)
        return self.log_in(Claims(name, uid), label or f"the cookie of {name}")

    def log_in(self, claims: Claims, label: str, ttl: str = "30h") -> Credentials:
        """One more session of a user."""
        session = self.sandbox.log_in(claims.username, ttl)
        return Credentials(session["cookie_header"], label, claims)

    def refused(self, kind: str) -> Credentials:
        """A cookie that must be refused, by its kind in the control plane."""
        ((name, value),) = self.sandbox.negative_cookies(kind).items()
        return Credentials(f"{name}={value}", f"a cookie of the kind {kind}")


@contextmanager
def sandbox_users(control: BoundedControlPlane) -> Iterator[SandboxUsers]:
    """A sandbox for the run; it is deleted at the end, however that comes.

    Raises ControlPlaneError.
    """
    made = make_sandbox(control, scenario="normal", ttl=_TTL)
    sandbox = SandboxClient(control.under(made.admin), made)
    try:
        yield SandboxUsers(sandbox)
    finally:
        sandbox.close()
