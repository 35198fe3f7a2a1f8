"""The entry point of all commands. It maps errors to exit statuses."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Collection, Mapping
from typing import Final

from msgspec.structs import replace

from mockserver.api.common import BASE_PATH
from mockserver.cli import streams
from mockserver.cli.parser import DRIVING, NOT_FROM_ENVIRONMENT, PROGRAM, completion, parse
from mockserver.cli.signals import Signals
from mockserver.errors import (
    CannotBindError,
    FixtureError,
    MockError,
    NoStateError,
    UsageError,
    did_you_mean,
)
from mockserver.record.text import one_line, printable
from mockserver.server.settings import (
    ENV_PREFIX,
    SETTINGS,
    ServeSettings,
    from_environment,
)

OK: Final = 0
BAD_USAGE: Final = 2
CANNOT_BIND: Final = 3
INTERRUPTED: Final = 130
# Variables of this prefix that configure nothing: `exec` and Kubernetes set them.
_FOREIGN: Final = ("SERVICE_", "PORT_", "URL", "COOKIE", "USERNAME", "PASSWORD")


def main(arguments: list[str] | None = None, signals: Signals | None = None) -> int:
    """Run a command. Returns 0, 2 (bad usage or fixtures) or 3 (cannot bind, or no Redis).

    `exec` returns its command's status, or 1 if coverage is too low. `verify` returns 1 for drift.
    `signals` has held the signals since the process began. Without it, `main` runs inside another
    program, and leaves its signals, outputs and garbage collection alone.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if signals is None:
        return _status(given, Signals())
    streams.set_up()
    try:
        return _ended(_status(given, signals))
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        signals.ignore()


def _status(arguments: list[str], signals: Signals) -> int:
    try:
        return _run(parse(arguments), os.environ, signals)
    except (CannotBindError, NoStateError) as error:
        return _failed(str(error), CANNOT_BIND)
    except FixtureError as error:
        from mockserver.cli.findings import mistakes

        print(mistakes(error), file=sys.stderr)
        count = len(error.problems)
        return _failed(f"the fixtures have {count} mistake{'s' * (count > 1)}", BAD_USAGE)
    except MockError as error:
        return _failed(str(error), BAD_USAGE)
    except SystemExit:  # --help or --version
        return OK
    except OSError as error:
        return _unwritten(error)


def _ended(status: int) -> int:
    """Flush the output. Returns the status, or that of a failed write."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return _unwritten(error)
    return status


def _unwritten(error: OSError) -> int:
    if isinstance(sys.stdout, streams.Lenient):
        sys.stdout.forgive_all()  # the buffer would fail again at exit
    return _failed(f"cannot write the output: {error.strerror or error}", BAD_USAGE)


def _run(arguments: Namespace, environment: Mapping[str, str], signals: Signals) -> int:
    handles_signals = _HANDLE_SIGNALS.get(arguments.command)
    if handles_signals is not None:
        return handles_signals(arguments, environment, signals)
    signals.release()
    return _COMMANDS[arguments.command](arguments, environment)


# Lazy imports: each command imports only what it needs.


def _serve(arguments: Namespace, environment: Mapping[str, str], signals: Signals) -> int:
    from mockserver.cli.serve import has_banner, serve

    try:
        settings = _settings(arguments, environment)
    except UsageError:
        _warn_of_unknown_variables(environment)
        raise
    _warn_of_unknown_variables(environment, "# " if has_banner(settings) else "")
    if isinstance(sys.stdout, streams.Lenient):
        sys.stdout.forgive_all()  # serve even if the address cannot be printed
    serve(settings, signals)
    return OK


def _exec(arguments: Namespace, environment: Mapping[str, str], signals: Signals) -> int:
    from mockserver.cli.exec import ExecOptions, execute

    _warn_of_unknown_variables(environment)
    if "watch" in arguments:
        raise UsageError("exec does not support --watch: its fixtures never reload")
    # These variables configure a separate `serve`.
    foreign = {setting.variable for setting in SETTINGS if setting.field in NOT_FROM_ENVIRONMENT}
    own = {name: value for name, value in environment.items() if name not in foreign}
    settings = _settings(arguments, own)
    if "port" not in arguments:
        settings = replace(settings, port=0)
    options = ExecOptions(
        command=arguments.child,
        required_percent=arguments.require_coverage,
        coverage_page=arguments.coverage_page,
        log_file=arguments.log_file,
        live_log="log_format" in arguments and not settings.quiet,
    )
    return execute(settings, options, signals)


def _check(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.check import check

    check(arguments.path or _settings(arguments, environment, only=("fixtures",)).fixtures)
    return OK


def _cookie(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.cookie import cookie_value

    path = _settings(arguments, environment, only=("fixtures",)).fixtures
    print(cookie_value(arguments.username, path, arguments.kind, arguments.header))
    return OK


def _drive(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli import driving

    # A variable that configures `serve` must not turn `reset` into the removal of a state.
    is_reset = arguments.command == "reset"
    fields = () if is_reset else driving.FROM_SERVE.get(arguments.command, ())
    settings = _settings(arguments, environment, only=fields)
    return driving.run(arguments, environment, settings)


def _openapi(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.api import openapi as of_api
    from mockserver.api.profiles import PROFILES

    settings = _settings(arguments, environment, only=("http_status", "profile"))
    server_url = f"http://{settings.host}:{settings.port}"
    if arguments.control_plane:
        from mockserver.http.admin.openapi import document as of_control_plane

        made = of_control_plane.document(server_url)
    else:
        profile = PROFILES[settings.profile]
        made = of_api.document(server_url + BASE_PATH, settings.http_status, profile=profile)
    print(json.dumps(made, indent=2))
    return OK


def _schema(_arguments: Namespace, _environment: Mapping[str, str]) -> int:
    from mockserver.fixtures.schema import json_schema

    print(json.dumps(json_schema(), indent=2))
    return OK


def _completion(arguments: Namespace, _environment: Mapping[str, str]) -> int:
    print(completion(arguments.shell))
    return OK


def _verify(arguments: Namespace, _environment: Mapping[str, str], signals: Signals) -> int:
    from mockserver.cli.verify import verify

    return verify(arguments, signals)


def _init(arguments: Namespace, _environment: Mapping[str, str]) -> int:
    from mockserver.cli.init import init

    init(arguments.directory)
    return OK


_COMMANDS: Final[Mapping[str, Callable[[Namespace, Mapping[str, str]], int]]] = {
    "check": _check,
    "completion": _completion,
    "cookie": _cookie,
    "init": _init,
    "openapi": _openapi,
    "schema": _schema,
    **dict.fromkeys(DRIVING, _drive),
}
_HANDLE_SIGNALS: Final[Mapping[str, Callable[[Namespace, Mapping[str, str], Signals], int]]] = {
    "serve": _serve,
    "exec": _exec,
    "verify": _verify,
}


def _settings(
    arguments: Namespace, environment: Mapping[str, str], only: Collection[str] | None = None
) -> ServeSettings:
    """Read the settings from flags and environment; with `only`, read just their variables."""
    given = from_environment(environment, only)
    for setting in SETTINGS:
        value = getattr(arguments, setting.field, None)
        if isinstance(value, list):  # a flag that can be repeated
            texts = [one for text in value for one in setting.value(text, setting.flag)]
            given[setting.field] = tuple(dict.fromkeys(texts))
        elif value is not None:
            is_text = isinstance(value, str)
            given[setting.field] = setting.value(value, setting.flag) if is_text else value
    return ServeSettings(**given)


def _warn_of_unknown_variables(environment: Mapping[str, str], mark: str = "") -> None:
    """Warn of misspelt variables, which would have no effect. Lines begin with `mark`."""
    valid = [setting.variable for setting in SETTINGS]
    foreign = tuple(ENV_PREFIX + name for name in _FOREIGN)
    for name in environment:
        if name.startswith(ENV_PREFIX) and name not in valid and not name.startswith(foreign):
            hint = did_you_mean(name, valid, cutoff=0.9)
            warning = one_line(f"unknown variable {name}{hint}")
            print(f"{mark}{PROGRAM}: warning: {warning}", file=sys.stderr)


def _failed(message: str, status: int) -> int:
    print(f"{PROGRAM}: {printable(message)}", file=sys.stderr)
    return status
