"""`verify`: tests a running server against the documented contract."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from typing import Final

from mockserver.cli import verify_values
from mockserver.cli.signals import Signals
from mockserver.errors import MockError, UsageError
from mockserver.record.text import one_line, printable
from mockserver.verify import junit
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import DIFFERENCES
from mockserver.verify.control import BoundedControlPlane, probe_control_plane
from mockserver.verify.findings import Verdict
from mockserver.verify.given import Given
from mockserver.verify.members import DEFAULT_CAPTCHA, Member
from mockserver.verify.report import lines
from mockserver.verify.run import ContractReport, examine, probe
from mockserver.verify.session_cookie import cookie_value
from mockserver.verify.target import BadAnswerError, HttpApi, api_url
from mockserver.verify.terms import TERMS

DRIFT: Final = 1
# A run may take this many times the timeout of one exchange.
_EXCHANGES_OF_TIME: Final = 12

EPILOG: Final = (
    "Without --cookie, --username and --admin, verify tries only what needs no session. --cookie "
    "and --username REPLACE AND REVOKE the token of the user; at the end the user has a new token "
    "if there was one before. --username also logs in and out, and MAY SEND A MAIL to the user. "
    "--admin creates a sandbox in a mock for the run and tries everything. Without --admin, verify "
    "registers nobody. Known differences for "
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
        "--username",
        metavar="NAME",
        type=verify_values.text_of("--username"),
        default=None,
        help="a user to log in as; with --password",
    )
    parser.add_argument(
        "--password",
        metavar="PASSWORD",
        type=verify_values.text_of("--password"),
        default=None,
        help="the password of --username; it is never shown",
    )
    parser.add_argument(
        "--recaptcha",
        metavar="VALUE",
        type=verify_values.text_of("--recaptcha"),
        default=DEFAULT_CAPTCHA,
        help=f"reCAPTCHA value of logins and registrations (default: {DEFAULT_CAPTCHA})",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        type=verify_values.profile,
        default="documented",
        help="what to expect: documented (default), server, as its published source does, or "
        "dashboard, as its branch for the web application does",
    )
    parser.add_argument(
        "--admin",
        metavar="URL",
        type=verify_values.admin,
        default=None,
        help="control plane of the mock behind --target, such as http://127.0.0.1:7775/__admin",
    )
    parser.add_argument(
        "--admin-token",
        metavar="TOKEN",
        type=verify_values.token,
        default=None,
        help="token that the control plane requires",
    )
    parser.add_argument(
        "--accept",
        metavar="NAME,…",
        type=verify_values.differences,
        action="extend",
        default=[],
        help="known differences that do not count as drift: " + ", ".join(DIFFERENCES),
    )
    parser.add_argument(
        "--http-status",
        metavar="MODE",
        type=verify_values.http_status,
        default="200",
        help="HTTP status of documented codes: 200 (default), or from-code",
    )
    parser.add_argument(
        "--junit",
        metavar="FILE",
        type=verify_values.junit_file,
        default=None,
        help="write a JUnit XML file",
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=verify_values.timeout,
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
    for given, other in (("username", "password"), ("password", "username")):
        if getattr(arguments, given) is not None and getattr(arguments, other) is None:
            raise UsageError(f"--{given}: expected --{other}, too")
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
    probe(target, TERMS[arguments.profile])
    control = None
    if arguments.admin is not None:
        probe_control_plane(arguments.admin, arguments.admin_token, timeout_s)
        control = BoundedControlPlane(arguments.admin, arguments.admin_token, timeout_s)
    member = None
    if arguments.username is not None:
        member = Member(arguments.username, arguments.password)
    return examine(
        target,
        deadline,
        Given(arguments.cookie, member, arguments.recaptcha, control),
        accepted=arguments.accept,
        http_status=arguments.http_status,
        terms=TERMS[arguments.profile],
        warn=_tell,
    )


def _tell(text: str) -> None:
    print(f"animeloop-mock: {one_line(text)}", file=sys.stderr)
