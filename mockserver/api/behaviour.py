"""What a function of a page gets and gives."""

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
    """One request whose user is known: what it may read and change, and where it tells why."""

    user: User
    store: Store
    issuer: TokenIssuer
    trace: Trace


Handler: TypeAlias = Callable[[AuthenticatedRequest], Struct | None]
"""Carries out one endpoint; returns the `data` of the success, None for none."""


class FailureError(Exception):
    """The request ends here, with the code that the profile has for this failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


def fail(trace: Trace, failure: Failure, step: Step, *facts: str | int) -> NoReturn:
    """End the request, and record why."""
    trace.add(step, *facts)
    raise FailureError(failure)
