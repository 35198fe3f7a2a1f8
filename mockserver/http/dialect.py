"""How a profile speaks HTTP: its router, resource and middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from falcon import Request, Response
from falcon.routing import CompiledRouter
from msgspec import Struct

from mockserver.api.profiles import SERVER, Profile
from mockserver.http.data_plane import EndpointResource
from mockserver.http.recorder import Recorder


class ReplyMiddleware(Protocol):
    """Falcon middleware that processes every reply."""

    def process_response(
        self, req: Request, resp: Response, resource: object, req_succeeded: bool, /
    ) -> None:
        """Called when the reply is complete, before it is sent."""


class Dialect(Struct, frozen=True):
    """The HTTP strategies of a profile, chosen once at start.

    `router` maps paths to endpoints. `resource` implements their methods. `middleware` sets the
    headers, and refuses some requests before routing.
    """

    router: type[CompiledRouter]
    resource: type[EndpointResource]
    middleware: Callable[[Recorder], ReplyMiddleware]


def dialect_of(profile: Profile) -> Dialect:
    """Return the dialect of a profile. Only this dialect is imported."""
    if profile == SERVER:
        from mockserver.http.express.dialect import DIALECT  # noqa: PLC0415
    else:
        from mockserver.http.documented import DIALECT  # noqa: PLC0415
    return DIALECT
