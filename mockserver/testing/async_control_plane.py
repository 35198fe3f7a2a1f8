"""An HTTP client for the control plane, for asyncio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mockserver.testing.async_http import fetch
from mockserver.testing.calling import (
    TIMEOUT_S,
    A,
    AdminAddress,
    admin_address,
    body_of,
    read_answer,
    read_reply,
    read_text,
)

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

R = TypeVar("R")


class AsyncControlPlane:
    """A client for one admin URL. Each call opens its own connection, which a cancel closes.

    `timeout_s` bounds each call. Methods raise ControlPlaneError if the mock refuses a call,
    OSError if it cannot be reached.
    """

    def __init__(
        self, admin_url: str, token: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.timeout_s = timeout_s
        self.address: AdminAddress = admin_address(admin_url, token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address.url}>"

    async def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Send a call. Returns its JSON document, or None if the reply has no body."""
        return await self._exchange(read_reply, method, path, body, query)

    async def text(self, method: str, path: str, **query: object) -> str:
        """Send a call whose answer is not JSON. Returns its text."""
        return await self._exchange(read_text, method, path, None, query)

    async def ask(
        self, answer: type[A], method: str, path: str, body: object = None, /, **query: object
    ) -> A:
        """Send a call, and decode its answer as this type.

        Raises ControlPlaneError also if the answer does not match the type.
        """
        document = await self.call(method, path, body, **query)
        return read_answer(document, answer, f"{method} {path}")

    def about_to_wait(self, what: str) -> None:
        """Do nothing: waiting here blocks nobody else."""

    async def _exchange(
        self,
        read: Callable[[int, bytes, str], R],
        method: str,
        path: str,
        body: object,
        query: dict[str, object],
    ) -> R:
        at = self.address
        target = at.target(path, query)
        response = await fetch(
            at.scheme,
            at.host,
            at.port,
            method,
            target,
            at.headers,
            body_of(body),
            self.timeout_s,
        )
        return read(response.status, response.read(), f"{method} {target}")
