"""Parses the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import structs

from mockserver.api.catalog import DEFAULT_PAGE, PAIRS_OF_PAGE
from mockserver.cli.flag_values import (
    COOKIE_KINDS,
    cookie_kind,
    coverage_page,
    existing_name,
    log_file,
    percent,
)
from mockserver.cli.setting_flags import add_settings
from mockserver.cli.strict_parser import StrictParser
from mockserver.errors import UsageError, did_you_mean
from mockserver.server.settings import SETTINGS, Setting
from mockserver.version import __version__

PROGRAM: Final = "animeloop-mock"

_COMMANDS: Final = {
    "serve": "start the mock (the default command)",
    "check": "validate fixtures and list the documented codes that they reach",
    "cookie": "print a user's cookie value",
    "scenario": "list the scenarios of a mock that runs, or switch to one",
    "reset": "reset a mock that runs to its state at the start",
    "login": "log a user in at a mock that runs, and print the new session's cookie value",
    "logs": "print the requests to a mock that runs, newest last",
    "health": "exit with 0 if a mock answers, else with 1: a container's health check",
    "exec": "run a command beside a mock on a free port: exec [flags of serve] -- CMD …",
    "init": "copy the shipped fixtures to a directory, to begin with",
    "openapi": "print the OpenAPI 3.1 document of the mocked API, or of the control plane",
    "schema": "print the JSON Schema of fixture files",
    "verify": "run the documented contract against a server: this mock, or a real one",
    "completion": "print a script that completes the command line: completion bash|zsh|fish",
    "help": "print the help, or that of a command: help [CMD]",
}
DRIVING: Final = ("scenario", "reset", "login", "logs", "health")
_SERVE_EPILOG: Final = (
    "Every flag also has an environment variable: --http-status is "
    "ANIMELOOP_MOCK_HTTP_STATUS. The command line takes precedence. "
    "Exit status: 0 success, 2 bad usage or fixtures, 3 cannot listen on the address, or no Redis "
    "at --state."
)
# `exec` ignores the variables of these: they configure a separate `serve`.
NOT_FROM_ENVIRONMENT: Final = ("port", "port_file", "watch")
_EXEC_EPILOG: Final = (
    "The environment of CMD has ANIMELOOP_MOCK_URL (the origin), ANIMELOOP_API_URL (it ends in "
    "/api/v2), ANIMELOOP_MOCK_COOKIE (the cookie value of the first session with a user), and "
    "ANIMELOOP_MOCK_USERNAME and ANIMELOOP_MOCK_PASSWORD (of the first user who can log in and has "
    "no scenario). "
    "It has ANIMELOOP_MOCK_ADMIN_TOKEN if the control plane requires a token. "
    "NO_PROXY includes the mock's host. "
    "Every flag but --port and --port-file also has an environment variable, as for serve. "
    "Exit status: that of CMD; 128+n if signal n ended it, 127 if it is not found, 1 if coverage "
    "is too low. If CMD fails, exec prints the last requests."
)
# Help and default of `serve` flags that mean something else in `exec`.
_EXEC_SETTINGS: Final = {
    "port": ("port to listen on", "any free one"),
    "log_format": ("show the request log while CMD runs, in this form: text or json", ""),
    "quiet": ("show no requests if CMD fails", ""),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command (`command`) and its arguments. Absent flags of `serve` are not set.

    Raises UsageError. For --help and --version it prints and exits.
    """
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help"):
        _top().print_help()
        sys.exit(0)
    if first == "--version":
        from mockserver.cli.versions import versions

        for line in (f"{PROGRAM} {__version__}", *versions()):
            print(line)
        sys.exit(0)
    if first == "help":
        _print_help_of(arguments[1:])
        sys.exit(0)
    if first == "exec":
        return _parse_exec(arguments[1:])
    if first in _COMMANDS:
        return _command_parser(first).parse_strictly(arguments[1:])
    if first and not first.startswith("-"):
        raise _unknown_command(first)
    return _command_parser("serve").parse_strictly(arguments)


def completion(shell: str) -> str:
    """Return the script that completes the command line in a shell."""
    from mockserver.cli.completion import CommandLine, script

    lines = [
        CommandLine(name, text, _command_parser(name).flags()) for name, text in _COMMANDS.items()
    ]
    return script(shell, PROGRAM, lines)


def _print_help_of(arguments: list[str]) -> None:
    names = [name for name in arguments if name not in ("help", "-h", "--help")]
    unknown = [name for name in names if name not in _COMMANDS]
    if unknown:
        raise _unknown_command(unknown[0])
    if len(names) > 1:
        raise UsageError(f"help: expected one command, got {len(names)}")
    (_command_parser(names[0]) if names else _top()).print_help()


def _unknown_command(name: str) -> UsageError:
    expected = did_you_mean(name, _COMMANDS) or "; expected " + ", ".join(_COMMANDS)
    return UsageError(f"unknown command {name!r}{expected}")


def _parse_exec(arguments: list[str]) -> argparse.Namespace:
    if "--" not in arguments and not {"-h", "--help"} & set(arguments):
        raise UsageError("expected '--' and a command: exec [flags] -- CMD …")
    end = arguments.index("--") if "--" in arguments else len(arguments)
    values = _command_parser("exec").parse_strictly(arguments[:end])
    values.child = arguments[end + 1 :]
    if not values.child:
        raise UsageError("expected a command after '--'")
    return values


def _settings_of_exec() -> Iterator[Setting]:
    for setting in SETTINGS:
        if setting.field in _EXEC_SETTINGS:
            text, default = _EXEC_SETTINGS[setting.field]
            yield structs.replace(setting, help=text, default=default)
        elif setting.field != "watch":
            yield setting


def _top() -> StrictParser:
    parser = StrictParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [COMMAND] [flags]",
        description="A mock of the Animeloop auth API, for tests.",
        epilog=f"{PROGRAM} COMMAND --help shows the flags of a command. {_SERVE_EPILOG}",
        allow_abbrev=False,
    )
    commands = parser.add_argument_group("commands")
    for name, text in _COMMANDS.items():
        commands.add_argument(name, help=text, nargs="?", metavar=name)
    parser.add_argument(
        "--version",
        action="store_true",
        help="print the version, and those of Python and libraries",
    )
    add_settings(parser.add_argument_group("flags of serve"), SETTINGS)
    return parser


def _command_parser(command: str) -> StrictParser:
    parser = StrictParser(
        prog=f"{PROGRAM} {command}",
        description=_COMMANDS[command][0].upper() + _COMMANDS[command][1:] + ".",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.set_defaults(command=command)
    if command == "serve":
        parser.epilog = _SERVE_EPILOG
        add_settings(parser, SETTINGS)
    elif command == "exec":
        parser.usage = f"{PROGRAM} exec [flags] -- CMD ..."
        parser.epilog = _EXEC_EPILOG
        parser.add_argument(
            "--require-coverage",
            metavar="PERCENT",
            type=percent,
            default=None,
            help="exit with 1 unless this percentage of the documented pairs was answered",
        )
        parser.add_argument(
            "--coverage-page",
            metavar="PAGE",
            type=coverage_page,
            default=DEFAULT_PAGE,
            help="the page of the documentation whose pairs count: "
            f"{', '.join(PAIRS_OF_PAGE)} (default: {DEFAULT_PAGE})",
        )
        parser.add_argument(
            "--log-file",
            metavar="FILE",
            type=log_file,
            default=None,
            help="write the request log to this file; -: to standard error",
        )
        add_settings(parser, _settings_of_exec())
        # Accepted here, so that `exec` can explain the refusal.
        parser.add_argument("--watch", action="store_true", help=argparse.SUPPRESS)
    elif command == "check":
        parser.add_argument(
            "path",
            nargs="?",
            type=existing_name,
            default=None,
            metavar="PATH",
            help="a YAML file or a directory of them (default: as for --fixtures)",
        )
        add_settings(parser, (setting for setting in SETTINGS if setting.field == "fixtures"))
    elif command == "cookie":
        parser.add_argument("username", metavar="USERNAME", help="whose session")
        parser.add_argument(
            "--kind",
            type=cookie_kind,
            metavar="KIND",
            default="valid",
            help="print a cookie that must be refused: " + ", ".join(COOKIE_KINDS[1:]),
        )
        text = "print NAME=VALUE instead of the value"
        parser.add_argument("--header", action="store_true", default=False, help=text)
        add_settings(parser, (setting for setting in SETTINGS if setting.field == "fixtures"))
    elif command == "init":
        parser.add_argument("directory", metavar="DIR", help="created if it does not exist")
    elif command == "openapi":
        text = "print the document of the control plane instead"
        parser.add_argument("--control-plane", action="store_true", default=False, help=text)
        fields = ("http_status", "profile")
        add_settings(parser, (setting for setting in SETTINGS if setting.field in fields))
    elif command == "completion":
        from mockserver.cli.completion import shell

        parser.add_argument("shell", type=shell, metavar="SHELL", help="bash, zsh or fish")
    elif command in DRIVING:
        from mockserver.cli import driving

        driving.add_arguments(parser, command)
    elif command == "verify":
        from mockserver.cli import verify  # lazy: other commands do not need it

        verify.add_arguments(parser)
        parser.epilog = verify.EPILOG
    return parser


def commands() -> Mapping[str, str]:
    """Return each command with what it does."""
    return _COMMANDS


def parser_of(command: str) -> argparse.ArgumentParser:
    """Return the parser of a command, for documents about its flags."""
    return _command_parser(command)
