"""Access control of the control plane.

The mock runs next to a browser that loads untrusted pages. On loopback it therefore checks `Host`,
which stops DNS rebinding. It refuses foreign origins, which stops cross-site requests. If other
machines can reach the port, it requires a token.

A proxy on loopback may set `X-Forwarded-Proto` and `X-Forwarded-Host`. These headers determine the
mock's own origin, but they never replace the check of `Host`: a page that has rebound its name is
same-origin and can send them without a preflight. `X-Forwarded-Host` is checked as well, because a
proxy that rewrites `Host` would otherwise hide the name of such a page.
"""

from __future__ import annotations

from falcon import Request, Response

from mockserver.errors import shortened
from mockserver.http.admin.page_files import PAGE_PATHS
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.admin.public_url import forwarded_host, public_origin
from mockserver.http.admin.token import carries
from mockserver.http.authority import (
    Origin,
    is_loopback_host,
    read_authority,
    read_origin,
)
from mockserver.http.paths import ADMIN_PATH, sent_authority
from mockserver.http.problems import ADMIN_HEADERS, ProblemError

HEALTH_PATH = ADMIN_PATH + "/health"


class AdminGate:
    """Falcon middleware that enforces an AdminPolicy."""

    def __init__(self, policy: AdminPolicy) -> None:
        self._policy = policy

    def process_request(self, req: Request, _resp: Response) -> None:
        policy = self._policy
        # Health checks have no token.
        is_health = req.path == HEALTH_PATH and req.method in ("GET", "HEAD")
        if not (policy.enabled or is_health):
            raise ProblemError(404, "Not found", "the control plane is disabled")
        if policy.loopback:
            self._check_hosts(req)
        self._check_origin(req)
        if req.method == "OPTIONS" and req.get_header("Access-Control-Request-Method"):
            return
        if policy.enabled and (policy.token is None or self._has_token(req, policy.token)):
            return
        if not is_health:
            if req.path in PAGE_PATHS and req.method in ("GET", "HEAD"):
                return  # the page asks for the token itself
            raise ProblemError(
                401, "Token needed", "expected 'Authorization: Bearer' and the admin token"
            )
        req.context.anonymous = True

    def _check_hosts(self, req: Request) -> None:
        """Refuse unless every name that the request gives this server is allowed."""
        # The authority of an absolute target counts more than Host (RFC 9112, 3.2.2).
        for name, text in (
            ("Host", req.env.get("HTTP_HOST", "")),
            ("request target", sent_authority(req)),
            ("X-Forwarded-Host", forwarded_host(req)),
        ):
            if text is None or self._is_allowed_host(text):
                continue
            raise ProblemError(
                403,
                "Host not allowed",
                "the control plane answers to localhost, 127.0.0.0/8 and [::1], "
                f"not to {name} {shortened(text)}; --admin-allow-host allows others",
            )

    def _is_allowed_host(self, text: str) -> bool:
        authority = read_authority(text)
        return authority is not None and (
            is_loopback_host(authority.host) or authority.host in self._policy.allow_hosts
        )

    def _is_allowed_origin(self, origin: Origin | None) -> bool:
        return origin is not None and str(origin) in self._policy.allow_origins

    def _check_origin(self, req: Request) -> None:
        header = req.get_header("Origin")
        if header is not None:
            origin = read_origin(header)
            if self._is_allowed_origin(origin):
                return
            if origin is None or origin != public_origin(req):
                raise ProblemError(
                    403,
                    "Origin not allowed",
                    f"pages of {shortened(header)} may not call the control plane; "
                    "--admin-allow-origin allows them",
                )
        site = req.get_header("Sec-Fetch-Site")
        if site is not None and site not in ("same-origin", "none"):
            raise ProblemError(
                403,
                "Origin not allowed",
                f"{shortened(site)} requests may not call the control plane; "
                "--admin-allow-origin allows pages by their origin",
            )

    def _has_token(self, req: Request, token: str) -> bool:
        return carries(req.get_header("Authorization") or "", token)

    def process_response(
        self, req: Request, resp: Response, _resource: object, _req_succeeded: bool
    ) -> None:
        resp.set_headers(ADMIN_HEADERS)
        if resp.status_code == 401:
            resp.set_header("WWW-Authenticate", "Bearer")
        header = req.get_header("Origin")
        if header is not None and self._is_allowed_origin(read_origin(header)):
            resp.set_header("Vary", "Origin")
            resp.set_header("Access-Control-Allow-Origin", header)
            if req.method == "OPTIONS":
                resp.set_header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
                resp.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
