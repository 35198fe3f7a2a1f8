"""The snapshot of a request, with what its commit must find unchanged in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mockserver.api.proof import prove
from mockserver.credentials.cookies import Malformed, Presented
from mockserver.errors import clipped
from mockserver.faults.draw import Hit
from mockserver.sandbox.backend import Content, Snapshot
from mockserver.sandbox.redis.fault_records import LoadedFaults
from mockserver.sandbox.redis.records import Raw
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


class RedisSnapshot(Snapshot, gc=False, kw_only=True):
    """A snapshot from Redis.

    - `view` is None if Redis could not be reached. Then nothing will be committed.
    - `stored_session`, `stored_user` and `last_date` are what Redis has of them.
    - `drawn` are the faults whose counters the commit must write, or None.
    - `is_lost` says that its commit failed, and that nobody knows what it wrote.
    """

    view: AccountsView | None = None
    stored_session: Raw = None
    stored_user: Raw = None
    last_date: Raw = None
    drawn: LoadedFaults | None = None
    is_lost: bool = False


def read_snapshot(  # noqa: PLR0917  what a request consists of
    sandbox_id: str,
    view: AccountsView,
    now_ms: int,
    presented: Presented,
    content: Content,
    found: Sequence[object],
    elsewhere: tuple[str, LiveSession] | None,
) -> RedisSnapshot:
    """Return the snapshot of a request before its faults are drawn.

    `found` is the answer of the script `begin`. `elsewhere` is another sandbox that has the session.
    """
    _, _, stored_session, expires, names, users, dates, *_ = found
    assert isinstance(names, list) and isinstance(users, list) and isinstance(dates, list)
    fixtures = view.fixtures
    snapshot = RedisSnapshot(
        sandbox_id, view.record.generation, view.record.resets, now_ms,
        recaptcha=fixtures.recaptcha, cookie_secret=fixtures.session_secrets[0],
        jwt_secret=fixtures.jwt_secret, view=view,
    )  # fmt: skip
    if presented is not None:
        assert stored_session is None or isinstance(stored_session, bytes)
        assert expires is None or isinstance(expires, bytes)
        session = view.live_session(presented.sid, stored_session, expires)
        of = session if elsewhere is None else elsewhere[1]
        pinned = None if of is None else of.session.signature
        snapshot.session, snapshot.stored_session = session, stored_session
        snapshot.proof = prove(presented, pinned, fixtures.session_secrets)
        # A malformed cookie may hold a secret, so only known session ids are kept.
        if session is not None or not isinstance(presented, Malformed):
            snapshot.sid = presented.sid
        holds = session is not None and snapshot.proof.holds
        snapshot.is_live = holds and not session.is_expired(now_ms)  # type: ignore[union-attr]
    if elsewhere is not None:
        snapshot.elsewhere = elsewhere[0]
    _add_user(snapshot, view, content, names, users, dates)
    return snapshot


def _add_user(  # noqa: PLR0917  what was read of users
    snapshot: RedisSnapshot,
    view: AccountsView,
    content: Content,
    names: list[bytes],
    users: list[Raw],
    dates: list[Raw],
) -> None:
    """Add the first of the named users that exists, or that of the session."""
    if content.names is None:
        session = snapshot.session
        if session is None or not snapshot.proof.holds:
            return
        snapshot.username = session.session.username
    elif content.names:
        snapshot.username = clipped(content.names[0], MAX_NAME)
    for name, stored, date in zip(names, users, dates, strict=True):
        text = name.decode("utf-8", "surrogatepass")
        user = view.user(text, stored)
        if user is not None:
            snapshot.username, snapshot.user = text, user
            snapshot.stored_user, snapshot.last_date = stored, date
            return
    if content.names is None and names:
        snapshot.stored_user, snapshot.last_date = users[0], dates[0]


def remembered_email(snapshot: RedisSnapshot) -> str | None:
    """Return the address that the session's user had when the session was made."""
    if snapshot.session is None or snapshot.view is None:
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
        jwt_secret=fixtures.jwt_secret,
    )  # fmt: skip
    if presented is not None and not isinstance(presented, Malformed):
        base = view.base_session(presented.sid)
        pinned = None if base is None else base.signature
        snapshot.sid = presented.sid
        snapshot.proof = prove(presented, pinned, fixtures.session_secrets)
    return snapshot


