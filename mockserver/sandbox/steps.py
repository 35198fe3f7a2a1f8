"""The parts of a request's read step and write step in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, UnsetType

from mockserver.api.page import Endpoint
from mockserver.api.proof import NO_PROOF, Proof, prove
from mockserver.api.service import Service
from mockserver.api.trace import Trace
from mockserver.credentials.cookies import Malformed, Presented
from mockserver.credentials.jwt import issuer_of
from mockserver.errors import FullError, clipped
from mockserver.faults.draw import Hit, replaces_reply
from mockserver.faults.faulty_store import FaultyStore, Probe
from mockserver.sandbox.active_faults import ActiveFaults
from mockserver.sandbox.backend import Changes, CommitResult, Content, Snapshot
from mockserver.sandbox.snapshot_store import SnapshotStore
from mockserver.state.memory import MemoryStore
from mockserver.state.model import NO_EDITS, LiveSession, User
from mockserver.state.operations import Operation

# Users have no longer names.
MAX_NAME: Final = 4096


class Cookie(Struct, gc=False):
    """A request's cookie: its session, even if expired, its session id and its proof."""

    session: LiveSession | None = None
    sid: str | None = None
    proof: Proof = NO_PROOF

    def proves_live_session(self, now_ms: int) -> bool:
        session = self.session
        return session is not None and self.proof.holds and not session.is_expired(now_ms)


def read_cookie(
    presented: Presented,
    elsewhere: tuple[str, LiveSession] | None,
    store: MemoryStore,
    secrets: tuple[str, ...],
) -> Cookie:
    """Load the session of a cookie and verify its signature.

    `elsewhere` is another sandbox that has the session: its id and the session.
    """
    if presented is None:
        return Cookie()
    session = store.load_session(presented.sid)
    # A malformed cookie may hold a secret, so only known session ids are kept.
    known = session is not None or not isinstance(presented, Malformed)
    of = session if elsewhere is None else elsewhere[1]
    pinned = None if of is None else of.session.signature
    return Cookie(session, presented.sid if known else None, prove(presented, pinned, secrets))


def read_user(
    cookie: Cookie, content: Content, store: MemoryStore
) -> tuple[str | None, User | None]:
    """Return the name of the request's user, and the user, if there is one of that name."""
    if content.names is None:
        if cookie.session is None or not cookie.proof.holds:
            return None, None
        username = cookie.session.session.username
        return username, None if username is None else store.find_user(username)
    for name in content.names:
        user = store.find_user(name)
        if user is not None:
            return name, user
    return (clipped(content.names[0], MAX_NAME) if content.names else None), None


def read_email(cookie: Cookie, store: MemoryStore) -> str | None:
    """Return the address that the session's user had when the session was made."""
    return None if cookie.session is None else store.session_email(cookie.session.session)


def reached(
    service: Service,
    endpoint: Endpoint,
    presented: Presented,
    content: Content,
    snapshot: Snapshot,
) -> Sequence[Operation]:
    """Return the operations that a request reaches if no fault stops it, by trying it."""
    probe = Probe()
    store = FaultyStore(SnapshotStore(snapshot), probe)
    issuer = issuer_of(snapshot.jwt_secret)
    service.answer(
        endpoint, presented, snapshot.proof, content.fields, store, issuer, snapshot.now_ms, Trace()
    )
    return probe.operations


def write(changes: Changes, snapshot: Snapshot, store: MemoryStore) -> CommitResult:
    """Write changes that depend on the snapshot, unless user or session have changed since."""
    with store.lock:
        if not _is_current(snapshot, store):
            return CommitResult.CONFLICT
        added = changes.adds_token
        if added is not None and store.token_owner(added.id) is not None:
            return CommitResult.CONFLICT  # the control plane has put one of this id
        try:
            _apply(changes, snapshot, store)
        except FullError:
            return CommitResult.FULL
        return CommitResult.DONE


def _is_current(snapshot: Snapshot, store: MemoryStore) -> bool:
    """Whether session and user are still as in the snapshot, except for the user's token."""
    if snapshot.sid is not None:
        then = None if snapshot.session is None else snapshot.session.session
        now = store.find_session(snapshot.sid)
        if then is not now and then != now:
            return False
    if snapshot.username is None:
        return True
    user = store.find_user(snapshot.username)
    return user is snapshot.user or _account(user) == _account(snapshot.user)


def _account(user: User | None) -> tuple[object, ...] | None:
    return None if user is None else (user.uid, user.email, user.password, user.verified)


def _apply(changes: Changes, snapshot: Snapshot, store: MemoryStore) -> None:
    """Write changes. Raises FullError, without any change, if the state budget is exhausted."""
    if changes.new_user is not None:
        store.add_user(changes.new_user)
    if changes.session is not None:
        store.put_session(changes.session)
    if changes.ends_session and snapshot.sid is not None:
        store.delete_session(snapshot.sid)
    if not isinstance(changes.token, UnsetType) and snapshot.user is not None:
        store.save_token(snapshot.user.username, changes.token)
    if changes.edits is not NO_EDITS and snapshot.user is not None:
        store.edit_user(snapshot.user.username, changes.edits)
    if changes.adds_token is not None and snapshot.user is not None:
        store.add_token(snapshot.user.username, changes.adds_token)
    for token_id in changes.removes_tokens:
        store.remove_token(token_id)


def stops(hits: Sequence[Hit]) -> bool:
    """Whether a hit ends the request before its last operation."""
    return replaces_reply(hits) or any(
        hit.fails and hit.operation is not Operation.SAVE_TOKEN for hit in hits
    )


def why_over(
    faults: ActiveFaults,
    hits: Sequence[Hit],
    scenario: str,
    now_ms: int,
    *,
    must_be_active: bool,
    active: str,
) -> str | None:
    """Return why faults that hit a request no longer apply, or None if they do.

    `scenario` is the request's. `must_be_active` says that it was the active one, not the user's or
    the request's own. `active` is the active one now.
    """
    gone = faults.why_gone(hits, scenario, now_ms)
    of_scenario = any(hit.source == f"scenario {scenario}" for hit in hits)
    if gone is None and of_scenario and must_be_active and active != scenario:
        return f"scenario {scenario} is no longer active"
    return gone
