"""`python -m benchmarks.accounts`: what a login and a registration cost in process.

Every round measures every row through the WSGI application, without sockets. A ratio is the median
of the rounds' ratios to getting a token.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

from mockserver import create_app
from mockserver.api.common import BASE_PATH
from mockserver.api.pages import OWN_PAGES
from mockserver.api.profiles import PROFILES
from mockserver.call_types import ProfileName
from mockserver.credentials import cookies
from mockserver.http.wsgi import WsgiApp

LIMIT: Final = 1.5
# The row that the others are compared with, and the rows that have to keep to the limit.
TOKEN: Final = "get a token"
LIMITED: Final = ("log in", "register")
_SID: Final = "session-of-the-benchmark"
_FIXTURES: Final = f"""
users: [{{username: haruhi, email: h@example.org, password: suzumiya, token: issue}}]
sessions: [{{sid: {_SID}, username: haruhi}}]
"""
_COOKIE: Final = cookies.header(cookies.encode(_SID, cookies.sign(_SID, "mock-session-secret")))
_LOGIN: Final = {"username": "haruhi", "password": "suzumiya", "g-recaptcha-response": "ok"}

Times = dict[str, list[float]]


def environment(path: str, fields: Mapping[str, str], cookie: str = "") -> dict[str, Any]:
    """Return the WSGI environment of a POST with these form fields."""
    body = urlencode(fields).encode()
    found = {
        "REQUEST_METHOD": "POST", "PATH_INFO": BASE_PATH + path, "SCRIPT_NAME": "",
        "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }  # fmt: skip
    if body:
        found["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    if cookie:
        found["HTTP_COOKIE"] = cookie
    return found


def rows() -> dict[str, Callable[[], dict[str, Any]]]:
    """Return a function for each row that makes the next request."""
    numbers = count(1)

    def registration() -> dict[str, str]:
        return {**_LOGIN, "username": f"haruhi-{next(numbers)}", "email": "h@example.org"}

    return {
        TOKEN: lambda: environment("/auth/token", {}, _COOKIE),
        "issue a token": lambda: environment("/auth/token/new", {}, _COOKIE),
        "log in": lambda: environment("/auth/login", _LOGIN),
        "log in again": lambda: environment("/auth/login", _LOGIN, _COOKIE),
        "register": lambda: environment("/auth/register", registration()),
    }


def measure(profile: str, rounds: int, requests: int) -> Times:
    """Return the seconds of CPU that a request of each row takes, round by round."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "fixtures.yaml"
        path.write_text(_FIXTURES)
        app = create_app(path, profile=cast("ProfileName", profile))
    makers, times = rows(), Times()
    for number in range(rounds + 1):
        for name, make in makers.items():
            environments = [make() for _ in range(requests)]
            took = _took(app, environments)
            if number:  # the first round warms up
                times.setdefault(name, []).append(took / requests)
    return times


def _took(app: WsgiApp, environments: list[dict[str, Any]]) -> float:
    begin = time.process_time()
    replies = [b"".join(app(one, _start_response)) for one in environments]
    took = time.process_time() - begin
    for reply in replies:
        if not reply.startswith(b'{"status":"success"'):
            raise SystemExit(f"benchmarks: not a success: {reply!r}")
    return took


def _start_response(_status: str, _headers: object, _error: object = None) -> None:
    """The server's side: drop status and headers."""


def ratio(times: Times, row: str) -> float:
    """Return the median of the rounds' ratios to getting a token."""
    return statistics.median(a / b for a, b in zip(times[row], times[TOKEN], strict=True))


def lines(profile: str, times: Times) -> Iterator[str]:
    """Yield a line for each row: profile, row, microseconds, ratio."""
    for row, taken in times.items():
        micros = statistics.median(taken) * 1e6
        yield f"{profile:<11}{row:<15}{micros:6.1f} us {ratio(times, row):.2f} x"


def main(arguments: list[str] | None = None) -> int:
    """Measure all profiles with a token page. Returns 1 if a row is above the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=1000, help="in each row of a round")
    options = parser.parse_args(arguments)
    slow = False
    for profile in (name for name in PROFILES if name not in OWN_PAGES):
        times = measure(profile, options.rounds, options.requests)
        print("\n".join(lines(profile, times)), flush=True)
        slow = slow or any(ratio(times, row) > LIMIT for row in LIMITED)
    print(f"{'above' if slow else 'within'} the limit of {LIMIT} x")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
