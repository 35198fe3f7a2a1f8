"""The kinds of servers that can run the application, and their capabilities."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class ServerKind(Struct, frozen=True):
    """The capabilities of a server beyond WSGI.

    `name` is its name in messages. `socket` says whether the application can break a connection.
    `instead` is a hint that names a more capable server.
    """

    name: str
    socket: bool
    instead: str = ""


WAITRESS: Final = ServerKind("waitress", socket=True)
# `create_app` knows nothing about the server that runs its application.
ANY_WSGI: Final = ServerKind("WSGI", socket=False, instead="use animeloop-mock or MockServer")
