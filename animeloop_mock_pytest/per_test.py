"""What the plugin does for each test that uses a sandbox: marker, warnings, report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

from animeloop_mock_pytest import options
from animeloop_mock_pytest.aside import AnimeloopMockWarning

if TYPE_CHECKING:
    from mockserver import SandboxClient

MARKER: Final = "animeloop_scenario"
_SANDBOX: pytest.StashKey[SandboxClient] = pytest.StashKey()
_FIXTURE: Final = "animeloop_mock"
# The newest requests that a report considers; `journal_lines` shortens them.
_MOST_ENTRIES: Final = 200
_FOLLOWING: Final = "the mock could not be used, see the first error of animeloop-mock"


_Failed: Any = pytest.fail.Exception


class RefusedError(_Failed):  # type: ignore[misc]
    """The server cannot be used. The first test that needs it tells why, the others that it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, pytrace=False)


def begin(item: pytest.Item, sandbox: SandboxClient) -> None:
    """Note the sandbox of a test."""
    item.stash[_SANDBOX] = sandbox


def before_call(item: pytest.Item) -> None:
    """Fail a test whose marker has no effect."""
    __tracebackhide__ = True
    names = getattr(item, "fixturenames", ())
    if _ignores_marker(item) and "request" not in names:
        _fail_for_marker()


def after_call(item: pytest.Item) -> None:
    """Warn of the warnings in the journal, or fail the test for them."""
    __tracebackhide__ = True
    if _ignores_marker(item):  # it could have asked for the fixture through `request`
        _fail_for_marker()
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is None:
        return
    found = _warnings(sandbox)
    if not found:
        return
    if options.is_strict(item.config):
        listed = "\n".join(f"  {line}" for line in found)
        pytest.fail(f"the journal of animeloop-mock has warnings:\n{listed}", pytrace=False)
    try:
        for line in found:
            item.warn(AnimeloopMockWarning(line))
    except AnimeloopMockWarning as raised:  # warnings are errors here
        error = str(raised)
    else:
        return
    pytest.fail(f"AnimeloopMockWarning: {error}", pytrace=False)


def complete(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Add the journal to the report of a failed test, unless its message has it already."""
    error = None if call.excinfo is None else call.excinfo.value
    if isinstance(error, RefusedError):
        error.msg = _FOLLOWING
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is None or not report.failed or report.when == "teardown":
        return
    from mockserver.testing.matching import NotRequestedError

    if not isinstance(error, NotRequestedError):
        report.sections.append((f"requests to animeloop-mock ({sandbox.url()})", _journal(sandbox)))


def _ignores_marker(item: pytest.Item) -> bool:
    return item.get_closest_marker(MARKER) is not None and _SANDBOX not in item.stash


def _fail_for_marker() -> None:
    __tracebackhide__ = True
    pytest.fail(
        f"@pytest.mark.{MARKER} has no effect without the fixture {_FIXTURE}", pytrace=False
    )


def _warnings(sandbox: SandboxClient) -> list[str]:
    """Return each warning in the journal once, with the number of requests that have it."""
    from mockserver.errors import MockError

    try:
        entries = sandbox.requests()
    except (MockError, OSError):  # without a journal, or gone with the test
        return []
    counted = Counter(
        f"{entry.method} {entry.endpoint or entry.path}: {warning.removeprefix('warning: ')}"
        for entry in entries
        for warning in entry.warnings
    )
    return [line + f" ({times} times)" * (times > 1) for line, times in counted.items()]


def _journal(sandbox: SandboxClient) -> str:
    from mockserver.errors import MockError
    from mockserver.http.admin.record_answers import EntriesAnswer
    from mockserver.testing.journal_text import journal_lines

    query = {"order": "newest", "limit": _MOST_ENTRIES}
    try:
        found = sandbox.control.ask(EntriesAnswer, "GET", "/requests", **query)
    except (MockError, OSError) as error:
        return f"the journal cannot be read: {error}"
    lines = journal_lines(found.requests[::-1], earlier=found.total - len(found.requests))
    return "\n".join(lines) or "no request came"
