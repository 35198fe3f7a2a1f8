"""The commands that drive a mock that runs."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from mockserver.cli import health, login, logs, remote, reset, scenario
from mockserver.cli.setting_flags import add_settings
from mockserver.server.settings import SETTINGS, ServeSettings

# The settings of `serve` that these commands have, too.
FROM_SERVE: Final[Mapping[str, tuple[str, ...]]] = {
    "logs": ("log_format", "color"),
    "reset": ("state", "state_namespace"),
}
_EPILOGS: Final = {"health": health.EPILOG, "logs": logs.EPILOG, "reset": reset.EPILOG}


def add_arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the arguments of one of these commands."""
    if command == "scenario":
        scenario.add_arguments(parser)
    elif command == "login":
        login.add_arguments(parser)
    elif command == "logs":
        logs.add_arguments(parser)
    fields = FROM_SERVE.get(command, ())
    add_settings(parser, (setting for setting in SETTINGS if setting.field in fields))
    remote.add_arguments(parser)
    parser.epilog = _EPILOGS.get(command, remote.EPILOG)


def run(arguments: Namespace, environment: Mapping[str, str], settings: ServeSettings) -> int:
    """Run one of these commands. Returns the exit status. Raises UsageError.

    `settings` has the form of the log, and the state that `reset` removes.
    """
    if arguments.command == "health":
        return health.health(arguments, environment)
    if settings.state is not None:
        reset.remove(arguments, settings.state, settings.state_namespace)
        return 0
    mock = remote.running_mock(arguments, environment)
    if arguments.command == "scenario":
        scenario.scenario(mock, arguments.name)
    elif arguments.command == "reset":
        reset.reset(mock)
    elif arguments.command == "login":
        login.login(mock, arguments.username, arguments.header)
    else:
        logs.logs(mock, settings, arguments.lines, arguments.follow)
    return 0
