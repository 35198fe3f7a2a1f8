"""Parses hosts, origins and header names of headers and flags, and normalizes the first two.

Names are lower case. A trailing dot (RFC 1034, 3.1), an empty port (RFC 3986, 3.2.3) and a scheme's
default port are removed. IPv6 addresses are compressed, in brackets.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from mockserver.errors import shortened

_AUTHORITY: Final = re.compile(
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::([0-9]{0,5}))?"
)
_ORIGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_HOST: Final = 255
_MAX_PORT: Final = 65535


class Authority(Struct, frozen=True):
    """A normalized host and a port. `port` is None if there is none."""

    host: str
    port: int | None

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


class EntryError(ValueError):
    """An entry of a list that is wrong; the message names the entry."""


class Origin(Struct, frozen=True):
    """Scheme, host and port of a page (RFC 6454). `port` is None for the scheme's default."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.scheme}://{Authority(self.host, self.port)}"


def read_authority(text: str) -> Authority | None:
    """Parse a `Host` header. Returns None if it is malformed or joined from several headers."""
    found = _AUTHORITY.fullmatch(text)
    if found is None or len(found[1]) > _MAX_HOST or int(found[2] or 0) > _MAX_PORT:
        return None
    host = found[1].lower().removesuffix(".")
    if host.startswith("["):
        try:
            host = f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            return None
    return Authority(host, int(found[2]) if found[2] else None)


def in_url(host: str) -> str:
    """Return a host as it stands in a URL: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def origin_of(scheme: str, authority: Authority) -> Origin:
    """Return the origin of a scheme and an authority."""
    scheme = scheme.lower()
    default = authority.port == _DEFAULT_PORTS.get(scheme)
    return Origin(scheme, authority.host, None if default else authority.port)


def read_origin(text: str) -> Origin | None:
    """Parse an `Origin` header. Returns None for `null` and for malformed values."""
    found = _ORIGIN.fullmatch(text)
    authority = read_authority(found[2]) if found else None
    return origin_of(found[1], authority) if found and authority else None


def is_loopback_host(host: str) -> bool:
    """Whether a normalized host is `localhost`, in 127.0.0.0/8, or `[::1]`."""
    if host in ("localhost", "[::1]"):
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def is_loopback_address(address: str) -> bool:
    """Whether the address of a socket or a peer is a loopback address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)  # dual-stack sockets report IPv4 peers like this
    return (mapped or found).is_loopback


def host_entry(text: str) -> str:
    """Normalize an entry of the allowed hosts. IPv6 addresses may lack brackets.

    Raises EntryError if no `Host` can match it, for example because it has a port.
    """
    bare_ipv6 = text.count(":") > 1 and not text.startswith("[")
    authority = read_authority(f"[{text}]" if bare_ipv6 else text)
    has_port = not bare_ipv6 and ":" in text.rpartition("]")[2]
    if authority is not None and not has_port:
        return authority.host
    raise EntryError(
        "expected the name or address of a host, without scheme, port, path or wildcard, "
        f"not {shortened(text)}"
    )


def origin_entry(text: str) -> str:
    """Normalize an entry of the allowed origins.

    Raises EntryError if no `Origin` can match it, for example because it has a path.
    """
    origin = read_origin(text)
    if origin is None or origin.port == 0:
        raise EntryError(
            "expected an origin such as http://localhost:3000, without path or wildcard, "
            f"not {shortened(text)}"
        )
    return str(origin)


def header_entry(text: str) -> str:
    """Return the name of a header (a token of RFC 9110, 5.6.2).

    Raises EntryError for other text, and for `*`, which is no wildcard beside credentials (Fetch
    standard, 3.2.5).
    """
    if text != "*" and _TOKEN.fullmatch(text):
        return text
    raise EntryError(f"expected the name of a header, without wildcard, not {shortened(text)}")


def entries(texts: Iterable[str], normal: Callable[[str], str]) -> tuple[str, ...]:
    """Normalize entries and remove duplicates. Raises EntryError for the first invalid one."""
    return tuple(dict.fromkeys(normal(text) for text in texts))
