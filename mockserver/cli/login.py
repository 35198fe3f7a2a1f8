"""`login`: logs a user in at a mock that runs."""

from __future__ import annotations

import argparse

from mockserver.cli.remote import RunningMock
from mockserver.http.admin.answers import SessionAnswer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the user, and the form of the output."""
    parser.add_argument("username", metavar="USERNAME", help="who logs in")
    parser.add_argument(
        "--header",
        action="store_true",
        default=False,
        help="print NAME=VALUE instead of the value",
    )


def login(mock: RunningMock, username: str, header: bool) -> None:
    """Create a session with a fresh id, and print its cookie alone. Raises UsageError."""
    session = mock.ask(SessionAnswer, "POST", "/sessions", {"username": username})
    print(session.cookie_header if header else session.cookie)
