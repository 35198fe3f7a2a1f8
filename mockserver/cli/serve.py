"""`serve`: the server, from its settings to its end."""

from __future__ import annotations

import gc
import mimetypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TextIO

from mockserver.cli.findings import warnings
from mockserver.fixtures import load_fixtures
from mockserver.http.app import unobserved
from mockserver.record.access_log import AccessLog
from mockserver.record.exchange import Observer
from mockserver.record.text import printable
from mockserver.server.port_file import PortFile
from mockserver.server.running import Running, Server, chosen_clock, start
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock, SystemClock

if TYPE_CHECKING:
    from mockserver.cli.watch import Watcher

STOP_SIGNALS: Final = ("SIGTERM", "SIGINT", "SIGHUP")


def serve(settings: ServeSettings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises FixtureError, UnknownNameError, ImpossibleError, UsageError or CannotBindError before
    anything is announced.
    """
    mimetypes.init(())  # else Falcon reads the system's tables, of which nothing here is used
    clock = chosen_clock(settings)
    _stop_on_signals(None)
    with PortFile(settings.port_file) as port_file, access_log(settings) as observe:
        watcher = _watcher(settings) if settings.watch else None
        fixtures = load_fixtures(settings.fixtures)
        running = start(settings, fixtures, clock, observe)
        collect_from_now_on()
        port_file.write(running.port)
        _stop_on_signals(running.server)
        _announce(settings, running, clock)
        if watcher is not None:
            watch = watcher(running.registry.reload, _tell)
            threading.Thread(target=watch.run_until, args=(running.stopping,), daemon=True).start()
        running.server.run()


def _watcher(settings: ServeSettings) -> Callable[..., Watcher]:
    """What looks for changes since this moment."""
    from mockserver.cli.watch import Watcher, stamp_of

    return partial(Watcher, settings.fixtures, stamp_of(settings.fixtures))


def collect_from_now_on() -> None:
    """Enable garbage collection, which start-up goes without; what start-up made is no garbage."""
    gc.freeze()
    gc.enable()


@contextmanager
def access_log(settings: ServeSettings) -> Iterator[Observer]:
    """What writes the request log, or nothing; at the end what is waiting is written."""
    if settings.quiet:
        yield unobserved
        return
    log = AccessLog(sys.stderr, settings.log_format, SystemClock())
    try:
        yield log
    finally:
        log.close()


def _stop_on_signals(server: Server | None) -> None:
    """The first signal lets requests in flight end, a second one does not wait for them.

    Without a server there is nothing yet to wait for.
    """

    def handle(_number: int, _frame: object) -> None:
        if server is None:
            raise SystemExit(0)
        on_stop_signals(signal.default_int_handler)
        server.stop()

    on_stop_signals(handle)


def on_stop_signals(handler: Callable[[int, FrameType | None], Any]) -> None:
    """Let this handler take every signal that asks to stop, as far as the platform has them."""
    for name in STOP_SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


def _announce(settings: ServeSettings, running: Running, clock: Clock) -> None:
    _say(f"animeloop-mock is listening on {running.api_url}", sys.stdout)
    for warning in running.warnings:
        _tell(warning)
    if settings.quiet:
        return
    for warning in warnings(running.registry.default.fixtures):
        _tell(warning)
    if settings.log_format == "json":
        return
    from mockserver.cli.banner import banner

    for line in banner(running.api_url, running.registry.default, clock, settings.fixtures):
        _tell(line)


def _tell(text: str) -> None:
    _say(text, sys.stderr)


def _say(text: str, stream: TextIO) -> None:
    """A reader that went away does not stop the server."""
    with suppress(OSError, ValueError):
        print(printable(text), file=stream, flush=True)
