"""`exec`: runs a mock for the duration of one command."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mockserver.api.catalog import ALL_PAGES, DEFAULT_PAGE, named_page, pages_of
from mockserver.api.common import BASE_PATH
from mockserver.api.profiles import Profile
from mockserver.cli import command
from mockserver.cli.color import log_lines
from mockserver.cli.exec_log import LastRequests, LogFileError, exec_log
from mockserver.cli.progress import progress_line
from mockserver.cli.serve import collect_from_now_on
from mockserver.cli.signals import Signals
from mockserver.errors import UsageError
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.http.authority import in_url
from mockserver.record.coverage import PageCoverage
from mockserver.record.text import one_line, printable
from mockserver.sandbox.reachability import cookie_of
from mockserver.server.port_file import PortFile
from mockserver.server.running import Running, chosen_clock, start
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import SystemClock

COVERAGE_SHORT: Final = 1
_OF_THE_USER: Final = ("ANIMELOOP_MOCK_USERNAME", "ANIMELOOP_MOCK_PASSWORD")
_NO_PROXY: Final = ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy")


@dataclass(frozen=True, kw_only=True)
class ExecOptions:
    """The flags of `exec` that `serve` does not have.

    `coverage_page` is the page whose pairs count, or ALL_PAGES. `live_log` writes the request log
    to standard error while the command runs.
    """

    command: Sequence[str]
    required_percent: float | None = None
    coverage_page: str = DEFAULT_PAGE
    log_file: Path | None = None
    live_log: bool = False


def execute(settings: ServeSettings, options: ExecOptions, signals: Signals) -> int:
    """Run the command beside a mock. Returns its exit status, or 1 if coverage is too low.

    See `command.run` for the status. Raises the errors of `serve`, and LogFileError if the command
    succeeded but its log could not be written, UsageError if the profile does not answer the page
    whose coverage is required.
    """
    status = 0
    if options.required_percent is not None:
        _check_page(options.coverage_page, settings.profile)
    last = LastRequests(log_lines(settings, sys.stderr), SystemClock())
    try:
        with (
            PortFile(settings.port_file, settings.host) as port_file,
            exec_log(settings, last, options.log_file, options.live_log) as observe,
        ):
            with progress_line(quiet=settings.quiet) as progress:
                fixtures = load_fixtures(
                    settings.fixtures, progress, keep_sources=settings.state is not None
                )
            running = start(settings, fixtures, chosen_clock(settings), observe)
            collect_from_now_on()
            port_file.write(running.port)
            status = _run_beside(running, fixtures, options.command, signals)
    except LogFileError as error:
        if status == 0:
            raise
        print(f"animeloop-mock: {printable(str(error))}", file=sys.stderr)
    if status != 0 and not settings.quiet:
        for line in last.lines():
            print(line, file=sys.stderr)
    if status == 0 and options.required_percent is not None:
        covered = running.backend.coverage.of_page(options.coverage_page)
        profile = running.backend.default.profile
        return _gate(covered, options.required_percent, options.coverage_page, profile)
    return status


def _check_page(page: str, profile: str) -> None:
    """Raise UsageError unless this profile answers the page."""
    answered = [*(one.name for one in pages_of(profile)), ALL_PAGES]
    if page not in answered:
        raise UsageError(
            f"--coverage-page: profile {profile} does not answer {named_page(page)}; expected one "
            f"of {', '.join(answered)}"
        )


def _run_beside(
    running: Running, fixtures: Fixtures, arguments: Sequence[str], signals: Signals
) -> int:
    thread = threading.Thread(target=running.server.run, daemon=True)
    thread.start()
    for warning in running.warnings:
        print(one_line(warning), file=sys.stderr)
    try:
        return command.run(arguments, environment(running, fixtures, os.environ), signals)
    finally:
        running.server.stop()
        thread.join()


def environment(
    running: Running, fixtures: Fixtures, inherited: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the command's environment: the inherited variables, and the mock's."""
    url = running.local_url
    host = urlsplit(url).hostname or ""
    kept = {name: value for name, value in inherited.items() if name not in _OF_THE_USER}
    variables = {**kept, **without_proxy(host, inherited)}
    variables |= {"ANIMELOOP_MOCK_URL": url, "ANIMELOOP_API_URL": url + BASE_PATH}
    if running.admin_token is not None:
        variables["ANIMELOOP_MOCK_ADMIN_TOKEN"] = running.admin_token
    now_ms = running.backend.default.clock.now_ms()
    session = next(
        (
            session
            for session in fixtures.sessions.samples()
            if session.username is not None
            and fixtures.users.find(session.username) is not None
            and session.expiry_ms(now_ms) > now_ms
        ),
        None,
    )
    if session is not None:
        variables["ANIMELOOP_MOCK_COOKIE"] = cookie_of(session, fixtures)
    return {**variables, **_credentials(fixtures)}


def _credentials(fixtures: Fixtures) -> dict[str, str]:
    """Return the variables with name and password of the first user who can log in."""
    for user in fixtures.users.samples():
        if user.password is not None and user.scenario is None:
            return dict(zip(_OF_THE_USER, (user.username, user.password), strict=True))
    return {}


def without_proxy(host: str, inherited: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables that make HTTP clients bypass a proxy for this host.

    Clients differ in which spelling they read, so both get the values of both.
    """
    given = ",".join(filter(None, (inherited.get(name, "") for name in _NO_PROXY)))
    names = [name.strip() for name in given.split(",") if name.strip()]
    value = "*" if "*" in names else ",".join(dict.fromkeys([*names, host, in_url(host)]))
    return dict.fromkeys(_NO_PROXY, value)


def _gate(covered: PageCoverage, required_percent: float, page: str, profile: Profile) -> int:
    if covered.percent >= required_percent:
        return 0
    print(
        f"animeloop-mock: {round(covered.percent, 1):g} % of the documented pairs of "
        f"{named_page(page)} were answered, {required_percent:g} % are required; missing:",
        file=sys.stderr,
    )
    for endpoint, code in covered.missing:
        never = f" (profile {profile.name} never sends it)" * (code in profile.unsent)
        print(f"  {endpoint.path} {code.number}{never}", file=sys.stderr)
    return COVERAGE_SHORT
