"""The mock of a test session, and the sandboxes of its tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any, cast

import pytest

from animeloop_mock_pytest import gate, options
from animeloop_mock_pytest.aside import AnimeloopMockWarning
from animeloop_mock_pytest.per_test import MARKER, RefusedError
from mockserver.errors import MockError, UnknownNameError, UsageError
from mockserver.testing.addresses import read_url
from mockserver.testing.client import SandboxClient
from mockserver.testing.launch import Launch, NotStartedError
from mockserver.testing.process import LaunchedMock
from mockserver.testing.remote import Remote

_Failed: Any = pytest.fail.Exception


@contextmanager
def running(config: pytest.Config, launch: Launch | None) -> Iterator[Remote]:
    """Give the mock that was launched, or the one that runs already. Counts its coverage last."""
    __tracebackhide__ = True
    if launch is None:
        remote = _reached(config)
        yield remote
        _count(config, remote)
        return
    try:
        mock = LaunchedMock(launch)
    except NotStartedError as error:
        raise RefusedError(f"animeloop-mock did not start:\n{error}") from None
    with mock:
        yield mock
        _count(config, mock)


@contextmanager
def sandbox(remote: Remote, request: pytest.FixtureRequest) -> Iterator[SandboxClient]:
    """Make the sandbox of a test, under the scenario of its marker or of the options."""
    __tracebackhide__ = True
    scenario = _scenario(request)
    try:
        made = remote.sandbox(cast("Any", scenario))
    except (MockError, OSError) as error:
        raise _failed(f"the sandbox of {request.node.name}: {_reason(remote, error)}") from None
    yield made
    try:
        made.close()
    except OSError as error:
        raise _failed(f"the sandbox of {request.node.name}: {_reason(remote, error)}") from None


def _reached(config: pytest.Config) -> Remote:
    __tracebackhide__ = True
    url, source = options.value(config, "url") or "", options.source(config, "url")
    try:
        origin, sandbox_id = read_url(url, source)
    except UsageError as error:
        raise RefusedError(str(error)) from None
    if sandbox_id is not None:
        raise RefusedError(f"{source}: expected a mock's origin, got an api_url of a sandbox")
    try:
        remote = Remote(origin, options.value(config, "admin-token"))
        health = remote.health()
        scenarios = [one.name for one in remote.default.scenarios().scenarios]
    except OSError as error:
        words = error.strerror or str(error)
        raise RefusedError(f"{source}: no mock answers at {url}: {words}") from None
    except (MockError, ValueError, HTTPException) as error:
        raise RefusedError(f"{source} {url}: {error}") from None
    profile = options.value(config, "profile")
    if profile not in (None, health.profile):
        raise RefusedError(
            f"{options.source(config, 'profile')}: expected the profile of the mock at {url}, "
            f"{health.profile}, got {profile}"
        )
    scenario = options.value(config, "scenario")
    if scenario is not None and scenario not in scenarios:
        unknown = UnknownNameError("scenario", scenario, scenarios)
        raise RefusedError(f"{options.source(config, 'scenario')}: {unknown}")
    if options.is_strict(config) and not _has_journal(remote):
        raise RefusedError(
            f"strict: the mock at {url} has no journal, whose warnings would fail a test; start it "
            "without --no-request-journal"
        )
    for name in options.ineffective(config):
        text = f"the ini value {name} has no effect on the mock at {url}, which runs already"
        warnings.warn(AnimeloopMockWarning(text), stacklevel=1)
    return remote


def _has_journal(remote: Remote) -> bool:
    try:
        remote.default.requests(limit=1)
    except (MockError, OSError):
        return False
    return True


def _count(config: pytest.Config, remote: Remote) -> None:
    __tracebackhide__ = True
    if options.required_percent(config) is None:
        return
    try:
        profile = remote.health().profile
        gate.of(config).add(remote.covered(), profile if isinstance(profile, str) else None)
    except (MockError, OSError) as error:
        raise _failed(f"the coverage of animeloop-mock: {_reason(remote, error)}") from None


def _scenario(request: pytest.FixtureRequest) -> str | None:
    __tracebackhide__ = True
    marker = request.node.get_closest_marker(MARKER)
    if marker is None:
        return options.value(request.config, "scenario")
    names = [*marker.args, *marker.kwargs.values()]
    if len(names) != 1 or set(marker.kwargs) - {"name"}:
        raise _failed(f"expected @pytest.mark.{MARKER}(name), got {marker}")
    return str(names[0])


def _reason(remote: Remote, error: Exception) -> str:
    """Return why a call failed: if the mock's process has ended, what it said."""
    obituary = remote.obituary if isinstance(remote, LaunchedMock) else None
    return obituary or str(error)


def _failed(reason: str) -> Exception:
    failed: Exception = _Failed(reason, pytrace=False)
    return failed
