"""A mock that listens: from settings to a server that is ready to run."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from socket import socket
from typing import Any, Final, Protocol, TypeAlias

from mockserver.api import make_registry
from mockserver.clock import Clock, FrozenClock, SystemClock
from mockserver.codes import BASE_PATH
from mockserver.errors import UsageError
from mockserver.exchange import Observer
from mockserver.faults import Sleep
from mockserver.feasible import check_profile
from mockserver.fixtures import Fixtures
from mockserver.http.admin.call import WaitingRoom
from mockserver.http.admin.gate import AdminPolicy, is_loopback
from mockserver.http.app import make_app
from mockserver.profiles import DEPLOYED, PROFILES, Profile
from mockserver.registry import Registry
from mockserver.server.binding import bind
from mockserver.servers import SERVERS
from mockserver.settings import ServeSettings


class Server(Protocol):
    """Serves an application on bound sockets."""

    def run(self) -> None:
        """Serve until `stop` is called; then finish what is in flight, for at most 8 s."""

    def stop(self) -> None:
        """Ask `run` to end; may be called from any thread and from a signal handler."""


MakeServer: TypeAlias = Callable[
    [Callable[..., Any], Sequence[socket], int, Observer, threading.Event], Server
]


@dataclass(frozen=True)
class Carrier:
    """A kind of server: how it is made, and how its requests wait."""

    make: MakeServer
    sleep: Sleep


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

    Raises UnknownNameError for the scenario, ImpossibleError or UsageError for what the server
    cannot do or is not installed for, CannotBindError for the address.
    """
    profile = PROFILES[settings.profile]
    check_profile(profile, SERVERS[settings.server])
    stopping = threading.Event()
    carrier = _CARRIERS[settings.server](stopping, profile)
    registry = make_registry(settings, fixtures, clock, carrier.sleep, SERVERS[settings.server])
    sockets = bind(settings.host, settings.port)
    policy, warnings = _policy(settings, all(is_loopback(s.getsockname()[0]) for s in sockets))
    waiting_room = WaitingRoom(settings.threads // 2, stopping.is_set)
    app = make_app(registry, settings.http_status, observe, policy, waiting_room)
    server = carrier.make(app, sockets, settings.threads, observe, stopping)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    port = sockets[0].getsockname()[1]
    url = f"http://{host}:{port}"
    return Running(server, registry, stopping, url, port, policy.token, warnings)


def _waitress(stopping: threading.Event, profile: Profile) -> Carrier:
    # A server is imported where it is chosen: start-up does not pay for the other one.
    from mockserver.server.connection_faults import ConnectionFaults  # noqa: PLC0415
    from mockserver.server.http_server import HttpServer  # noqa: PLC0415
    from mockserver.server.turns import sleeper  # noqa: PLC0415

    if profile == DEPLOYED:
        from mockserver.server.node import NodeChannel as Channel  # noqa: PLC0415
    else:
        from mockserver.server.wire import Channel  # noqa: PLC0415

    here = threading.local()

    def make(app: Callable[..., Any], *rest: Any) -> Server:
        return HttpServer(ConnectionFaults(app), *rest, here=here, kind=Channel)

    return Carrier(make, sleeper(here, stopping))


def _granian(stopping: threading.Event, _profile: Profile) -> Carrier:
    try:
        from mockserver.server import granian_server, turns  # noqa: PLC0415  see above
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "granian":
            raise
        raise UsageError(
            "--server granian needs a package that is not installed; "
            "expected pip install 'animeloop-mock[fast]'"
        ) from None
    granian_server.check_version()
    here = threading.local()
    make = partial(granian_server.GranianServer, here=here)
    return Carrier(make, turns.sleeper(here, stopping))


_CARRIERS: Final = {"waitress": _waitress, "granian": _granian}


def chosen_clock(settings: ServeSettings) -> Clock:
    """The machine's clock, or the frozen one that was asked for."""
    if settings.freeze_clock is None:
        return SystemClock()
    return FrozenClock(settings.freeze_clock)


def _policy(settings: ServeSettings, loopback: bool) -> tuple[AdminPolicy, tuple[str, ...]]:
    warnings = []
    token = settings.admin_token
    if settings.disable_admin:
        return AdminPolicy(enabled=False), ()
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
        allow_hosts=settings.admin_allow_host,
        allow_origins=settings.admin_allow_origin,
    )
    return policy, tuple(warnings)
