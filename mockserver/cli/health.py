"""`health`: tells whether a mock answers, for a container's health check."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from msgspec import UNSET

from mockserver.cli.remote import (
    URL_VARIABLE,
    CallRefusedError,
    NotReachedError,
    RunningMock,
    running_mock,
)
from mockserver.http.admin.answers import HealthAnswer
from mockserver.record.text import one_line
from mockserver.server.settings import ServeSettings, from_environment

HEALTHY: Final = 0
# Docker takes 1 for unhealthy, and reserves 2.
UNHEALTHY: Final = 1
EPILOG: Final = (
    "Without --url and ANIMELOOP_MOCK_URL it asks where serve listens in the same environment: "
    "ANIMELOOP_MOCK_HOST and ANIMELOOP_MOCK_PORT. "
    "Exit status: 0 healthy, 1 unhealthy, or no mock answers, 2 bad usage."
)
_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


def health(arguments: Namespace, environment: Mapping[str, str]) -> int:
    """Print the status of a mock. Returns 0, or 1 with the reason on standard error.

    Raises UsageError for wrong flags or variables.
    """
    if not environment.get(URL_VARIABLE):
        environment = {**environment, URL_VARIABLE: _own_url(environment)}
    mock = running_mock(arguments, environment)
    try:
        answer = mock.ask(HealthAnswer, "GET", "/health")
    except (NotReachedError, CallRefusedError) as error:
        print(one_line(f"unhealthy: {error}"), file=sys.stderr)
        return UNHEALTHY
    print(one_line(_described(mock, answer)))
    return HEALTHY


def _own_url(environment: Mapping[str, str]) -> str:
    """Return the origin at which a mock with this environment listens."""
    settings = ServeSettings(**from_environment(environment, ("host", "port")))
    host = _WILDCARDS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{settings.port}"


def _described(mock: RunningMock, answer: HealthAnswer) -> str:
    facts = {"profile": answer.profile, "scenario": answer.scenario, "state": answer.state}
    told = [f"{name} {value}" for name, value in facts.items() if value is not UNSET]
    return ", ".join([f"the mock at {mock.url} is healthy", *told])
