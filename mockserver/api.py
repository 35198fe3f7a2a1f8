"""The Python API."""

from __future__ import annotations

import time
from pathlib import Path

from mockserver.clock import Clock, SystemClock
from mockserver.errors import UsageError
from mockserver.exchange import Observer
from mockserver.faults import Sleep
from mockserver.fixtures import load_fixtures
from mockserver.http.app import WsgiApp, make_app, unobserved
from mockserver.profiles import PROFILES
from mockserver.sandbox import DEFAULT_SCENARIO, Sandbox
from mockserver.settings import default_fixtures


def create_app(
    fixtures: Path | str | None = None,
    *,
    scenario: str = DEFAULT_SCENARIO,
    profile: str = "documented",
    http_status: str = "200",
    seed: int | None = None,
    clock: Clock | None = None,
    sleep: Sleep = time.sleep,
    observe: Observer = unobserved,
) -> WsgiApp:
    """The mock as a WSGI application, for any server or in-process client.

    `fixtures` is a file or directory (default: the shipped ones); `observe` is told every
    exchange; `sleep` takes the delays of faults, in seconds. Raises FixtureError with every
    mistake in the fixtures, UnknownNameError for an unknown scenario, UsageError for an unknown
    profile or HTTP status mode.
    """
    if profile not in PROFILES:
        raise UsageError(f"unknown profile {profile!r}; expected " + " or ".join(PROFILES))
    loaded = load_fixtures(default_fixtures() if fixtures is None else Path(fixtures))
    sandbox = Sandbox(
        loaded, clock or SystemClock(), PROFILES[profile], sleep, scenario=scenario, seed=seed
    )
    return make_app(sandbox, http_status, observe)
