"""`MockProcess`: the mock in a process of its own."""

from __future__ import annotations

from typing import Unpack

from mockserver.call_types import FixturesPath, MockSettings
from mockserver.testing.launch import Launch
from mockserver.testing.remote import Remote


class LaunchedMock(Remote):
    """A context manager for a mock whose process has been launched. Waits until it listens.

    Raises NotStartedError, with what the mock said.
    """

    def __init__(self, launch: Launch, admin_token: str | None = None) -> None:
        self._launch = launch
        super().__init__(launch.url(), admin_token)

    def __enter__(self) -> LaunchedMock:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the mock, and wait until it has ended."""
        self._launch.stop()

    @property
    def obituary(self) -> str | None:
        """What the mock said last, if it has ended. None while it runs."""
        return self._launch.obituary


class MockProcess(LaunchedMock):
    """A context manager for a mock in a process of its own. It runs from the beginning on.

    Nothing that this process does to its clocks, threads or modules reaches the mock. The process
    ends with this one, however this one ends. The arguments are those of `MockServer`; variables of
    the environment do not count. The constructor raises NotStartedError, with what the mock said.
    """

    def __init__(
        self,
        fixtures: FixturesPath | None = None,
        port: int = 0,
        **settings: Unpack[MockSettings],
    ) -> None:
        given = {"quiet": True, **settings, "fixtures": fixtures, "port": port}
        super().__init__(Launch(given), settings.get("admin_token"))
