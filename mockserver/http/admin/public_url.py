"""The URL of this server as the client knows it, behind any proxies."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from falcon import Request

from mockserver.http.authority import (
    Authority,
    Origin,
    in_url,
    is_loopback_address,
    origin_of,
    read_authority,
)

_SCHEMES: Final = ("http", "https")


def forwarded_host(req: Request) -> str | None:
    """Return the client's `Host` as reported by a proxy on this machine, or None.

    The first of several values is the client's. Peers that are not on loopback are not trusted. A
    peer without an address uses a Unix socket or is in this process, and is trusted.
    """
    return _forwarded(req, "HTTP_X_FORWARDED_HOST")


def _forwarded(req: Request, name: str) -> str | None:
    peer = req.env.get("REMOTE_ADDR")
    if peer and not is_loopback_address(peer):
        return None
    return req.env.get(name, "").partition(",")[0].strip(" \t") or None


def public_origin(req: Request) -> Origin | None:
    """Return the origin of this server as the client knows it. None if `Host` is malformed.

    Ignores a malformed value from a proxy.
    """
    authority = read_authority(forwarded_host(req) or "") or read_authority(
        req.env.get("HTTP_HOST", "")
    )
    return None if authority is None else origin_of(_scheme(req), authority)


def public_url(req: Request) -> str:
    """Return the URL of this server as the client knows it: its origin and its mount prefix.

    The server's own name replaces a malformed `Host`.
    """
    origin = public_origin(req)
    if origin is None:
        name, port = req.env["SERVER_NAME"], req.env["SERVER_PORT"]
        origin = origin_of(_scheme(req), Authority(in_url(name), int(port)))
    prefix = req.env.get("SCRIPT_NAME", "").rstrip("/")
    return str(origin) + quote(prefix, safe="/~!$&'()*+,;=:@", encoding="latin-1")


def _scheme(req: Request) -> str:
    said = (_forwarded(req, "HTTP_X_FORWARDED_PROTO") or "").lower()
    return said if said in _SCHEMES else req.scheme
