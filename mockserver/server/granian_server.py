"""The application on granian, in this process.

granian's own servers bind with SO_REUSEPORT and put WSGI into forked workers, which they start
again where they die. Here its worker runs beside the command line, on sockets that are bound
already: one process has all state, and nobody shares the port. The worker's class is not part of
granian's documented interface, which is why `pyproject.toml` holds granian at one minor version;
`granian/server/mp.py` is where it is used like this.
"""

from __future__ import annotations

import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final

import granian
from granian._granian import CallbackScheduler, SocketHolder, WorkerSignal, WSGIWorker
from granian.http import HTTP1Settings

from mockserver.errors import UsageError
from mockserver.exchange import Observer
from mockserver.server.gateway import Gateway
from mockserver.server.limits import GRACE_S, MAX_CONNECTIONS, MAX_HEADER_BYTES
from mockserver.server.turns import Turns

SUPPORTED: Final = "2.8"
_BACKLOG: Final = 1024
# For work that granian does beside Python, such as files, of which there is none here.
_RUST_BLOCKING_THREADS: Final = 4
# Threads that rest are not idle, and those that are idle are counted on.
_NEVER_S: Final = 10**9
_TURN_S: Final = 1.0
# While it stops: how often to look whether somebody waits to be accepted, and how long at most.
_LOOK_S: Final = 0.01
_SETTLE_S: Final = 1.0
_LEAVE_S: Final = 0.5


class _NoLoop:
    """Where granian wants an event loop, which only asynchronous applications use."""

    call_soon = None


class GranianServer:
    """Serves a WSGI application until it is stopped.

    `stop_event` is set once `stop` has been called, so that whatever waits can wake up; `here`
    tells a thread whose turns it takes.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        sockets: Sequence[socket.socket],
        threads: int,
        observe: Observer,
        stop_event: threading.Event,
        *,
        here: threading.local,
    ) -> None:
        self._app = app
        self._observe = observe
        self._here = here
        self._sockets = sockets
        self._threads = threads
        self._stop = stop_event
        self._asked: SimpleQueue[None] = SimpleQueue()

    def run(self) -> None:
        """Serve until `stop` is called; then finish what is in flight, for at most 8 s."""
        doors = [listener.dup() for listener in self._sockets]
        workers = [self._start(listener) for listener in self._sockets]
        while not self._is_asked():
            pass
        deadline = time.monotonic() + GRACE_S
        self._stop.set()
        _settle(doors)
        for signal, _, _ in workers:
            signal.set()
        for _, ended, turns in workers:
            ended.wait(max(0.0, deadline - time.monotonic()))
            turns.close(max(_LEAVE_S, deadline - time.monotonic()))

    def stop(self) -> None:
        """Ask `run` to end; may be called from any thread and from a signal handler."""
        self._asked.put(None)  # of all queues and events, this takes no lock in Python

    def _is_asked(self) -> bool:
        # Not for ever: a signal that another thread happens to receive does not end the waiting.
        try:
            self._asked.get(timeout=_TURN_S)
        except Empty:
            return False
        return True

    def _start(self, listener: socket.socket) -> tuple[Any, threading.Event, Turns]:
        """Serve a socket from now on; how to stop it, what is set once it has, and its turns."""
        signal, ended, turns = WorkerSignal(), threading.Event(), Turns(self._here)
        signal.add_cb(ended.set)
        worker = WSGIWorker(
            worker_id=1,
            sock=(None, _held(listener)),
            ipc=None,
            threads=1,
            blocking_threads=_RUST_BLOCKING_THREADS,
            py_threads=self._threads,
            py_threads_idle_timeout=_NEVER_S,
            backpressure=MAX_CONNECTIONS,
            http_mode="1",
            http1_opts=HTTP1Settings(max_buffer_size=MAX_HEADER_BYTES),
        )
        gateway = Gateway(self._app, self._observe, self._stop, turns)
        scheduler = CallbackScheduler(_NoLoop, gateway.answer, None, None, None)
        worker.serve_str(scheduler, _NoLoop, signal)
        return signal, ended, turns


def _settle(doors: Sequence[socket.socket]) -> None:
    """Let granian accept who has connected already: those who still wait when it stops are reset.

    Two calm looks in a row, because one that is accepted only just does not hear that it stops.
    """
    until, calm = time.monotonic() + _SETTLE_S, 0
    with selectors.DefaultSelector() as selector:
        for door in doors:
            selector.register(door, selectors.EVENT_READ)
        while calm < 2 and time.monotonic() < until:
            calm = 0 if selector.select(0) else calm + 1
            time.sleep(_LOOK_S)
    for door in doors:
        door.close()


def _held(listener: socket.socket) -> Any:
    """The socket as granian takes it, which closes it from now on."""
    number = listener.detach()
    if sys.platform == "win32":
        return SocketHolder(number)
    if sys.platform.startswith(("linux", "freebsd")):
        return SocketHolder(number, False, _BACKLOG)
    return SocketHolder(number, False)


def check_version() -> None:
    """Raises UsageError where the granian that is installed is not one that this is made for."""
    found = granian.__version__
    if found.split(".")[:2] != SUPPORTED.split("."):
        raise UsageError(
            f"--server granian works with granian {SUPPORTED}, and {found} is installed; "
            "expected pip install 'animeloop-mock[fast]'"
        )
