"""Hosts and origins, as headers and flags spell them, brought to the one form that is compared.

Names count without case. A trailing dot (RFC 1034, 3.1) and an empty port (RFC 3986, 3.2.3) change
nothing, nor does the default port of a scheme. IPv6 addresses stand in brackets, compressed.
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
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_HOST: Final = 255
_MAX_PORT: Final = 65535


class Authority(Struct, frozen=True):
    """A host, in its normal form, and a port; None where none is written."""

    host: str
    port: int | None

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


class EntryError(ValueError):
    """An entry of a list that is wrong; the message names the entry."""


class Origin(Struct, frozen=True):
    """Scheme, host and port of a page (RFC 6454); `port` is None for the scheme's default."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.scheme}://{Authority(self.host, self.port)}"


def read_authority(text: str) -> Authority | None:
    """What a `Host` header names; None where it is malformed, or is several headers in one."""
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


def origin_of(scheme: str, authority: Authority) -> Origin:
    """The origin of what is served there."""
    scheme = scheme.lower()
    default = authority.port == _DEFAULT_PORTS.get(scheme)
    return Origin(scheme, authority.host, None if default else authority.port)


def read_origin(text: str) -> Origin | None:
    """What an `Origin` header names; None for `null` and for whatever else is no origin."""
    found = _ORIGIN.fullmatch(text)
    authority = read_authority(found[2]) if found else None
    return origin_of(found[1], authority) if found and authority else None


def is_loopback_host(host: str) -> bool:
    """Whether a host in its normal form is `localhost`, in 127.0.0.0/8, or `[::1]`."""
    if host in ("localhost", "[::1]"):
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def is_loopback_address(address: str) -> bool:
    """Whether the address of a socket or of a peer is one of this machine's loopback."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)  # a dual-stack socket shows IPv4 peers so
    return (mapped or found).is_loopback


def host_entry(text: str) -> str:
    """The normal form of a host that is to be allowed, IPv6 with or without brackets.

    Raises EntryError for what no `Host` can be equal to, such as a host with a port.
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
    """The normal form of an origin that is to be allowed.

    Raises EntryError for what no `Origin` can be equal to, such as an origin with a path.
    """
    origin = read_origin(text)
    if origin is None or origin.port == 0:
        raise EntryError(
            "expected an origin such as http://localhost:3000, without path or wildcard, "
            f"not {shortened(text)}"
        )
    return str(origin)


def entries(texts: Iterable[str], normal: Callable[[str], str]) -> tuple[str, ...]:
    """Each entry in its normal form, once; raises EntryError for the first that is wrong."""
    return tuple(dict.fromkeys(normal(text) for text in texts))
