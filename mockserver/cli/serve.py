"""`serve`: the server, from its settings to its end."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TextIO

from mockserver.access_log import AccessLog
from mockserver.cli.banner import banner
from mockserver.cli.watch import Watcher, stamp_of
from mockserver.clock import Clock, FrozenClock, SystemClock
from mockserver.codes import BASE_PATH
from mockserver.exchange import Observer
from mockserver.fixtures import load_fixtures
from mockserver.http.app import make_app, unobserved
from mockserver.profiles import PROFILES
from mockserver.sandbox import Sandbox
from mockserver.server.binding import bind
from mockserver.server.http_server import HttpServer
from mockserver.server.port_file import PortFile
from mockserver.settings import ServeSettings


def serve(settings: ServeSettings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises FixtureError, UnknownNameError, UsageError or CannotBindError before anything is
    announced.
    """
    clock = chosen_clock(settings)
    stopping = threading.Event()
    with PortFile(settings.port_file) as port_file:
        stamp = stamp_of(settings.fixtures)
        sandbox = Sandbox(
            load_fixtures(settings.fixtures),
            clock,
            PROFILES[settings.profile],
            sleep=lambda seconds: _wait(stopping, seconds),
            scenario=settings.scenario,
            seed=settings.seed,
        )
        observe: Observer = unobserved
        if not settings.quiet:
            observe = AccessLog(sys.stderr, settings.log_format, SystemClock())
        app = make_app(sandbox, settings.http_status, observe)
        sockets = bind(settings.host, settings.port)
        server = HttpServer(app, sockets, settings.threads, observe, stopping)
        _stop_on_signals(server)
        port = sockets[0].getsockname()[1]
        port_file.write(port)
        _announce(settings, sandbox, clock, port)
        if settings.watch:
            watcher = Watcher(settings.fixtures, stamp, sandbox.reload, _tell)
            threading.Thread(target=watcher.run_until, args=(stopping,), daemon=True).start()
        server.run()


def chosen_clock(settings: ServeSettings) -> Clock:
    """The machine's clock, or the frozen one that was asked for."""
    if settings.freeze_clock is None:
        return SystemClock()
    return FrozenClock(settings.freeze_clock)


def _wait(stopping: threading.Event, seconds: float) -> None:
    stopping.wait(seconds)


def _stop_on_signals(server: HttpServer) -> None:
    """The first signal lets requests in flight end, a second one does not wait for them."""

    def handle(number: int, _frame: object) -> None:
        signal.signal(number, signal.default_int_handler)
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _announce(settings: ServeSettings, sandbox: Sandbox, clock: Clock, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    api_url = f"http://{host}:{port}{BASE_PATH}"
    _say(f"animeloop-mock is listening on {api_url}", sys.stdout)
    if settings.quiet:
        return
    for line in banner(api_url, sandbox, PROFILES[settings.profile], clock, settings.fixtures):
        _tell(line)


def _tell(text: str) -> None:
    _say(text, sys.stderr)


def _say(text: str, stream: TextIO) -> None:
    """A reader that went away does not stop the server."""
    with suppress(OSError, ValueError):
        print(text, file=stream, flush=True)
