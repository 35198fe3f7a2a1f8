"""`exec`: the mock for the length of one command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from mockserver.api.codes import ENDPOINTS
from mockserver.api.profiles import Profile
from mockserver.cli.serve import access_log, collect_from_now_on, on_stop_signals
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.record.coverage import TOTAL, Coverage
from mockserver.record.text import one_line
from mockserver.sandbox.reachability import cookie_of
from mockserver.server.port_file import PortFile
from mockserver.server.running import Running, chosen_clock, start
from mockserver.server.settings import ServeSettings

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
COVERAGE_SHORT: Final = 1


def execute(settings: ServeSettings, command: Sequence[str], required_percent: float | None) -> int:
    """Run the command beside a mock; its exit status, or 1 where coverage is short.

    A command that a signal n ended has status 128 + n, one that is not found 127. Raises what
    `serve` raises.
    """
    fixtures = load_fixtures(settings.fixtures)
    with PortFile(settings.port_file) as port_file, access_log(settings) as observe:
        running = start(settings, fixtures, chosen_clock(settings), observe)
        collect_from_now_on()
        port_file.write(running.port)
        status = _run_beside(running, fixtures, command)
    if status == 0 and required_percent is not None:
        registry = running.registry
        return _gate(registry.coverage, required_percent, registry.default.profile)
    return status


def _run_beside(running: Running, fixtures: Fixtures, command: Sequence[str]) -> int:
    thread = threading.Thread(target=running.server.run, daemon=True)
    thread.start()
    for warning in running.warnings:
        print(one_line(warning), file=sys.stderr)
    try:
        return _run(command, os.environ | environment(running, fixtures))
    finally:
        running.server.stop()
        thread.join()


def environment(running: Running, fixtures: Fixtures) -> Mapping[str, str]:
    """What the command finds in its environment."""
    variables = {"ANIMELOOP_MOCK_URL": running.url, "ANIMELOOP_API_URL": running.api_url}
    if running.admin_token is not None:
        variables["ANIMELOOP_MOCK_ADMIN_TOKEN"] = running.admin_token
    now_ms = running.registry.default.clock.now_ms()
    session = next(
        (
            session
            for session in fixtures.sessions.samples()
            if session.username is not None
            and fixtures.users.find(session.username) is not None
            and (session.expires_ms is None or session.expires_ms > now_ms)
        ),
        None,
    )
    if session is not None:
        variables["ANIMELOOP_MOCK_COOKIE"] = cookie_of(session, fixtures)
    return variables


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    early: list[int] = []
    on_stop_signals(lambda number, _frame: early.append(number))
    try:
        process = subprocess.Popen(command, env=dict(variables))  # noqa: S603  is what was asked
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        print(f"animeloop-mock: {one_line(command[0])}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND if missing else NOT_EXECUTABLE

    def forward(number: int, _frame: object) -> None:
        # From a terminal the command has got its own Ctrl-C already.
        if number != signal.SIGINT or not _in_foreground():
            process.send_signal(number)

    on_stop_signals(forward)
    for number in early:
        forward(number, None)
    status = process.wait()
    return 128 - status if status < 0 else status


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (OSError, AttributeError):
        return False


def _gate(coverage: Coverage, required_percent: float, profile: Profile) -> int:
    if 100 * (TOTAL - len(coverage.missing)) / TOTAL >= required_percent:
        return 0
    print(
        f"animeloop-mock: {coverage.percent:g} % of the documented pairs were answered, "
        f"{required_percent:g} % are required; missing:",
        file=sys.stderr,
    )
    sent = {endpoint.success for endpoint in ENDPOINTS} | set(profile.codes.values())
    for endpoint, code in coverage.missing:
        never = f" (profile {profile.name} never sends it)" * (code not in sent)
        print(f"  {endpoint.path} {code.number}{never}", file=sys.stderr)
    return COVERAGE_SHORT
