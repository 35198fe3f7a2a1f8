"""The servers that can carry the application, and what each of them can do."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class ServerKind(Struct, frozen=True):
    """What a server hands to the application, beside what WSGI demands.

    `socket` says whether it lets a connection be broken. `name` stands for it in messages,
    `instead` is the way to one that does more.
    """

    name: str
    socket: bool
    instead: str = ""


WAITRESS: Final = ServerKind("waitress", socket=True)
# What `create_app` knows of the server that runs its application: nothing.
ANY_WSGI: Final = ServerKind("WSGI", socket=False, instead="use animeloop-mock or MockServer")
