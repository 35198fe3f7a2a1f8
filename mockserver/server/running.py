"""Composes a server from settings, ready to run."""

from __future__ import annotations

import secrets
import threading
from urllib.parse import urlsplit

from msgspec import Struct

from mockserver.api.common import BASE_PATH
from mockserver.api.profiles import PROFILES, Profile
from mockserver.faults.servers import WAITRESS
from mockserver.fixtures import Fixtures
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.app import Later, make_app
from mockserver.http.authority import host_entry, in_url, is_loopback_address
from mockserver.record.exchange import Observer
from mockserver.sandbox.control import Control
from mockserver.server.application import make_backend
from mockserver.server.binding import bind, reachable
from mockserver.server.channel import Channel
from mockserver.server.hooks import Hooks
from mockserver.server.http_server import HttpServer
from mockserver.server.leader import LeaderFollowers
from mockserver.server.limits import most_waits
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock, FrozenClock, SystemClock
from mockserver.state.waits import Delays


class Running(Struct, frozen=True):
    """A bound server, whose `run` must still be called.

    `warnings` has a line for each insecure setting, and the token if one was generated.
    """

    server: HttpServer
    backend: Control
    delays: Delays
    stopping: threading.Event
    url: str
    port: int
    admin_token: str | None
    warnings: tuple[str, ...]

    @property
    def local_url(self) -> str:
        """The origin as a client on this machine can reach it."""
        host = urlsplit(self.url).hostname or ""
        return f"http://{in_url(reachable(host))}:{self.port}"

    @property
    def api_url(self) -> str:
        """The base URL of the mocked API."""
        return self.url + BASE_PATH


def start(
    settings: ServeSettings,
    fixtures: Fixtures,
    clock: Clock,
    observe: Observer,
    later: Later | None = None,
) -> Running:
    """Bind the sockets and compose the server. For `later` see `make_app`.

    Raises UnknownNameError for an unknown scenario, CannotBindError for the address.
    """
    crew = LeaderFollowers(settings.threads, most_waits())
    delays = Delays(crew.pause)
    backend = make_backend(settings, fixtures, clock, delays, WAITRESS)
    sockets = bind(settings.host, settings.port)
    policy, warnings = _policy(
        settings, all(is_loopback_address(s.getsockname()[0]) for s in sockets)
    )
    app = make_app(
        backend,
        settings.http_status,
        observe,
        policy,
        crew.pause,
        delays,
        settings.cors_allow_header,
        later,
    )
    kind = _channel_of(PROFILES[settings.profile])
    server = HttpServer(Hooks(app, crew.step_aside), sockets, crew, observe, kind=kind)
    port = sockets[0].getsockname()[1]
    url = f"http://{in_url(settings.host)}:{port}"
    return Running(server, backend, delays, server.draining, url, port, policy.token, warnings)


def _channel_of(profile: Profile) -> type[Channel]:
    if profile.sends_pages:  # a lazy import keeps start-up fast
        from mockserver.server.node import NodeChannel  # noqa: PLC0415

        return NodeChannel
    return Channel


def chosen_clock(settings: ServeSettings) -> Clock:
    """Return the system clock, or a frozen one if `--freeze-clock` is given."""
    if settings.freeze_clock is None:
        return SystemClock()
    return FrozenClock(settings.freeze_clock)


def _policy(settings: ServeSettings, loopback: bool) -> tuple[AdminPolicy, tuple[str, ...]]:
    """Return the access policy of the control plane, and a warning for each insecure setting.

    A disabled control plane still has its health check, for the same hosts and origins.
    """
    warnings = []
    enabled = not settings.disable_admin
    token = settings.admin_token if enabled else None
    if enabled and not loopback:
        warnings.append(f"warning: {settings.host} can be reached from other machines")
        if token is None:
            token = secrets.token_urlsafe(24)
            warnings.append(f"the control plane requires this token: {token}")
    if enabled and settings.admin_allow_host:
        names = ", ".join(settings.admin_allow_host)
        warnings.append(f"warning: the control plane also accepts Host {names}")
    if enabled and settings.admin_allow_origin:
        names = ", ".join(settings.admin_allow_origin)
        warnings.append(f"warning: pages of {names} may call the control plane")
    policy = AdminPolicy(
        enabled=enabled,
        loopback=loopback,
        token=token,
        allow_hosts=(*settings.admin_allow_host, *_own(settings.host)),
        allow_origins=settings.admin_allow_origin,
    )
    return policy, tuple(warnings)


def _own(host: str) -> tuple[str, ...]:
    """Return the name given as `--host`, if a `Host` header can have it."""
    try:
        return (host_entry(host),)
    except ValueError:
        return ()
