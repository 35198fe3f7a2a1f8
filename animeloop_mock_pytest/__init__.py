"""The pytest plugin of animeloop-mock, and its Python API under a name that nobody else has.

One server a test session or xdist worker, one sandbox a test. Nothing of `mockserver` is imported
until a test or an option needs it: other projects pay nothing for an installed plugin, and a
project may have another package of that name.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from animeloop_mock_pytest import aside, gate, options, per_test
from animeloop_mock_pytest.aside import AnimeloopMockWarning as AnimeloopMockWarning

if TYPE_CHECKING:
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
    from mockserver.version import __version__


# Without `__dir__`: pytest gets each name of a plugin that it lists, which would import them.
__all__ = [
    "AdHocFaultAnswer",
    "AnimeloopMockWarning",
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
        """Import a name of the API of `mockserver` when it is asked for."""
        if name != "__version__" and name.startswith(("__", "pytest", "_pytest")):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        aside.require_own(f"{__name__}.{name}", ImportError)
        from mockserver.exports import load

        return load(name, __name__)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the ini values."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check the options."""
    config.addinivalue_line(
        "markers",
        f"{per_test.MARKER}(name): the scenario that the test's sandbox starts under",
    )
    options.check(config)
    config.pluginmanager.register(gate.Gate(config), gate.NAME)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Warn if another package is called `mockserver`."""
    aside.warn(session.config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Collect the coverage, after the fixtures of the session have ended."""
    gate.of(session.config).collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge how the test has used its sandbox."""
    per_test.before_call(item)
    yield
    per_test.after_call(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the sandbox's journal in the report of a test that has failed."""
    report = yield
    per_test.complete(item, call, report)
    return report


@pytest.fixture(scope="session")
def animeloop_mock_server(pytestconfig: pytest.Config) -> Iterator[Remote]:
    """The mock: of --animeloop-mock-url or ANIMELOOP_MOCK_URL, else a process of its own."""
    aside.require_own("the fixture animeloop_mock_server")
    from animeloop_mock_pytest import starting

    launch = starting.launched(pytestconfig)  # while it starts, the client is imported
    from animeloop_mock_pytest import server

    with server.running(pytestconfig, launch) as remote:
        yield remote


@pytest.fixture
def animeloop_mock(
    animeloop_mock_server: Remote, request: pytest.FixtureRequest
) -> Iterator[SandboxClient]:
    """A fresh sandbox for this test."""
    from animeloop_mock_pytest import server

    with server.sandbox(animeloop_mock_server, request) as sandbox:
        per_test.begin(request.node, sandbox)
        yield sandbox


@pytest.fixture
def animeloop_mock_async(
    animeloop_mock_server: Remote, animeloop_mock: SandboxClient
) -> AsyncSandboxClient:
    """The same sandbox, for tests with asyncio: its methods are coroutines."""
    return animeloop_mock_server.async_client(animeloop_mock)
