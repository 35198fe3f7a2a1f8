"""Binds the listening sockets, before the mock announces itself."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from mockserver.errors import CannotBindError

_BACKLOG: Final = 1024
_ATTEMPTS: Final = 20
_PROBE_S: Final = 0.5
# Linux lists the sockets of all addresses here. State 0A is LISTEN.
_SOCKET_TABLES: Final = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN: Final = "0A"


def bind(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on `host`. Port 0 takes any free port.

    `localhost` means IPv4 and IPv6 loopback on one port, if the machine has both. Raises
    CannotBindError with a remedy.
    """
    if host != "localhost":
        return [_listen(host, port)]
    for _ in range(_ATTEMPTS):
        first = _listen("127.0.0.1", port)
        try:
            return [first, _listen("::1", first.getsockname()[1])]
        except CannotBindError as error:
            if not _in_use(error):
                return [first]  # no IPv6 here
            first.close()
            if port:
                raise
    raise CannotBindError("found no port that is free on both 127.0.0.1 and ::1")


def reachable(host: str) -> str:
    """Return the address to connect to for a server that listens on `host`.

    Clients cannot connect to the unspecified address, so it is replaced by loopback.
    """
    try:
        numeric = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)[0][4][0]
        address = ipaddress.ip_address(numeric)
    except (OSError, ValueError):  # a name
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def is_listening(port: int, host: str) -> bool:
    """Whether a server listens on this port of this machine, on any address.

    If the system has no socket table, only loopback and `host` are tried.
    """
    if port in _ports_of_tables():
        return True
    return any(_answers(address, port) for address in ("127.0.0.1", "::1", host))


def _ports_of_tables() -> set[int]:
    found = set()
    for table in _SOCKET_TABLES:
        with suppress(OSError, ValueError, IndexError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN:
                    found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_PROBE_S).close()
    except (OSError, UnicodeError, OverflowError):
        return False
    return True


def _in_use(error: CannotBindError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        hint = "; expected a host without a port (use --port)" if ":" in host else ""
        raise CannotBindError(f"cannot listen on {host}: {_reason(error)}{hint}") from error
    try:
        if os.name == "posix":  # on Windows it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        hint = "; choose another with --port, or 0 for any free one" if port else ""
        message = f"cannot listen on {host}:{port}: {_reason(error)}{hint}"
        raise CannotBindError(message) from error
    return listener


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
