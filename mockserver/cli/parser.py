"""Parses the command line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NoReturn

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
from mockserver.errors import UsageError, did_you_mean
from mockserver.server.settings import SETTINGS, Setting
from mockserver.version import __version__

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

PROGRAM: Final = "animeloop-mock"

_COMMANDS: Final = {
    "serve": "start the mock (the default command)",
    "check": "validate fixtures and list the documented codes that they reach",
    "cookie": "print a user's cookie value",
    "exec": "run a command beside a mock on a free port: exec [flags of serve] -- CMD …",
    "init": "copy the shipped fixtures to a directory, to begin with",
    "openapi": "print the OpenAPI 3.1 document of the mocked API, or of the control plane",
    "schema": "print the JSON Schema of fixture files",
    "verify": "run the documented contract against a server: this mock, or a real one",
}
_SERVE_EPILOG: Final = (
    "Every flag also has an environment variable: --http-status is "
    "ANIMELOOP_MOCK_HTTP_STATUS. The command line takes precedence. "
    "Exit status: 0 success, 2 bad usage or fixtures, 3 cannot listen on the address."
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


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises UsageError, with the nearest valid flag."""

    def error(self, message: str) -> NoReturn:
        message = re.sub(
            r"^argument (.*): ignored explicit argument .*$", r"\1 takes no value", message
        )
        raise UsageError(f"{message} (see {self.prog} --help)")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        # argparse's own method ignores write errors.
        print(self.format_help(), end="", file=file)

    def parse_strictly(self, arguments: list[str]) -> argparse.Namespace:
        values, unknown = self.parse_known_args(arguments)
        if unknown:
            flags = [flag for action in self._actions for flag in action.option_strings]
            name = unknown[0].partition("=")[0]
            kind = "flag" if name.startswith("-") else "argument"
            hint = did_you_mean(name, flags) if kind == "flag" else ""
            self.error(f"unknown {kind} {name!r}{hint}")
        return values


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command (`command`) and its arguments. Absent flags of `serve` are not set.

    Raises UsageError. For --help and --version it prints and exits.
    """
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help"):
        _top().print_help()
        sys.exit(0)
    if first == "--version":
        print(f"{PROGRAM} {__version__}")
        sys.exit(0)
    if first == "exec":
        return _parse_exec(arguments[1:])
    if first in _COMMANDS:
        return _command_parser(first).parse_strictly(arguments[1:])
    if first and not first.startswith("-"):
        expected = did_you_mean(first, _COMMANDS) or "; expected " + ", ".join(_COMMANDS)
        raise UsageError(f"unknown command {first!r}{expected}")
    return _command_parser("serve").parse_strictly(arguments)


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


def _top() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [COMMAND] [flags]",
        description="A mock of the Animeloop auth API, for tests.",
        epilog=f"{PROGRAM} COMMAND --help shows the flags of a command. {_SERVE_EPILOG}",
        allow_abbrev=False,
    )
    commands = parser.add_argument_group("commands")
    for name, text in _COMMANDS.items():
        commands.add_argument(name, help=text, nargs="?", metavar=name)
    parser.add_argument("--version", action="store_true", help="print the version")
    _add_settings(parser.add_argument_group("flags of serve"), SETTINGS)
    return parser


def _command_parser(command: str) -> _Parser:
    parser = _Parser(
        prog=f"{PROGRAM} {command}",
        description=_COMMANDS[command][0].upper() + _COMMANDS[command][1:] + ".",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.set_defaults(command=command)
    if command == "serve":
        parser.epilog = _SERVE_EPILOG
        _add_settings(parser, SETTINGS)
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
        _add_settings(parser, _settings_of_exec())
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
        _add_settings(parser, (setting for setting in SETTINGS if setting.field == "fixtures"))
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
        _add_settings(parser, (setting for setting in SETTINGS if setting.field == "fixtures"))
    elif command == "init":
        parser.add_argument("directory", metavar="DIR", help="created if it does not exist")
    elif command == "openapi":
        text = "print the document of the control plane instead"
        parser.add_argument("--control-plane", action="store_true", default=False, help=text)
        fields = ("http_status", "profile")
        _add_settings(parser, (setting for setting in SETTINGS if setting.field in fields))
    elif command == "verify":
        from mockserver.cli import verify  # lazy: other commands do not need it

        verify.add_arguments(parser)
        parser.epilog = verify.EPILOG
    return parser


def _add_settings(
    parser: argparse.ArgumentParser | argparse._ArgumentGroup, settings: Iterable[Setting]
) -> None:
    for setting in settings:
        flags = [setting.short, setting.flag] if setting.short else [setting.flag]
        text = setting.help + (f" (default: {setting.default})" if setting.default else "")
        if setting.is_switch:
            parser.add_argument(*flags, dest=setting.field, action="store_true", help=text)
        else:
            parser.add_argument(
                *flags,
                dest=setting.field,
                metavar=setting.metavar,
                action="append" if setting.is_list else "store",
                help=text.replace("%", "%%"),
            )
