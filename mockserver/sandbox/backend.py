"""The seam to the state that requests share: in this process, or wherever else it is kept.

One request is one read step (`begin`) and one write step (`commit`), each atomic. What crosses the
seam is plain data: no lock, no callback, no object that changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from mockserver.api.page import Code, Endpoint
from mockserver.api.service import NO_PROOF, Proof
from mockserver.credentials.cookies import Presented
from mockserver.faults.draw import Hit
from mockserver.record.exchange import Exchange
from mockserver.state.model import LiveSession, User


class Preferences(Struct, frozen=True):
    """What one request asks for beside its endpoint (RFC 7240)."""

    code: Code | None = None
    scenario: str | None = None


NO_PREFERENCES = Preferences()


class Snapshot(Struct, frozen=True, gc=False):
    """All of one sandbox that one request may need, read in one atomic step.

    The faults that strike have been drawn and counted in that same step. `generation` changes with
    each reset and reload, `resets` with each reset. `scenario` is the one that applies, None where
    a code is forced; `is_active` says that it applies because it is the sandbox's active one.
    `elsewhere` is the sandbox that has the session where it is another one. `is_live` says that the
    cookie proves a session that has not expired, `username` whose session the cookie proves.
    `token_date_ms` is reserved for this request where it issues a token.
    """

    sandbox_id: str
    generation: int
    resets: int
    now_ms: int
    proof: Proof = NO_PROOF
    sid: str | None = None
    elsewhere: str | None = None
    session: LiveSession | None = None
    is_live: bool = False
    username: str | None = None
    user: User | None = None
    scenario: str | None = None
    is_active: bool = False
    hits: Sequence[Hit] = ()
    jwt_secret: str = ""
    token_date_ms: int = 0


class Changes(Struct, frozen=True, gc=False):
    """What a request leaves behind, written in one atomic step."""

    touched: bool = False
    token: str | UnsetType | None = UNSET


NO_CHANGES = Changes()


class Backend(Protocol):
    """What carries out the two steps, and knows which sandbox a request belongs to."""

    def route(self, presented: Presented) -> str:
        """The id of the sandbox that the cookie's session is of, signed or not; else `default`."""

    def in_use(self, sandbox_id: str) -> AbstractContextManager[None]:
        """For the length of a request: its sandbox does not idle, however long that takes."""

    def begin(
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        sandbox_id: str | None = None,
    ) -> Snapshot:
        """Read what a request to an endpoint may need, and draw its faults.

        Without `sandbox_id` the session id in the cookie says which sandbox it belongs to. Raises
        NotFoundError where the sandbox is gone, UnknownNameError or ImpossibleError for a preferred
        scenario.
        """

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> None:
        """Write what a request leaves behind, before its reply leaves.

        Nothing of it is written to a sandbox that was reset meanwhile, and no state to one that
        was reloaded; the server's coverage counts it all the same.
        """

    def record(self, sandbox_id: str, exchange: Exchange) -> None:
        """Write a request that reached no endpoint; nothing where the sandbox is gone."""

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Why these faults have no business any more, as after a reset; None where they have."""
