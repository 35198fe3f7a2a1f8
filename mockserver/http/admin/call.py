"""One call of the control plane, as its handler gets it, and what a handler may answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Generic, TypeAlias, TypeVar

from falcon import Request
from msgspec import Struct

from mockserver.errors import LimitError
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.public_url import public_url
from mockserver.http.admin.queries import NoQuery
from mockserver.sandbox.control import Control, SandboxControl
from mockserver.state.waits import Bell, Wait

A = TypeVar("A")
B = TypeVar("B", bound=Struct)
Q = TypeVar("Q", bound=Struct)


class WaitingPlaces:
    """Lets some calls wait, on a server whose number of threads is not known."""

    def __init__(self, places: int) -> None:
        self._number = places
        self._places = threading.BoundedSemaphore(places)

    def pause(self, wait: Wait, seconds: float) -> None:
        """Sleep; raises LimitError where all places are taken."""
        if not self._places.acquire(blocking=False):
            raise LimitError(f"{self._number} calls wait already; ask again without wait")
        try:
            wait.sleep(seconds)
        finally:
            self._places.release()


class Call(Struct, Generic[Q, B], frozen=True):
    """A call on one sandbox, with its query and its body as the types that it declares.

    `arguments` are those of the path. `bell` is what the call may wait for. `http_status` is the
    mode that the mock runs in.
    """

    request: Request
    backend: Control
    sandbox: SandboxControl
    arguments: Mapping[str, str]
    bell: Bell
    http_status: str
    query: Q
    body: B

    @property
    def base_url(self) -> str:
        """Where this server begins, as the client reached it."""
        return public_url(self.request)

    @property
    def is_anonymous(self) -> bool:
        """Whether the caller has not shown the token that is required."""
        return getattr(self.request.context, "anonymous", False)


PlainCall: TypeAlias = Call[NoQuery, NoBody]


class Put(Struct, Generic[A], frozen=True):
    """The answer of a call that creates or replaces: 201 where it created, else 200."""

    answer: A
    created: bool


class HtmlPage(Struct, frozen=True):
    """A page for a browser, and the value of the session cookie that it gets."""

    html: str
    cookie: str
