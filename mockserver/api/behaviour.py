"""The interface of a page's handlers: what they receive, return and raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from msgspec import Struct

from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.profiles import Profile
from mockserver.api.proof import Proof
from mockserver.api.trace import Step, Trace
from mockserver.api.values import Json
from mockserver.credentials.cookies import Presented
from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.store import Store


class ApiCall(Struct, gc=False):
    """One request, as its handler sees it.

    - `presented` is its session cookie, and `proof` whether the signature holds.
    - `fields` are the fields of its body or its query.
    - `store` is the state that it may read and change. `issuer` signs tokens.
    - `now_ms` is the time in milliseconds since 1970.
    - `trace` takes every step.
    """

    endpoint: Endpoint
    profile: Profile
    presented: Presented
    proof: Proof
    fields: Mapping[str, Json]
    store: Store
    issuer: TokenIssuer
    now_ms: int
    trace: Trace


Handler: TypeAlias = Callable[[ApiCall], Reply]
"""Carries out one endpoint. May raise AnsweredError or StoreUnavailableError."""


class AnsweredError(Exception):
    """Ends the request with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.code.name)
        self.reply = reply


def refuse(trace: Trace, code: Code, step: Step, *facts: str | int) -> NoReturn:
    """Add the reason to the trace and raise AnsweredError."""
    trace.add(step, *facts)
    raise AnsweredError(Reply(code))
