"""`MockServer`: the mock on a real socket, in a thread of this process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Unpack

from mockserver.call_types import FixturesPath, MockSettings
from mockserver.errors import UsageError
from mockserver.fixtures import load_fixtures
from mockserver.http.app import unobserved
from mockserver.server.running import chosen_clock, start
from mockserver.server.settings import default_fixtures, from_keywords
from mockserver.testing import served
from mockserver.testing.arguments import refuse_settings
from mockserver.testing.control_plane import ControlPlane
from mockserver.testing.machine_clock import MachineClock
from mockserver.testing.remote import Remote


class MockServer(Remote):
    """A context manager that runs the mock in a thread while it is entered.

    `fixtures` is a file or directory (default: the shipped ones). `port` 0 picks a free port. All
    other keyword arguments are the settings of `serve`, such as `scenario`, `seed` or
    `http_status`. With `host` 0.0.0.0 or `::`, the URLs have a loopback address. The constructor
    raises FixtureError, UnknownNameError, ImpossibleError, UsageError or CannotBindError.

    Its clock is that of the machine, also while freezegun or time_machine replaces Python's.
    """

    def __init__(
        self,
        fixtures: FixturesPath | None = None,
        port: int = 0,
        **settings: Unpack[MockSettings],
    ) -> None:
        path = default_fixtures() if fixtures is None else Path(fixtures)
        refuse_settings("MockServer", settings)
        chosen = from_keywords({"fixtures": path, "port": port, **settings})
        clock = MachineClock() if chosen.freeze_clock is None else chosen_clock(chosen)
        loaded = load_fixtures(path, keep_sources=chosen.state is not None)
        self._running = start(chosen, loaded, clock, unobserved)
        super().__init__(self._running.local_url, self._running.admin_token)
        self._is_entered = False
        self._thread = threading.Thread(target=self._running.server.run, daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._running.port

    @property
    def control(self) -> ControlPlane:
        """The control plane of the default sandbox. Raises UsageError before it is entered."""
        if not self._is_entered:
            raise UsageError("MockServer does not run: enter it first, with MockServer() as server")
        return super().control

    def __enter__(self) -> MockServer:
        if self._is_entered:
            raise UsageError("MockServer can be entered once only: make another one")
        self._is_entered = True
        served.begin(self._answered)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._running.server.stop()
        self._thread.join()
        served.end(self._answered)

    def _answered(self) -> set[tuple[str, int]]:
        """Return the pairs that it has answered, for the coverage gate of the pytest plugin."""
        answered = self._running.backend.coverage.answered
        return {(endpoint.path, code.number) for endpoint, code in answered}
