"""A mock of the Animeloop auth API, for tests."""

from __future__ import annotations

from mockserver.version import __version__

TYPE_CHECKING = False  # typing takes 10 ms to import, in which Ctrl-C would be a traceback
if TYPE_CHECKING:
    from typing import Any

    from mockserver.call_types import (
        CookieKind,
        CustomScenario,
        FaultFields,
        MockSettings,
        PageName,
        ScenarioName,
        UserFields,
    )
    from mockserver.errors import (
        CannotBindError,
        FixtureError,
        ImpossibleError,
        MockError,
        UnknownNameError,
        UsageError,
    )
    from mockserver.http.admin.answers import (
        AdHocFaultAnswer,
        ClockAnswer,
        HealthAnswer,
        SandboxAnswer,
        ScenarioAnswer,
        ScenariosAnswer,
        SessionAnswer,
        UserAnswer,
    )
    from mockserver.http.admin.record_answers import (
        CoverageAnswer,
        EntryAnswer,
        MailAnswer,
    )
    from mockserver.server.application import create_app
    from mockserver.testing.async_changes import AsyncChange
    from mockserver.testing.async_client import AsyncSandboxClient
    from mockserver.testing.async_clock import AsyncClockClient
    from mockserver.testing.async_control_plane import AsyncControlPlane
    from mockserver.testing.calling import ControlPlaneError
    from mockserver.testing.changes import Change
    from mockserver.testing.client import SandboxClient
    from mockserver.testing.clock import ClockClient
    from mockserver.testing.control_plane import BlockingCallError, ControlPlane
    from mockserver.testing.launch import NotStartedError
    from mockserver.testing.live import MockServer
    from mockserver.testing.login import LoginError
    from mockserver.testing.matching import NotRequestedError
    from mockserver.testing.process import MockProcess
    from mockserver.testing.remote import Remote

__all__ = [
    "AdHocFaultAnswer",
    "AsyncChange",
    "AsyncClockClient",
    "AsyncControlPlane",
    "AsyncSandboxClient",
    "BlockingCallError",
    "CannotBindError",
    "Change",
    "ClockAnswer",
    "ClockClient",
    "ControlPlane",
    "ControlPlaneError",
    "CookieKind",
    "CoverageAnswer",
    "CustomScenario",
    "EntryAnswer",
    "FaultFields",
    "FixtureError",
    "HealthAnswer",
    "ImpossibleError",
    "LoginError",
    "MailAnswer",
    "MockError",
    "MockProcess",
    "MockServer",
    "MockSettings",
    "NotRequestedError",
    "NotStartedError",
    "PageName",
    "Remote",
    "SandboxAnswer",
    "SandboxClient",
    "ScenarioAnswer",
    "ScenarioName",
    "ScenariosAnswer",
    "SessionAnswer",
    "UnknownNameError",
    "UsageError",
    "UserAnswer",
    "UserFields",
    "__version__",
    "create_app",
]


if not TYPE_CHECKING:  # to type checkers, a module with this function has every name

    def __getattr__(name: str) -> Any:
        """Import the API when it is asked for: `animeloop-mock schema` needs no web framework."""
        from mockserver.exports import load  # noqa: PLC0415

        return load(name, __name__)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
