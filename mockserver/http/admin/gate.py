"""Who may call the control plane.

A mock listens beside a browser that runs the pages of strangers. Hence: on loopback only with a
Host that names loopback (against DNS rebinding), from no other origin (against cross-site
requests), and with a token where others reach the port.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from typing import Final

from falcon import Request, Response
from msgspec import Struct

from mockserver.http.paths import ADMIN_PATH, ORIGIN_PART
from mockserver.http.problems import ProblemError

HEALTH_PATH: Final = ADMIN_PATH + "/health"
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")


class AdminPolicy(Struct, frozen=True):
    """How the control plane is guarded; `token` None asks for none."""

    enabled: bool = True
    loopback: bool = True
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()


def is_loopback(host: str) -> bool:
    """Whether a host name, without port, can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class AdminGate:
    """Falcon middleware that refuses who may not call the control plane."""

    def __init__(self, policy: AdminPolicy) -> None:
        self._policy = policy

    def process_request(self, req: Request, _resp: Response) -> None:
        policy = self._policy
        if not policy.enabled:
            raise ProblemError(404, "Not found", "the control plane is switched off")
        if policy.loopback:
            self._check_host(req)
        self._check_origin(req)
        if req.method == "OPTIONS" and req.get_header("Access-Control-Request-Method"):
            return
        if policy.token is not None and not self._has_token(req, policy.token):
            if req.path == HEALTH_PATH:
                req.context.anonymous = True
                return
            raise ProblemError(
                401, "Token needed", "expected 'Authorization: Bearer' and the admin token"
            )

    def _check_host(self, req: Request) -> None:
        header = req.get_header("Host") or ""
        # The authority of an absolute target counts more than Host (RFC 9112, 3.2.2).
        target = ORIGIN_PART.match(str(req.env.get("REQUEST_URI", "")))
        if all(map(self._is_allowed_host, [header, target[1]] if target else [header])):
            return
        if target:
            header = target[1]
        raise ProblemError(
            403,
            "Host not allowed",
            f"the control plane answers to localhost, 127.0.0.0/8 and [::1], not to Host "
            f"{header!r}; --admin-allow-host allows others",
        )

    def _is_allowed_host(self, header: str) -> bool:
        found = _HOST.fullmatch(header)
        host = found[1] if found else ""
        return is_loopback_host_header(host) or host in self._policy.allow_hosts

    def _check_origin(self, req: Request) -> None:
        origin = req.get_header("Origin")
        if origin is not None and origin in self._policy.allow_origins:
            return
        if origin is not None and origin != f"{req.scheme}://{req.get_header('Host')}":
            raise ProblemError(
                403,
                "Origin not allowed",
                f"pages of {origin!r} may not call the control plane; "
                "--admin-allow-origin allows them",
            )
        site = req.get_header("Sec-Fetch-Site")
        if site is not None and site not in ("same-origin", "none"):
            raise ProblemError(
                403,
                "Origin not allowed",
                f"{site} requests may not call the control plane; "
                "--admin-allow-origin allows pages by their origin",
            )

    def _has_token(self, req: Request, token: str) -> bool:
        scheme, _, given = (req.get_header("Authorization") or "").partition(" ")
        matches = hmac.compare_digest(given.strip().encode("latin-1", "replace"), token.encode())
        return scheme.lower() == "bearer" and matches

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        resp.set_header("Cache-Control", "no-store")
        if resp.status_code == 401:
            resp.set_header("WWW-Authenticate", "Bearer")
        origin = req.get_header("Origin")
        if origin is not None and origin in self._policy.allow_origins:
            resp.set_header("Vary", "Origin")
            resp.set_header("Access-Control-Allow-Origin", origin)
            if req.method == "OPTIONS":
                resp.set_header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
                resp.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type")


def is_loopback_host_header(host: str) -> bool:
    """Whether the host of a Host header is exactly `localhost`, in 127.0.0.0/8, or `[::1]`."""
    if host in ("localhost", "[::1]"):
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False
