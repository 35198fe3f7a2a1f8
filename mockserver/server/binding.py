"""Binding the address, before anything is announced."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from mockserver.errors import CannotBindError

_BACKLOG: Final = 1024
_ATTEMPTS: Final = 20


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on `host`; port 0 takes any free one.

    `localhost` is both loopback addresses, IPv4 and IPv6, on one port, where the machine has both.
    Raises CannotBindError, with what to do about it.
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


def _in_use(error: CannotBindError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        hint = "; expected a name or an address alone, the port is --port's" if ":" in host else ""
        raise CannotBindError(f"cannot listen on {host}: {_reason(error)}{hint}") from error
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
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
