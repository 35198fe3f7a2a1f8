"""How a profile speaks HTTP: its router, resource and middleware."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from falcon import Request, Response
from falcon.routing import CompiledRouter
from msgspec import Struct

from mockserver.api.profiles import DASHBOARD, SERVER, Profile
from mockserver.http.data_plane import EndpointResource
from mockserver.http.recorder import Recorder


class RequestMiddleware(Protocol):
    """Falcon middleware that processes every request before routing."""

    def process_request(self, req: Request, resp: Response, /) -> None:
        """Called before routing. May complete the reply."""


class Dialect(Struct, frozen=True):
    """The HTTP strategies of a profile, chosen once at start.

    `router` maps paths to endpoints. `resource` implements their methods. `headers` sets those that
    every reply has. `refusing` refuses some requests before routing. `beside` makes resources for
    paths, below the base path, that are no endpoints.
    """

    router: type[CompiledRouter]
    resource: type[EndpointResource]
    headers: Callable[[Request, Response], None]
    refusing: Callable[[Recorder], RequestMiddleware] | None = None
    beside: Callable[[Recorder], Mapping[str, object]] | None = None


def dialect_of(profile: Profile) -> Dialect:
    """Return the dialect of a profile. Only this dialect is imported."""
    if profile == SERVER:
        from mockserver.http.express.dialect import DIALECT  # noqa: PLC0415
    elif profile == DASHBOARD:
        from mockserver.http.express.dashboard import DIALECT  # noqa: PLC0415
    else:
        from mockserver.http.documented import DIALECT  # noqa: PLC0415
    return DIALECT
