"""Finds the address of this machine in its network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final

# Addresses for documentation (RFC 5737, RFC 3849), which no machine has.
_ELSEWHERE: Final = {4: (socket.AF_INET, "192.0.2.1"), 6: (socket.AF_INET6, "2001:db8::1")}
_DISCARD_PORT: Final = 9


def lan_address(host: str) -> str | None:
    """Return an address at which others reach a server that listens on `host`, or None.

    None if `host` is a name or one certain address, or if this machine is in no network. It sends
    nothing: connecting a UDP socket only chooses the address to send from.
    """
    try:
        listening = ipaddress.ip_address(host)
    except ValueError:
        return None
    if not listening.is_unspecified:
        return None
    family, elsewhere = _ELSEWHERE[listening.version]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, _DISCARD_PORT))
            own = ipaddress.ip_address(probe.getsockname()[0].partition("%")[0])
    except (OSError, ValueError):  # no route, or no such family
        return None
    return None if own.is_loopback or own.is_unspecified or own.is_link_local else str(own)
