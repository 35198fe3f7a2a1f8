"""What a profile is on the wire, beside its codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from falcon import Request, Response
from falcon.routing import CompiledRouter
from msgspec import Struct

from mockserver.api.profiles import SERVER, Profile
from mockserver.http.data_plane import TokenResource
from mockserver.http.recorder import Ledger
from mockserver.sandbox.registry import Registry


class ReplyMiddleware(Protocol):
    """Falcon middleware that has a hand in every reply."""

    def process_response(
        self, req: Request, resp: Response, resource: object, req_succeeded: bool, /
    ) -> None:
        """Called when the reply stands, before it is sent."""


class Surface(Struct, frozen=True):
    """The strategies of a profile, chosen once at start.

    `router` says which paths lead to an endpoint, `resource` which methods it takes, and the
    middleware sets the headers and refuses what the API would not even route.
    """

    router: type[CompiledRouter]
    resource: type[TokenResource]
    middleware: Callable[[Registry, Ledger], ReplyMiddleware]


def surface_of(profile: Profile) -> Surface:
    """The surface of a profile; each is imported by those alone who use it."""
    if profile == SERVER:
        from mockserver.http.express.dialect import SURFACE  # noqa: PLC0415
    else:
        from mockserver.http.documented import SURFACE  # noqa: PLC0415
    return SURFACE
