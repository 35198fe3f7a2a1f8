"""The entry point of all commands, and the one place where errors become exit statuses."""

from __future__ import annotations

import gc
import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import TextIOWrapper
from typing import Final

from mockserver.api.codes import BASE_PATH
from mockserver.cli.parser import PROGRAM, parse
from mockserver.errors import CannotBindError, FixtureError, MockError, UsageError, did_you_mean
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


def main(arguments: list[str] | None = None) -> int:  # noqa: PLR0911  a status for each error
    """Run a command; the exit status is 0, 2 (bad usage or fixtures) or 3 (cannot bind).

    That of `exec` is its command's, or 1 where coverage is short; `verify` has 1 for drift.
    """
    gc.disable()  # start-up makes objects that stay; `serve` and `exec` enable it again
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(parse(sys.argv[1:] if arguments is None else arguments), os.environ)
    except CannotBindError as error:
        return _failed(str(error), CANNOT_BIND)
    except FixtureError as error:
        from mockserver.cli.findings import mistakes

        print(mistakes(error), file=sys.stderr)
        count = len(error.problems)
        return _failed(f"the fixtures have {count} mistake{'s' * (count > 1)}", BAD_USAGE)
    except MockError as error:
        return _failed(str(error), BAD_USAGE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        return _failed(f"cannot write the output: {error.strerror or error}", BAD_USAGE)


def _run(arguments: Namespace, environment: Mapping[str, str]) -> int:
    status = _COMMANDS[arguments.command](arguments, environment)
    sys.stdout.flush()
    return status


# Imports stand in the functions so that each command pays for its own only.


def _serve(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.serve import serve

    _warn_of_unknown_variables(environment)
    serve(_settings(arguments, environment))
    return OK


def _exec(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.exec import execute

    _warn_of_unknown_variables(environment)
    settings = _settings(arguments, environment)
    given = vars(arguments).keys() | from_environment(environment).keys()
    if settings.watch:
        raise UsageError("exec takes no --watch: its fixtures stay as they are")
    settings = replace(
        settings,
        port=settings.port if "port" in given else 0,
        quiet=settings.quiet or "log_format" not in given,
    )
    return execute(settings, arguments.child, arguments.require_coverage)


def _check(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.check import check

    check(arguments.path or _settings(arguments, environment, only="fixtures").fixtures)
    return OK


def _cookie(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.cli.cookie import cookie_value

    path = _settings(arguments, environment, only="fixtures").fixtures
    print(cookie_value(arguments.username, path, arguments.kind, arguments.header))
    return OK


def _openapi(arguments: Namespace, environment: Mapping[str, str]) -> int:
    from mockserver.api.openapi import document

    settings = _settings(arguments, environment, only="http_status")
    server_url = f"http://{settings.host}:{settings.port}{BASE_PATH}"
    print(json.dumps(document(server_url, settings.http_status), indent=2))
    return OK


def _schema(_arguments: Namespace, _environment: Mapping[str, str]) -> int:
    from mockserver.fixtures.schema import json_schema

    print(json.dumps(json_schema(), indent=2))
    return OK


def _verify(arguments: Namespace, _environment: Mapping[str, str]) -> int:
    from mockserver.cli.verify import verify

    return verify(arguments)


_COMMANDS: Final[Mapping[str, Callable[[Namespace, Mapping[str, str]], int]]] = {
    "serve": _serve,
    "check": _check,
    "cookie": _cookie,
    "exec": _exec,
    "openapi": _openapi,
    "schema": _schema,
    "verify": _verify,
}


def _settings(
    arguments: Namespace, environment: Mapping[str, str], only: str | None = None
) -> ServeSettings:
    """From flags and environment; with `only` no other variable is looked at."""
    given = from_environment(environment, only)
    for setting in SETTINGS:
        value = getattr(arguments, setting.field, None)
        if value is not None:
            is_text = isinstance(value, str)
            given[setting.field] = setting.value(value, setting.flag) if is_text else value
    return ServeSettings(**given)


def _warn_of_unknown_variables(environment: Mapping[str, str]) -> None:
    """A misspelt variable would be silently without effect."""
    valid = [setting.variable for setting in SETTINGS]
    foreign = tuple(ENV_PREFIX + name for name in ("SERVICE_", "PORT_", "URL", "COOKIE"))
    for name in environment:
        if name.startswith(ENV_PREFIX) and name not in valid and not name.startswith(foreign):
            hint = did_you_mean(name, valid, cutoff=0.9)
            warning = one_line(f"unknown variable {name}{hint}")
            print(f"{PROGRAM}: warning: {warning}", file=sys.stderr)


def _failed(message: str, status: int) -> int:
    print(f"{PROGRAM}: {printable(message)}", file=sys.stderr)
    return status
