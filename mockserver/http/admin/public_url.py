"""Under which URL a client has reached this server, proxies in between included."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from falcon import Request

from mockserver.http.authority import (
    Authority,
    Origin,
    is_loopback_address,
    origin_of,
    read_authority,
)

_SCHEMES: Final = ("http", "https")


def forwarded_host(req: Request) -> str | None:
    """What a proxy on this machine says the client sent as `Host`; None where none says so.

    Of several values, one for each proxy, the first is the client's. A peer that is not on
    loopback is no proxy that this server knows, and what it says does not count. A peer without an
    address has come through a Unix socket, or is in this process.
    """
    return _forwarded(req, "HTTP_X_FORWARDED_HOST")


def _forwarded(req: Request, name: str) -> str | None:
    peer = req.env.get("REMOTE_ADDR")
    if peer and not is_loopback_address(peer):
        return None
    return req.env.get(name, "").partition(",")[0].strip(" \t") or None


def public_origin(req: Request) -> Origin | None:
    """Scheme, host and port by which the client knows this server; None where `Host` is malformed.

    A malformed value of a proxy is passed over.
    """
    authority = read_authority(forwarded_host(req) or "") or read_authority(
        req.env.get("HTTP_HOST", "")
    )
    return None if authority is None else origin_of(_scheme(req), authority)


def public_url(req: Request) -> str:
    """Where this server begins for the client: origin, and the prefix that it is mounted under.

    Holds only what is well-formed: a malformed `Host` is not repeated, the server's own name
    stands in its place.
    """
    origin = public_origin(req)
    if origin is None:
        name, port = req.env["SERVER_NAME"], req.env["SERVER_PORT"]
        host = f"[{name}]" if ":" in name else name
        origin = origin_of(_scheme(req), Authority(host, int(port)))
    prefix = req.env.get("SCRIPT_NAME", "").rstrip("/")
    return str(origin) + quote(prefix, safe="/~!$&'()*+,;=:@", encoding="latin-1")


def _scheme(req: Request) -> str:
    said = (_forwarded(req, "HTTP_X_FORWARDED_PROTO") or "").lower()
    return said if said in _SCHEMES else req.scheme
