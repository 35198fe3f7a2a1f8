"""The interface to the state that requests share, wherever it is kept.

One request is one read step (`begin`) and one write step (`commit`). Each step is atomic. Arguments
and results are plain data: no locks, no callbacks, no mutable objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from mockserver.api.page import Code, Endpoint
from mockserver.api.proof import NO_PROOF, Proof
from mockserver.api.values import Json
from mockserver.credentials.cookies import Presented
from mockserver.faults.draw import Hit
from mockserver.record.exchange import Exchange
from mockserver.record.outbox import Mail
from mockserver.state.model import NO_EDITS, LiveSession, Session, User, UserEdits, UserToken


class Preferences(Struct, frozen=True):
    """The preferences of one request, from its `Prefer` header (RFC 7240)."""

    code: Code | None = None
    scenario: str | None = None


NO_PREFERENCES = Preferences()


class Content(Struct, frozen=True, gc=False):
    """What a request says, apart from its cookie.

    `fields` are the fields of its body or query. `names` are the users that it names, of whom the
    first that exists counts. None: its session names the user.
    """

    fields: Mapping[str, Json] = {}
    names: tuple[str, ...] | None = None


NO_CONTENT = Content()


class Snapshot(Struct, gc=False):
    """Everything that one request may need of its sandbox, read in one atomic step.

    Nobody changes it after `begin`.

    - `generation` changes with each reset and reload, `resets` with each reset.
    - `now_ms` is the sandbox's time, in milliseconds since 1970.
    - `elsewhere` is the id of another sandbox that has the session, or None.
    - `is_live` says that the cookie proves a session that has not expired.
    - `username` is the user whom the request names, else that of the session of the cookie.
    - `session_email` is the address that the session's user had when the session was made.
    - `scenario` is the scenario that applies, or None if a code is forced.
    - `is_active` says that it applies because it is the sandbox's active scenario.
    - `hits` are the faults that hit the request. The same step has drawn and counted them.
    - `recaptcha` are the only reCAPTCHA values that pass, see Fixtures.
    - `cookie_secret` signs new cookies, `jwt_secret` tokens and codes.
    - `token_date_ms` is a date reserved for this request if it issues a token.
    - `token_id` is an id reserved for this request if it adds a token to a list.
    - `fresh_sid` is a session id reserved for this request if it opens a session.
    - `was_delayed` says that the delays of its hits have been carried out already.
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
    session_email: str | None = None
    username: str | None = None
    user: User | None = None
    scenario: str | None = None
    is_active: bool = False
    hits: Sequence[Hit] = ()
    recaptcha: tuple[str, ...] | None = None
    cookie_secret: str = ""
    jwt_secret: str = ""
    token_date_ms: int = 0
    token_id: int = -1
    fresh_sid: str = ""
    was_delayed: bool = False


class Changes(Struct, frozen=True, gc=False):
    """The changes of a request to the state, written in one atomic step.

    - `touched` restarts the ttl of the session.
    - `token` is the new token of the user, None to remove it, UNSET to keep it.
    - `new_user` is added. `verifies` marks the user of the snapshot as verified.
    - `session` is created or replaced. `ends_session` removes the session of the snapshot.
    - `mails` go to the outbox.
    - `adds_token` goes to the user's list of tokens. `removes_tokens` are the ids of tokens to
      remove from any list. `edits` are fields of the user to replace.
    """

    touched: bool = False
    token: str | UnsetType | None = UNSET
    new_user: User | None = None
    verifies: bool = False
    session: Session | None = None
    ends_session: bool = False
    mails: tuple[Mail, ...] = ()
    adds_token: UserToken | None = None
    removes_tokens: tuple[int, ...] = ()
    edits: UserEdits = NO_EDITS

    @property
    def depends_on_snapshot(self) -> bool:
        """Whether they are right only as long as user and session are as the snapshot says."""
        return (
            self.token is not UNSET
            or self.adds_token is not None
            or bool(self.removes_tokens)
            or self.edits is not NO_EDITS
            or self.new_user is not None
            or self.verifies
            or self.session is not None
            or self.ends_session
            or bool(self.mails)
        )


NO_CHANGES = Changes()


class CommitResult(Enum):
    """The result of a commit.

    CONFLICT: the state has changed since the snapshot, so the request must be decided anew.
    FULL: the memory for users and sessions is used up. In both cases nothing was written.
    """

    DONE = 1
    CONFLICT = 2
    FULL = 3


class Backend(Protocol):
    """Carries out the two steps, and finds the sandbox that a request belongs to."""

    def route(self, presented: Presented) -> str:
        """Return the id of the sandbox that owns the cookie's session, else `default`.

        The signature of the cookie does not matter. Never fails: while the state is away, it is the
        sandbox that the session id names.
        """

    def require(self, sandbox_id: str) -> None:
        """Raise NotFoundError if the sandbox of an `api_url` is gone.

        A backend that must ask elsewhere leaves that to `begin` and `record`.
        """

    def in_use(self, sandbox_id: str) -> AbstractContextManager[None]:
        """Return a context manager that keeps the sandbox from idling during a request."""

    def begin(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        sandbox_id: str | None = None,
        content: Content = NO_CONTENT,
        again: Snapshot | None = None,
    ) -> Snapshot:
        """Read what a request to an endpoint may need, and draw its faults.

        Without `sandbox_id`, the session id in the cookie selects the sandbox. `again` is an
        earlier snapshot of this request, whose faults count. Raises NotFoundError if the sandbox is
        gone, UnknownNameError or ImpossibleError for a preferred scenario.
        """

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """Write the changes and the journal entry of a request, before its reply is sent.

        If the sandbox was reset meanwhile, nothing is written to it. If it was reloaded meanwhile,
        its state stays unchanged. The server's coverage counts the request in any case.
        """

    def record(self, sandbox_id: str, exchange: Exchange, presented: Presented = None) -> None:
        """Record a request that reached no endpoint.

        Does nothing if the state is away, or if the sandbox is gone. In the latter case it raises
        NotFoundError if `require` did not. Restarts the ttl of the session that its cookie
        `presented` proves, in the same step.
        """

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, for example after a reset, or None."""
