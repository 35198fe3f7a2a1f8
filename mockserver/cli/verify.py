"""`verify`: tests a running server against the documented contract."""

from __future__ import annotations

import argparse
import math
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from mockserver.cli.signals import Signals
from mockserver.errors import MockError, UnknownNameError, UsageError, shortened
from mockserver.record.text import one_line, printable
from mockserver.server.settings import HTTP_STATUS_MODES
from mockserver.verify import junit
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import DIFFERENCES
from mockserver.verify.control import ADMIN_PATH, BoundedControlPlane, probe_control_plane
from mockserver.verify.findings import Verdict
from mockserver.verify.report import lines
from mockserver.verify.run import ContractReport, cookie_value, examine, probe
from mockserver.verify.target import BadAnswerError, HttpApi, admin_url, api_url

DRIFT: Final = 1
# A run may take this many times the timeout of one exchange.
_EXCHANGES_OF_TIME: Final = 12
_MOST_SECONDS: Final = 600.0

EPILOG: Final = (
    "Without --cookie and --admin, verify tries only what needs no session. --cookie REPLACES AND "
    "REVOKES the token of its user; at the end the user has a new token if there was one before. "
    "--admin creates a sandbox in a mock for the run and tries everything. Known differences for "
    f"--accept: {'; '.join(f'{d.name} ({d.instead})' for d in DIFFERENCES.values())}. "
    "Exit status: 0 no drift in what was tried, 1 drift, or something other than this API "
    "answers, 2 bad usage, or nothing answers."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `verify`."""
    parser.add_argument(
        "--target",
        metavar="URL",
        type=api_url,
        default=None,
        help="the server: its origin, or a URL that ends in /api/v2; http or https",
    )
    parser.add_argument(
        "--cookie",
        metavar="COOKIE",
        type=cookie_value,
        default=None,
        help="session cookie of a user whose token may be replaced: its value, or NAME=VALUE",
    )
    parser.add_argument(
        "--admin",
        metavar="URL",
        type=_admin_url,
        default=None,
        help="control plane of the mock behind --target, such as http://127.0.0.1:7775/__admin",
    )
    parser.add_argument(
        "--admin-token",
        metavar="TOKEN",
        type=_token,
        default=None,
        help="token that the control plane requires",
    )
    parser.add_argument(
        "--accept",
        metavar="NAME,…",
        type=_differences,
        action="extend",
        default=[],
        help="known differences that do not count as drift: " + ", ".join(DIFFERENCES),
    )
    parser.add_argument(
        "--http-status",
        metavar="MODE",
        type=_http_status,
        default="200",
        help="HTTP status of documented codes: 200 (default), or from-code",
    )
    parser.add_argument(
        "--junit", metavar="FILE", type=_file, default=None, help="write a JUnit XML file"
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=10.0,
        help="timeout of one exchange (default: 10); the whole run has 12 times as much",
    )
    parser.add_argument(
        "--insecure",
        action="store_true",
        default=False,
        help="do not verify the server's TLS certificate",
    )


def verify(arguments: Namespace, signals: Signals) -> int:
    """Run `verify` and print the report. Returns the exit status.

    A stop signal raises KeyboardInterrupt, so that the run can clean up. Raises UsageError,
    NoAnswerError, ControlPlaneError.
    """
    if arguments.target is None:
        raise UsageError("expected --target URL, the server to run against")
    if arguments.admin_token is not None and arguments.admin is None:
        raise UsageError("--admin-token: expected --admin URL, too")
    signals.hand_over(_interrupt)
    with junit.JunitFile(arguments.junit) as file:
        try:
            outcome = _examined(arguments)
        except MockError as error:
            file.write(junit.of_error(str(error)))
            if not isinstance(error, BadAnswerError):
                raise
            _tell(str(error))
            return DRIFT
        file.write(junit.of_report(outcome))
    print(printable("\n".join(lines(outcome))), flush=True)
    return DRIFT if outcome.of(Verdict.FAIL) else 0


def _interrupt(_number: int) -> None:
    raise KeyboardInterrupt


def _examined(arguments: Namespace) -> ContractReport:
    timeout_s: float = arguments.timeout
    deadline = Deadline(timeout_s * _EXCHANGES_OF_TIME)
    target = HttpApi(arguments.target, timeout_s, arguments.insecure)
    probe(target)
    control = None
    if arguments.admin is not None:
        probe_control_plane(arguments.admin, arguments.admin_token, timeout_s)
        control = BoundedControlPlane(arguments.admin, arguments.admin_token, timeout_s)
    return examine(
        target,
        deadline,
        cookie=arguments.cookie,
        control=control,
        accepted=arguments.accept,
        http_status=arguments.http_status,
        warn=_tell,
    )


def _tell(text: str) -> None:
    print(f"animeloop-mock: {one_line(text)}", file=sys.stderr)


def _admin_url(text: str) -> str:
    return admin_url(text, ADMIN_PATH)


def _token(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable():
        raise UsageError("--admin-token: expected printable ASCII characters")
    return text


def _differences(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        expected = " or ".join(DIFFERENCES)
        raise UsageError(f"--accept: expected {expected}, got {shortened(text)}")
    for name in names:
        if name not in DIFFERENCES:
            raise UnknownNameError("difference", name, DIFFERENCES)
    return names


def _http_status(text: str) -> str:
    if text not in HTTP_STATUS_MODES:
        expected = " or ".join(HTTP_STATUS_MODES)
        raise UsageError(f"--http-status: expected {expected}, got {shortened(text)}")
    return text


def _file(text: str) -> Path:
    if not text:
        raise UsageError("--junit: expected a file name, got ''")
    return Path(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _MOST_SECONDS:
        most = f"{_MOST_SECONDS:g}"
        raise UsageError(
            f"--timeout: expected seconds, more than 0 and at most {most}, got {text!r}"
        )
    return seconds
