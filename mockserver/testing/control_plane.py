"""An HTTP client for the control plane."""

from __future__ import annotations

import http.client
import inspect
import sys
from collections.abc import Callable
from typing import Any, Final, TypeVar

from mockserver.errors import MockError
from mockserver.testing.calling import (
    TIMEOUT_S,
    A,
    AdminAddress,
    ControlPlaneError,
    admin_address,
    body_of,
    read_answer,
    read_reply,
    read_text,
)

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

__all__ = ["TIMEOUT_S", "BlockingCallError", "ControlPlane", "ControlPlaneError", "read_answer"]

R = TypeVar("R")
_OF_A_COROUTINE: Final = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class BlockingCallError(MockError):
    """A call would wait in the thread of a running event loop, and so stop all its tasks."""


class ControlPlane:
    """A client for one admin URL. Thread-safe: each call opens its own connection.

    `timeout_s` bounds each wait for the mock. Methods raise ControlPlaneError if the mock refuses a
    call, OSError if it cannot be reached.
    """

    def __init__(
        self, admin_url: str, token: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.timeout_s = timeout_s
        self.address: AdminAddress = admin_address(admin_url, token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address.url}>"

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Send a call. Returns its JSON document, or None if the reply has no body."""
        return self._exchange(read_reply, method, path, body, query)

    def text(self, method: str, path: str, **query: object) -> str:
        """Send a call whose answer is not JSON. Returns its text."""
        return self._exchange(read_text, method, path, None, query)

    def ask(
        self, answer: type[A], method: str, path: str, body: object = None, /, **query: object
    ) -> A:
        """Send a call, and decode its answer as this type.

        Raises ControlPlaneError also if the answer does not match the type.
        """
        return read_answer(self.call(method, path, body, **query), answer, f"{method} {path}")

    def about_to_wait(self, what: str) -> None:
        """Raise BlockingCallError if this thread runs an event loop, which a wait would block."""
        if _in_event_loop():
            raise BlockingCallError(
                f"{what} would block the running event loop, and with it the client that it waits "
                "for; await it on the fixture animeloop_mock_async, or on an AsyncSandboxClient"
            )

    def _exchange(
        self,
        read: Callable[[int, bytes, str], R],
        method: str,
        path: str,
        body: object,
        query: dict[str, object],
    ) -> R:
        at = self.address
        target = at.target(path, query)
        make = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = make(at.host, at.port, timeout=self.timeout_s)
        try:
            connection.request(method, target, body_of(body), at.headers)
            response = connection.getresponse()
            status, data = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise error.with_traceback(None) from None
        finally:
            connection.close()
        return read(status, data, f"{method} {target}")


def _in_event_loop() -> bool:
    """Whether a coroutine or a callback of a running event loop has called this.

    A running loop alone does not tell: that of Playwright's synchronous API runs in the thread of
    the tests, in another greenlet, and goes on while they wait.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    frame = inspect.currentframe()
    while frame is not None:
        is_coroutine = bool(frame.f_code.co_flags & _OF_A_COROUTINE)
        if is_coroutine or frame.f_globals.get("__name__") == "asyncio.events":
            return True
        frame = frame.f_back
    return False
