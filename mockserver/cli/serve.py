"""`serve`: starts the server, runs it, and stops it on a signal."""

from __future__ import annotations

import _thread
import gc
import mimetypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TextIO

from mockserver.cli.color import log_lines
from mockserver.cli.findings import warnings
from mockserver.cli.progress import progress_line
from mockserver.cli.signals import Signals
from mockserver.errors import StateUnavailableError
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.http.app import unobserved
from mockserver.http.authority import in_url
from mockserver.record.access_log import AccessLog
from mockserver.record.exchange import Observer
from mockserver.record.text import printable
from mockserver.server.http_server import HttpServer
from mockserver.server.lan import lan_address
from mockserver.server.leftover import Leftover
from mockserver.server.port_file import PortFile
from mockserver.server.running import Running, chosen_clock, start
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import Clock, SystemClock

if TYPE_CHECKING:
    from mockserver.cli.watch import Watcher

INTERRUPTED: Final = 130
# The grace period of requests in flight after a second signal.
_HURRY_S: Final = 1.0


def serve(settings: ServeSettings, signals: Signals) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP, even if the signal comes before the mock listens.

    Raises FixtureError, UnknownNameError, ImpossibleError, UsageError or CannotBindError before the
    mock announces itself.
    """
    mimetypes.inited = True  # otherwise Falcon reads the system's tables, which the mock needs not
    _reap_orphans()
    clock = chosen_clock(settings)
    with ExitStack() as stack:
        port_file = stack.enter_context(PortFile(settings.port_file, settings.host))
        observe = stack.enter_context(access_log(settings))
        watcher = _watcher(settings) if settings.watch else None
        with progress_line(quiet=settings.quiet) as progress:
            fixtures = load_fixtures(
                settings.fixtures, progress, keep_sources=settings.state is not None
            )
        left: list[Callable[[], object]] = []
        running = start(settings, fixtures, clock, observe, left.append)
        collect_from_now_on()
        if signals.early:
            return
        port_file.write(running.port)
        stop = _Stop(running.server, stack.close)
        signals.hand_over(stop)
        _announce(settings, running, fixtures, clock)
        if watcher is not None:
            watch = watcher(running.backend.reload, _tell)
            threading.Thread(target=watch.run_until, args=(running.stopping,), daemon=True).start()
        running.server.run(Leftover(partial(_finish_start, left)))
        stop.ended.set()


class _Stop:
    """Handles stop signals.

    After the first signal the server finishes the requests in flight. After a second signal they
    have one more second. The exit status is 0 if all of them were answered, else 130.
    """

    def __init__(self, server: HttpServer, clean_up: Callable[[], None]) -> None:
        self.ended = threading.Event()
        self._server = server
        self._clean_up = clean_up
        self._count = 0

    def __call__(self, _number: int) -> None:
        self._count += 1
        if self._count == 1:
            self._server.stop()
        elif self._count == 2:
            try:
                # Starting a Thread takes locks that the interrupted code may hold.
                _thread.start_new_thread(self._cut, (_HURRY_S,))
            except RuntimeError:  # the thread limit is reached
                self._cut_by_alarm()

    def _cut(self, patience_s: float) -> None:
        if not self.ended.wait(patience_s):
            self._clean_up()
            os._exit(INTERRUPTED)  # an exception in the main thread might be caught

    def _cut_by_alarm(self) -> None:
        if not hasattr(signal, "setitimer"):
            self._cut(0)
        signal.signal(signal.SIGALRM, lambda *_: self._cut(0))
        signal.setitimer(signal.ITIMER_REAL, _HURRY_S)


def _reap_orphans() -> None:
    """Reap orphans if this is process 1 of a container. The mock has no other children."""
    if os.getpid() == 1 and hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def _watcher(settings: ServeSettings) -> Callable[..., Watcher]:
    """Return a factory for a Watcher that detects changes since this moment."""
    from mockserver.cli.watch import Watcher, stamp_of

    return partial(Watcher, settings.fixtures, stamp_of(settings.fixtures))


def _finish_start(left: Iterable[Callable[[], object]]) -> None:
    gc.disable()
    try:
        for work in left:
            work()
    finally:
        collect_from_now_on()


def collect_from_now_on() -> None:
    """Enable garbage collection, and exempt the objects that start-up created."""
    gc.freeze()
    gc.enable()


@contextmanager
def access_log(settings: ServeSettings) -> Iterator[Observer]:
    """Yield the observer that writes the request log, unless `--quiet`. Flushes on leaving."""
    if settings.quiet:
        yield unobserved
        return
    log = AccessLog(sys.stderr, log_lines(settings, sys.stderr), SystemClock())
    try:
        yield log
    finally:
        log.close()


def _announce(settings: ServeSettings, running: Running, fixtures: Fixtures, clock: Clock) -> None:
    _say(f"animeloop-mock is listening on {running.api_url}", sys.stdout)
    if not has_banner(settings):
        for warning in (*running.warnings, *(() if settings.quiet else warnings(fixtures))):
            _tell(warning)
        return
    from mockserver.cli.banner import Addresses, banner

    lan = lan_address(settings.host)
    addresses = Addresses(
        running.local_url,
        None if lan is None else f"http://{in_url(lan)}:{running.port}",
        has_page=not settings.disable_admin,
        token=_shown_token(settings, running),
    )
    notes = (*running.warnings, *map(str, fixtures.warnings))
    try:
        lines = list(banner(addresses, running.backend.default, clock, settings.fixtures, notes))
    except StateUnavailableError:  # it has failed since the start, and the log says so
        lines = list(notes)
    for line in lines:
        _tell(line)


def has_banner(settings: ServeSettings) -> bool:
    """Whether a banner is printed. Every other line of the start is then a shell comment."""
    return not settings.quiet and settings.log_format != "json"


def _shown_token(settings: ServeSettings, running: Running) -> str:
    """Return what to give as the admin token: the one that was generated, or a placeholder."""
    if running.admin_token is None:
        return ""
    return running.admin_token if settings.admin_token is None else "…"


def _tell(text: str) -> None:
    _say(text, sys.stderr)


def _say(text: str, stream: TextIO) -> None:
    """Print a text. A closed pipe does not stop the server."""
    with suppress(OSError, ValueError):
        print(printable(text), file=stream, flush=True)
