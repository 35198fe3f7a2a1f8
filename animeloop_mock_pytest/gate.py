"""The coverage gate: fails a run in which too few documented pairs were answered."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

import pytest

from animeloop_mock_pytest import aside, options

NAME: Final = "animeloop_mock_gate"
_OUTPUT_KEY: Final = "animeloop_mock_covered"
_PROFILE_KEY: Final = "animeloop_mock_profile"
# With these, pytest runs no test.
_RUNS_NOTHING: Final = (
    "collectonly", "setuponly", "setupplan", "showfixtures", "show_fixtures_per_test", "cacheshow",
)  # fmt: skip


class Gate:
    """Collects the answered pairs of this process, or of all xdist workers, and judges them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._covered: set[tuple[str, int]] = set()
        self._profile: str | None = None

    def add(self, covered: Iterable[tuple[str, int]], profile: str | None) -> None:
        """Add the pairs that a server has answered."""
        self._covered.update(covered)
        self._profile = profile or self._profile

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ARG002
        """Add what an xdist worker has sent."""
        output = getattr(node, "workeroutput", {})
        pairs = output.get(_OUTPUT_KEY, [])
        self.add(((path, code) for path, code in pairs), output.get(_PROFILE_KEY))

    def collect(self) -> None:
        """Add what was served in this process, and send all to the xdist controller, if any."""
        served = sys.modules.get("mockserver.testing.served")
        if served is not None:
            self.add(served.covered(), None)
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT_KEY] = sorted(self._covered)
            output[_PROFILE_KEY] = self._profile

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Judge the coverage last, and say so after the summary of pytest."""
        yield
        told = self._verdict() if self._judges(session) else []
        if not told:
            return
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            for line in told:
                reporter.write_line(line, red=True)

    def _judges(self, session: pytest.Session) -> bool:
        option = self._config.option
        if hasattr(self._config, "workeroutput"):
            return False
        return session.exitstatus == pytest.ExitCode.OK and not any(
            getattr(option, name, False) for name in _RUNS_NOTHING
        )

    def _verdict(self) -> list[str]:
        """Return what is missing as lines, or nothing if the coverage suffices."""
        required = options.required_percent(self._config)
        if required is None:
            return []
        other = aside.other_package()
        if other is not None:
            reason = f"another package is called mockserver: {other}"
            return [f"animeloop-mock: FAILED, the coverage is not available, because {reason}"]
        from mockserver.api.catalog import PAIRS_OF_PAGE, named_page
        from mockserver.api.profiles import PROFILES

        page = options.coverage_page(self._config)
        documented = PAIRS_OF_PAGE[page]
        missing = [
            (endpoint, code)
            for endpoint, code in documented
            if (endpoint.path, code.number) not in self._covered
        ]
        percent = 100 * (len(documented) - len(missing)) / len(documented)
        if percent >= required:
            return []
        profile = PROFILES.get(self._profile or "")
        unsent = profile.unsent if profile is not None else frozenset()
        head = (
            f"animeloop-mock: {percent:.1f} % of the documented pairs of {named_page(page)} were "
            f"answered, {required:g} % are required; missing:"
        )
        never = f" (profile {self._profile} never sends it)"
        listed = [
            f"  {endpoint.path} {code.number}{never * (code in unsent)}"
            for endpoint, code in missing
        ]
        return [head, *listed, "animeloop-mock: FAILED, the coverage is too low"]


def of(config: pytest.Config) -> Gate:
    """Return the gate of a run."""
    return cast("Gate", config.pluginmanager.get_plugin(NAME))
