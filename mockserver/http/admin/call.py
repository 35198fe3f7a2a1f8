"""The arguments and results of the control plane's handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeAlias, TypeVar

from falcon import Request
from msgspec import Struct

from mockserver.errors import NotFoundError
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.public_url import public_url
from mockserver.http.admin.queries import NoQuery
from mockserver.sandbox.control import Control, SandboxControl
from mockserver.state.waits import Bell

A = TypeVar("A")
B = TypeVar("B", bound=Struct)
Q = TypeVar("Q", bound=Struct)


class Call(Struct, Generic[Q, B], frozen=True):
    """A call on one sandbox, with its parsed query and body.

    `arguments` are the path's parameters. `bell` lets the call wait for changes. `http_status` is
    the mode set by `--http-status`.
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
        """The URL of this server as the client knows it."""
        return public_url(self.request)

    @property
    def is_anonymous(self) -> bool:
        """Whether the caller lacks a required token."""
        return getattr(self.request.context, "anonymous", False)


PlainCall: TypeAlias = Call[NoQuery, NoBody]


class Closable(Protocol):
    """A log of a sandbox. `closed` becomes true when the sandbox is deleted."""

    @property
    def closed(self) -> bool: ...


def wait_for(call: Call[Q, B], log: Closable, met: Callable[[], bool], ms: int) -> None:
    """Wait until `met`, at most `ms` milliseconds.

    Raises NotFoundError if the sandbox is deleted meanwhile, LimitError if too many calls wait.
    """
    with call.backend.hearing(call.sandbox.id, call.bell.ring):
        call.bell.wait(lambda: log.closed or met(), ms / 1000, call.sandbox.id)
    if log.closed:
        raise NotFoundError(f"sandbox {call.sandbox.id!r} was deleted while the call waited")


class Put(Struct, Generic[A], frozen=True):
    """The answer of a call that creates (201) or replaces (200)."""

    answer: A
    created: bool


class HtmlPage(Struct, frozen=True):
    """An HTML page, and the value of the session cookie to set."""

    html: str
    cookie: str
