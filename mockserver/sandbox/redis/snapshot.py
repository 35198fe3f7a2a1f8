"""The snapshot of a request, with what its commit must find unchanged in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from mockserver.api.proof import prove
from mockserver.credentials.cookies import Malformed, Presented
from mockserver.errors import clipped
from mockserver.faults.draw import Hit
from mockserver.sandbox.backend import Content, Snapshot
from mockserver.sandbox.redis.fault_records import LoadedFaults
from mockserver.sandbox.redis.records import Raw
from mockserver.sandbox.redis.token_lists import Holder
from mockserver.sandbox.redis.view import AccountsView
from mockserver.sandbox.steps import MAX_NAME
from mockserver.state.memory import first_email
from mockserver.state.model import LiveSession
from mockserver.state.operations import Operation

# All operations of a database and a session store, which are in Redis.
_LOST: Final = (
    Operation.SESSION_STORE, Operation.FIND_USER, Operation.SAVE_TOKEN, Operation.SAVE_USER,
    Operation.SAVE_SESSION,
)  # fmt: skip
PLACE: Final = "Redis"
_HITS: Final = tuple(
    Hit(operation, PLACE, PLACE, 0, 0, fails=True, after_commit=False, wire=None)
    for operation in _LOST
)


class BeginAnswer(NamedTuple):
    """The answer of the script `begin`. See there."""

    sandbox_id: bytes
    state: Raw
    session: Raw
    expires: Raw
    names: Sequence[bytes]
    users: Sequence[Raw]
    dates: Sequence[Raw]
    serial: Any
    other: Sequence[Any]
    holders: Sequence[Any]


class RedisSnapshot(Snapshot, gc=False, kw_only=True):
    """A snapshot from Redis.

    - `view` is what the fixtures and Redis say of users and sessions.
    - `is_away` says that Redis could not be reached. Then nothing will be committed.
    - `stored_session`, `stored_user` and `last_date` are what Redis has of them.
    - `drawn` are the faults whose counters the commit must write, or None.
    - `holders` says who has the tokens that the request may remove.
    - `has_id` says that `token_id` is noted as used already. Else the commit must note it.
    - `contended_s` is the monotonic time of the request's first conflict with others, or None.
    - `is_lost` says that its commit failed, and that nobody knows what it wrote.
    - `is_contended` says that it gave way to others, so that it wrote nothing.
    """

    view: AccountsView
    is_away: bool = False
    stored_session: Raw = None
    stored_user: Raw = None
    last_date: Raw = None
    drawn: LoadedFaults | None = None
    holders: Sequence[Holder] = ()
    has_id: bool = False
    contended_s: float | None = None
    is_lost: bool = False
    is_contended: bool = False


def read_snapshot(  # noqa: PLR0917  what a request consists of
    sandbox_id: str,
    view: AccountsView,
    now_ms: int,
    presented: Presented,
    content: Content,
    found: BeginAnswer,
    elsewhere: tuple[str, LiveSession] | None,
) -> RedisSnapshot:
    """Return the snapshot of a request before its faults are drawn.

    `elsewhere` is another sandbox that has the session.
    """
    fixtures = view.fixtures
    snapshot = RedisSnapshot(
        sandbox_id, view.record.generation, view.record.resets, now_ms,
        recaptcha=fixtures.recaptcha, cookie_secret=fixtures.session_secrets[0],
        jwt_secret=fixtures.jwt_secret, view=view,
    )  # fmt: skip
    if presented is not None:
        session = view.live_session(presented.sid, found.session, found.expires)
        of = session if elsewhere is None else elsewhere[1]
        pinned = None if of is None else of.session.signature
        snapshot.session, snapshot.stored_session = session, found.session
        snapshot.proof = prove(presented, pinned, fixtures.session_secrets)
        # A malformed cookie may hold a secret, so only known session ids are kept.
        if session is not None or not isinstance(presented, Malformed):
            snapshot.sid = presented.sid
        if session is not None and snapshot.proof.holds:
            snapshot.is_live = not session.is_expired(now_ms)
    if elsewhere is not None:
        snapshot.elsewhere = elsewhere[0]
    _add_user(snapshot, content, found)
    return snapshot


def _add_user(snapshot: RedisSnapshot, content: Content, found: BeginAnswer) -> None:
    """Add the first of the named users that exists, or that of the session."""
    if content.names is None:
        session = snapshot.session
        if session is None or not snapshot.proof.holds:
            return
        snapshot.username = session.session.username
    elif content.names:
        snapshot.username = clipped(content.names[0], MAX_NAME)
    for name, stored, date in zip(found.names, found.users, found.dates, strict=True):
        text = name.decode("utf-8", "surrogatepass")
        user = snapshot.view.user(text, stored)
        if user is not None:
            snapshot.username, snapshot.user = text, user
            snapshot.stored_user, snapshot.last_date = stored, date
            return
    if found.names:
        snapshot.stored_user, snapshot.last_date = found.users[0], found.dates[0]


def remembered_email(snapshot: RedisSnapshot) -> str | None:
    """Return the address that the session's user had when the session was made."""
    if snapshot.session is None:
        return None
    return first_email(snapshot.session.session, snapshot.view.fixtures.users)


def unavailable(
    sandbox_id: str, view: AccountsView, now_ms: int, presented: Presented, scenario: str
) -> RedisSnapshot:
    """Return the snapshot of a request while Redis cannot be reached: its operations fail.

    `view` is that of the sandbox at its start, as far as this process knows it.
    """
    fixtures = view.fixtures
    snapshot = RedisSnapshot(
        sandbox_id, 0, 0, now_ms, scenario=scenario, hits=_HITS, was_delayed=True,
        recaptcha=fixtures.recaptcha, cookie_secret=fixtures.session_secrets[0],
        jwt_secret=fixtures.jwt_secret, view=view, is_away=True,
    )  # fmt: skip
    if presented is not None and not isinstance(presented, Malformed):
        base = view.base_session(presented.sid)
        pinned = None if base is None else base.signature
        snapshot.sid = presented.sid
        snapshot.proof = prove(presented, pinned, fixtures.session_secrets)
    return snapshot
