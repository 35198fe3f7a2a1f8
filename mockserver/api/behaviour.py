"""The interface of a page's handlers: what they receive, return and raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias

from msgspec import Struct

from mockserver.api.profiles import Failure
from mockserver.api.trace import Step, Trace
from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.model import User
from mockserver.state.store import Store


class AuthenticatedRequest(Struct, gc=False):
    """A request whose user is known, with the store, the token issuer and the trace it may use."""

    user: User
    store: Store
    issuer: TokenIssuer
    trace: Trace


Handler: TypeAlias = Callable[[AuthenticatedRequest], Struct | None]
"""Carries out one endpoint. Returns the `data` of the success, or None if there is none."""


class FailureError(Exception):
    """Ends the request with the code that the profile has for this failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


def fail(trace: Trace, failure: Failure, step: Step, *facts: str | int) -> NoReturn:
    """Add the reason to the trace and raise FailureError."""
    trace.add(step, *facts)
    raise FailureError(failure)
