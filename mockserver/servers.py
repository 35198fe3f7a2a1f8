"""The servers that can carry the application, and what each of them can do."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class ServerKind(Struct, frozen=True):
    """What a server hands to the application, beside what WSGI demands.

    `socket` says whether it lets a connection be broken; `raw_path` is False where it is known to
    lose the path as it was sent. `name` stands for it in messages, `instead` is the way to one that
    does more.
    """

    name: str
    socket: bool
    raw_path: bool = True
    instead: str = ""


WAITRESS: Final = ServerKind("--server waitress", socket=True)
GRANIAN: Final = ServerKind(
    "--server granian", socket=False, raw_path=False, instead="use --server waitress"
)
# What `create_app` knows of the server that runs its application: nothing.
ANY_WSGI: Final = ServerKind("WSGI", socket=False, instead="use animeloop-mock or MockServer")

SERVERS: Final = {"waitress": WAITRESS, "granian": GRANIAN}
