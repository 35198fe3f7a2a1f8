"""The pytest plugin: one server per test session (or xdist worker), one sandbox per test.

Imports the mock only when a test uses it, so that the plugin costs other projects nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.client import Remote, SandboxClient

MARKER = "animeloop_scenario"
_COVERED: pytest.StashKey[set[tuple[str, int]]] = pytest.StashKey()
_OUTPUT_KEY = "animeloop_mock_covered"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    group = parser.getgroup("animeloop-mock")
    group.addoption(
        "--animeloop-mock-url", metavar="URL", help="use the mock that runs at this origin"
    )
    group.addoption(
        "--animeloop-mock-admin-token",
        metavar="TOKEN",
        help="admin token of this mock, if it requires one",
    )
    group.addoption(
        "--animeloop-mock-fixtures",
        metavar="PATH",
        help="fixture file or directory (default: the shipped ones)",
    )
    group.addoption(
        "--animeloop-mock-require-coverage",
        metavar="PERCENT",
        type=float,
        help="fail unless this percentage of the documented (endpoint, code) pairs was answered",
    )
    group.addoption(
        "--animeloop-mock-coverage-page",
        metavar="PAGE",
        type=_page,
        help="the page of the documentation whose pairs count, or `all` for all pages "
        "(default: token)",
    )


def _page(text: str) -> str:
    """Return the name of a page. Raises UsageError if there is no such page."""
    from mockserver.api.catalog import PAIRS_OF_PAGE
    from mockserver.errors import UnknownNameError

    if text not in PAIRS_OF_PAGE:
        raise pytest.UsageError(
            f"--animeloop-mock-coverage-page: {UnknownNameError('page', text, PAIRS_OF_PAGE)}"
        )
    return text


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", f"{MARKER}(name): the scenario that the test's sandbox starts under"
    )
    config.stash[_COVERED] = set[tuple[str, int]]()
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_Xdist(config))


@pytest.fixture(scope="session")
def animeloop_mock_server(pytestconfig: pytest.Config) -> Iterator[Remote]:
    """The server, with `url`, `api_url`, `admin_url` and `sandbox()`."""
    url = pytestconfig.getoption("--animeloop-mock-url")
    if url is not None:
        from mockserver.testing.client import Remote

        remote = Remote(url, pytestconfig.getoption("--animeloop-mock-admin-token"))
        with _reported_as_failure(f"--animeloop-mock-url {url}"):
            remote.covered()
        yield remote
        pytestconfig.stash[_COVERED].update(remote.covered())
        return
    from mockserver.testing.live import MockServer

    with _reported_as_failure("--animeloop-mock-fixtures"):
        mock = MockServer(pytestconfig.getoption("--animeloop-mock-fixtures"))
    with mock as server:
        yield server
        pytestconfig.stash[_COVERED].update(server.covered())


@pytest.fixture
def animeloop_mock(
    animeloop_mock_server: Remote, request: pytest.FixtureRequest
) -> Iterator[SandboxClient]:
    """A fresh sandbox for this test."""
    marker = request.node.get_closest_marker(MARKER)
    scenario = None
    if marker is not None:
        names = [*marker.args, *marker.kwargs.values()]
        if len(names) != 1 or set(marker.kwargs) - {"name"}:
            pytest.fail(f"expected @pytest.mark.{MARKER}(name), got {marker}", pytrace=False)
        scenario = names[0]
    with _reported_as_failure(f"the sandbox of {request.node.name}"):
        sandbox = animeloop_mock_server.sandbox(scenario)
    yield sandbox
    sandbox.close()


@contextmanager
def _reported_as_failure(what: str) -> Iterator[None]:
    """Turn user errors into a test failure with one message, without a traceback."""
    __tracebackhide__ = True
    from mockserver.errors import MockError

    try:
        yield
    except (MockError, OSError, ValueError) as error:
        pytest.fail(f"{what}: {error}", pytrace=False)


class _Xdist:
    """Sends the coverage of xdist workers to the controller."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ARG002
        covered = getattr(node, "workeroutput", {}).get(_OUTPUT_KEY, [])
        self._config.stash[_COVERED].update((path, code) for path, code in covered)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Send the coverage to the xdist controller, or check it against the required percentage."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        covered: set[tuple[str, int]] = config.stash[_COVERED]
        output[_OUTPUT_KEY] = sorted(covered)
    elif exitstatus == pytest.ExitCode.OK and _missing(config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the missing pairs if the coverage is below the required percentage."""
    required = config.getoption("--animeloop-mock-require-coverage")
    missing = _missing(config)
    if missing:
        terminalreporter.section("animeloop-mock coverage")
        page, percent = _page_in_words(config), _percent(config, missing)
        terminalreporter.line(
            f"{percent:.1f} % of the documented pairs of {page} were answered, {required:g} % are "
            "required; missing:"
        )
        for path, code in missing:
            terminalreporter.line(f"  {path} {code}")


def _missing(config: pytest.Config) -> list[tuple[str, int]]:
    """Return the pairs that were not answered, if the coverage is below the required percentage."""
    required = config.getoption("--animeloop-mock-require-coverage")
    if required is None:
        return []
    covered = config.stash[_COVERED]
    missing = [pair for pair in _documented(config) if pair not in covered]
    return missing if _percent(config, missing) < required else []


def _percent(config: pytest.Config, missing: Sequence[tuple[str, int]]) -> float:
    """Return the percentage of the documented pairs that were answered."""
    return 100 * (1 - len(missing) / len(_documented(config)))


def _documented(config: pytest.Config) -> Sequence[tuple[str, int]]:
    """Return the pairs that count."""
    from mockserver.api.catalog import DEFAULT_PAGE, PAIRS_OF_PAGE

    pairs = PAIRS_OF_PAGE[config.getoption("--animeloop-mock-coverage-page") or DEFAULT_PAGE]
    return [(endpoint.path, code.number) for endpoint, code in pairs]


def _page_in_words(config: pytest.Config) -> str:
    from mockserver.api.catalog import DEFAULT_PAGE, named_page

    return named_page(config.getoption("--animeloop-mock-coverage-page") or DEFAULT_PAGE)
