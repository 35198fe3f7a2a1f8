"""Reaches a mock that runs, for the commands that drive one."""

from __future__ import annotations

import argparse
import http.client
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import quote

from msgspec import Struct

from mockserver.errors import UsageError, shortened
from mockserver.http.paths import ADMIN_PATH
from mockserver.record.log_line import DEFAULT_SANDBOX
from mockserver.server.settings import DEFAULT_URL, ENV_PREFIX
from mockserver.testing.addresses import read_url
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError

A = TypeVar("A", bound=Struct)
URL_VARIABLE: Final = ENV_PREFIX + "URL"
TOKEN_VARIABLE: Final = ENV_PREFIX + "ADMIN_TOKEN"
_TIMEOUT_S: Final = 10.0
EPILOG: Final = "Exit status: 0 success, 2 bad usage, or no mock answers, or it refuses the call."


class NotReachedError(UsageError):
    """No mock answers."""


class CallRefusedError(UsageError):
    """The mock refused a call with this HTTP status. None: what answers is no mock."""

    def __init__(self, text: str, status: int | None) -> None:
        super().__init__(text)
        self.status = status


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that select a mock and a sandbox."""
    parser.add_argument(
        "--url",
        metavar="URL",
        default=None,
        help=f"the mock's origin (default: {URL_VARIABLE}, else {DEFAULT_URL})",
    )
    parser.add_argument(
        "--admin-token",
        metavar="TOKEN",
        default=None,
        help=f"token that the control plane requires (default: {TOKEN_VARIABLE})",
    )
    parser.add_argument(
        "--sandbox",
        metavar="ID",
        default=None,
        help=f"id of the sandbox (default: that of --url if it is an api_url, "
        f"else {DEFAULT_SANDBOX})",
    )


class RunningMock:
    """One sandbox of a mock that runs.

    Methods raise NotReachedError or CallRefusedError, whose text is a whole sentence for the user.
    """

    def __init__(self, url: str, token: str | None, sandbox_id: str) -> None:
        self.url = url
        self.sandbox_id = sandbox_id
        self._token = token
        path = ADMIN_PATH
        if sandbox_id != DEFAULT_SANDBOX:
            path += f"/sandboxes/{quote(sandbox_id, safe='')}"
        try:
            self._control = ControlPlane(url + path, token, _TIMEOUT_S)
        except ControlPlaneError as error:
            raise UsageError(str(error)) from None

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Send a call. Returns its document, or None."""
        with self._explained():
            return self._control.call(method, path, body)

    def ask(
        self, answer: type[A], method: str, path: str, body: object = None, /, **query: object
    ) -> A:
        """Send a call, and decode its answer as this type."""
        with self._explained():
            return self._control.ask(answer, method, path, body, **query)

    def wait_longer(self, seconds: float) -> None:
        """Let a call take so many seconds more, because it waits in the mock."""
        self._control.timeout_s = _TIMEOUT_S + seconds

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ControlPlaneError as error:
            raise CallRefusedError(self._reason(error), error.status) from None
        except TimeoutError:
            seconds = f"{self._control.timeout_s:g}"
            raise NotReachedError(f"nothing answers at {self.url} within {seconds} s") from None
        except OSError:
            raise NotReachedError(
                f"no mock at {self.url}; start one with animeloop-mock, or give --url"
            ) from None
        except (http.client.HTTPException, ValueError):
            raise NotReachedError(self._foreign()) from None

    def _reason(self, error: ControlPlaneError) -> str:
        if error.status == 401:
            if self._token is None:
                return f"the mock at {self.url} requires its admin token: give --admin-token"
            return f"the mock at {self.url} does not accept this --admin-token"
        return error.detail or self._foreign()

    def _foreign(self) -> str:
        return f"what answers at {self.url} is no animeloop-mock, or another version of it"


def running_mock(arguments: Namespace, environment: Mapping[str, str]) -> RunningMock:
    """Return the mock that flags and environment select. Raises UsageError for wrong ones."""
    text, source = arguments.url, "--url"
    if text is None and environment.get(URL_VARIABLE):
        text, source = environment[URL_VARIABLE], URL_VARIABLE
    url, sandbox_id = (DEFAULT_URL, None) if text is None else read_url(text, source)
    token = arguments.admin_token or environment.get(TOKEN_VARIABLE) or None
    if arguments.sandbox == "":
        raise UsageError("--sandbox: expected the id of a sandbox, got ''")
    if sandbox_id is not None and arguments.sandbox not in (None, sandbox_id):
        raise UsageError(f"--sandbox: {source} names another sandbox, {shortened(sandbox_id)}")
    return RunningMock(url, token, arguments.sandbox or sandbox_id or DEFAULT_SANDBOX)


def named(mock: RunningMock) -> str:
    """Return ` in sandbox ID`, or nothing for the default sandbox."""
    return "" if mock.sandbox_id == DEFAULT_SANDBOX else f" in sandbox {mock.sandbox_id}"
