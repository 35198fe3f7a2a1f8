"""`MockProcess`: the mock in a process of its own."""

from __future__ import annotations

import secrets
from typing import Any, Unpack
from urllib.parse import urlsplit

from mockserver.call_types import FixturesPath, MockSettings
from mockserver.errors import MockError
from mockserver.http.authority import in_url, is_loopback_host
from mockserver.server.binding import reachable
from mockserver.state.times import iso
from mockserver.testing import served
from mockserver.testing.arguments import refuse_settings
from mockserver.testing.launch import Launch
from mockserver.testing.remote import Remote


class LaunchedMock(Remote):
    """A context manager for a mock whose process has been launched. Waits until it listens.

    Raises NotStartedError, with what the mock said.
    """

    def __init__(self, launch: Launch, admin_token: str | None = None) -> None:
        self._launch = launch
        parts = urlsplit(launch.url())
        host = in_url(reachable(parts.hostname or ""))
        super().__init__(f"{parts.scheme}://{host}:{parts.port}", admin_token)

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
    the environment do not count. The constructor raises NotStartedError, with what the mock said,
    or another UsageError for a setting that is wrong.
    """

    def __init__(
        self,
        fixtures: FixturesPath | None = None,
        port: int = 0,
        **settings: Unpack[MockSettings],
    ) -> None:
        given = checked({"quiet": True, **settings, "fixtures": fixtures, "port": port})
        super().__init__(Launch(given), given.get("admin_token"))
        self._is_counted = True
        served.begin(self._answered)

    def stop(self) -> None:
        """Stop the mock, and wait until it has ended."""
        if self._is_counted:
            self._is_counted = False
            served.end(self._answered)
        super().stop()

    def _answered(self) -> set[tuple[str, int]]:
        """Return the pairs that it has answered, for the coverage gate of the pytest plugin."""
        try:
            return set() if self.obituary else self.covered()
        except (MockError, OSError):  # without a control plane, or gone
            return set()


def checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return settings as `serve` takes them, with a token where it requires one.

    Raises UsageError, which names the setting.
    """
    from mockserver.server.settings import from_keywords  # noqa: PLC0415

    refuse_settings("MockProcess", given)
    from_keywords({name: value for name, value in given.items() if value is not None})
    made = dict(given)
    if isinstance(made.get("freeze_clock"), int):
        made["freeze_clock"] = iso(made["freeze_clock"])
    host = made.get("host") or "localhost"
    if not (made.get("admin_token") or made.get("disable_admin") or is_loopback_host(in_url(host))):
        made["admin_token"] = secrets.token_urlsafe(24)
    return made
