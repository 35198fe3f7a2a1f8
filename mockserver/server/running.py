"""A mock that listens: from settings to a server that is ready to run."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import TypeAlias

from mockserver.api.codes import BASE_PATH
from mockserver.api.profiles import PROFILES, SERVER, Profile
from mockserver.app import make_registry
from mockserver.faults.servers import WAITRESS
from mockserver.fixtures import Fixtures
from mockserver.http.admin.gate import AdminPolicy
from mockserver.http.app import make_app
from mockserver.http.authority import host_entry, is_loopback_address
from mockserver.record.exchange import Observer
from mockserver.sandbox.registry import Registry
from mockserver.server.binding import bind
from mockserver.server.channel import Channel
from mockserver.server.connection_faults import ConnectionFaults
from mockserver.server.http_server import HttpServer
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock, FrozenClock, SystemClock
from mockserver.state.waits import Wait

Server: TypeAlias = HttpServer


@dataclass(frozen=True)
class Running:
    """A server that is bound, and whose `run` has yet to be called.

    `warnings` has a line for each insecure choice, and the token if one was generated.
    """

    server: Server
    registry: Registry
    stopping: threading.Event
    url: str
    port: int
    admin_token: str | None
    warnings: tuple[str, ...]

    @property
    def api_url(self) -> str:
        """Where the mocked API begins."""
        return self.url + BASE_PATH


def start(settings: ServeSettings, fixtures: Fixtures, clock: Clock, observe: Observer) -> Running:
    """Bind, and put everything together.

    Raises UnknownNameError for the scenario, CannotBindError for the address.
    """
    late = LatePause()
    registry = make_registry(settings, fixtures, clock, late.pause, WAITRESS)
    sockets = bind(settings.host, settings.port)
    policy, warnings = _policy(
        settings, all(is_loopback_address(s.getsockname()[0]) for s in sockets)
    )
    app = make_app(registry, settings.http_status, observe, policy, late.pause)
    kind = _channel_of(PROFILES[settings.profile])
    server = HttpServer(ConnectionFaults(app), sockets, settings.threads, observe, kind=kind)
    late.server = server
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    port = sockets[0].getsockname()[1]
    url = f"http://{host}:{port}"
    return Running(server, registry, server.draining, url, port, policy.token, warnings)


class LatePause:
    """How requests wait on a server that is made only after the application."""

    server: HttpServer

    def pause(self, wait: Wait, seconds: float) -> None:
        """Sleep as the server lets its requests."""
        self.server.pause(wait, seconds)


def _channel_of(profile: Profile) -> type[Channel]:
    if profile == SERVER:  # imported where it is chosen: start-up does not pay for the other
        from mockserver.server.node import NodeChannel  # noqa: PLC0415

        return NodeChannel
    return Channel


def chosen_clock(settings: ServeSettings) -> Clock:
    """The machine's clock, or the frozen one that was asked for."""
    if settings.freeze_clock is None:
        return SystemClock()
    return FrozenClock(settings.freeze_clock)


def _policy(settings: ServeSettings, loopback: bool) -> tuple[AdminPolicy, tuple[str, ...]]:
    warnings = []
    token = settings.admin_token
    if settings.disable_admin:
        return AdminPolicy(enabled=False, loopback=loopback, allow_hosts=_own(settings.host)), ()
    if not loopback:
        warnings.append(f"warning: {settings.host} can be reached from other machines")
        if token is None:
            token = secrets.token_urlsafe(24)
            warnings.append(f"the control plane asks for this token: {token}")
    if settings.admin_allow_host:
        names = ", ".join(settings.admin_allow_host)
        warnings.append(f"warning: the control plane also answers to Host {names}")
    if settings.admin_allow_origin:
        names = ", ".join(settings.admin_allow_origin)
        warnings.append(f"warning: pages of {names} may call the control plane")
    policy = AdminPolicy(
        loopback=loopback,
        token=token,
        allow_hosts=(*settings.admin_allow_host, *_own(settings.host)),
        allow_origins=settings.admin_allow_origin,
    )
    return policy, tuple(warnings)


def _own(host: str) -> tuple[str, ...]:
    """The name that was given as `--host`, where a `Host` header can have it."""
    try:
        return (host_entry(host),)
    except ValueError:
        return ()
